"""Writes the test vectors: `python3 generate.py [--out FOLDER]`.

A second implementation of FORMAT.md makes them (`tests/python/independent`), never the Rust code. The
output depends on nothing but this code and the `.proto` files: every key is made from a published name.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))

from independent import bundle, canonical, fill, keys, malformed, note, statement, story, tree  # noqa: E402
from independent.world import ORIGIN, seed  # noqa: E402


def statements():
    """Every fact: its bytes, name, streams, commitments and values."""
    for name, value in fill.every_statement():
        content = canonical.encode("Statement", value)
        canonical.decode_statement(content)
        yield {
            "name": name,
            "bytes": content.hex(),
            "hash": hashlib.sha256(content).hexdigest(),
            "streams": statement.streams(content),
            "commitments": [f"{field}={digest.hex()}" for field, digest in statement.commitments(content)],
            "values": fill.transcript(content),
        }


def refused(message, cases, decode):
    for rule, problem, what, content in cases:
        try:
            decode(content)
        except canonical.Refused as refusal:
            assert str(refusal) == rule, f"{what}: breaks {refusal}, not {rule}"
            yield {"message": message, "rule": rule, "problem": problem, "what": what, "bytes": content.hex()}
        else:
            raise AssertionError(f"accepted: {message}, {what}")


def malformed_encodings(world):
    yield from refused("Statement", malformed.statements(), canonical.decode_statement)
    index = next(at for at, name in enumerate(world.names) if name == "exhibit_registered")
    entry = canonical.decode("Entry", world.entries[index])
    envelope = malformed.envelopes(entry["envelope"])
    yield from refused("Envelope", envelope, lambda content: canonical.decode("Envelope", content))
    yield from refused("Entry", malformed.entries(entry), lambda content: canonical.decode("Entry", content))


def envelopes(world):
    """Signed statements; and signatures that must not verify."""
    for index in [0, 2, len(world.entries) - 1]:
        value = canonical.decode("Entry", world.entries[index])["envelope"]
        device = canonical.decode("Statement", value["statement"])["device"]
        key = next(each.key for each in [world.node, *world.authorities, *world.enrolled] if each.id == device)
        message = statement.pae(statement.PAYLOAD_TYPE, value["statement"])
        assert keys.verifies(key.public, message, value["signature"])
        yield {
            "public_key": key.public.hex(),
            "statement": value["statement"].hex(),
            "statement_hash": hashlib.sha256(value["statement"]).hexdigest(),
            "signed": message.hex(),
            "key_id": value["key_id"].hex(),
            "signature": value["signature"].hex(),
            "envelope": canonical.encode("Envelope", value).hex(),
            "bad_signatures": [
                {"why": why, "signature": bad.hex()} for why, bad in bad_signatures(key, value, message)
            ],
        }


def bad_signatures(key, value, message):
    good = value["signature"]
    scalar = int.from_bytes(good[32:], "little")
    yield "over the statement without its payload type", key.sign(value["statement"])
    yield "over the hash of the statement", key.sign(hashlib.sha256(value["statement"]).digest())
    yield "by another key", keys.Key(seed("nobody")).sign(message)
    yield "s + L: the same signature written twice", good[:32] + (scalar + keys.L).to_bytes(32, "little")
    yield "one bit of R", bytes([good[0] ^ 1]) + good[1:]
    yield "one bit of s", good[:32] + bytes([good[32] ^ 1]) + good[33:]
    yield "all zero", bytes(64)


def key_vectors(world):
    """Seeds, public keys, ids, possession; and keys that may not be enrolled."""
    sound = []
    for device in [world.node, *world.authorities, *world.enrolled]:
        assert keys.unfit(device.key.public) is None
        sound.append({
            "device": device.id.hex(),
            "public_key": device.key.public.hex(),
            "key_id": device.key.id.hex(),
            "possession_message": statement.possession_message(device.id, device.key.public).hex(),
            "possession": device.possession.hex(),
        })
    unfit = [{"bytes": public.hex(), "why": keys.unfit(public)} for public, _ in malformed.unfit_keys()]
    return {"fit": sound, "unfit": unfit}


def merkle():
    """Roots and proofs over the leaves `leaf 0`, `leaf 1`, ... of every size to 40."""
    grown = tree.Tree(tree.leaf_hash(f"leaf {number}".encode()) for number in range(40))
    sizes = range(1, 41)
    inclusion = [
        {"index": index, "size": size, "proof": [each.hex() for each in grown.inclusion(index, size)]}
        for size in sizes
        for index in sorted({0, size // 2, size - 1})
    ]
    consistency = [
        {"old": old, "new": size, "proof": [each.hex() for each in grown.consistency(old, size)]}
        for size in sizes
        for old in sorted({0, 1, size // 2 + 1, size - 1, size})
        if old <= size
    ]
    all_inclusion = b"".join(b"".join(grown.inclusion(index, size)) for size in sizes for index in range(size))
    all_consistency = b"".join(b"".join(grown.consistency(old, size)) for size in sizes for old in range(size + 1))
    return {
        "leaves": [leaf.hex() for leaf in grown.leaves],
        "roots": [grown.root(size).hex() for size in range(41)],
        "inclusion": inclusion,
        "consistency": consistency,
        "all_inclusion_sha256": hashlib.sha256(all_inclusion).hexdigest(),
        "all_consistency_sha256": hashlib.sha256(all_consistency).hexdigest(),
        "tile_paths": [
            [level, index, width, tree.tile_path(level, index, width)]
            for level, index, width in [
                ("0", 0, 256), ("0", 273, 112), ("1", 1, 17), ("2", 0, 1), ("entries", 999, 256),
                ("entries", 1000, 255), ("0", 1_234_067, 256), ("7", 10**18, 1),
            ]
        ],
    }


def bundles():
    """One proof for many leaves, of sets of `leaf 0`, `leaf 1`, ...; and the ZIP of two small files."""
    grown = tree.Tree(tree.leaf_hash(f"leaf {number}".encode()) for number in range(40))
    every = [
        [index for index in range(size) if chosen >> index & 1]
        for size in range(1, 9)
        for chosen in range(1, 1 << size)
    ]
    sizes = [size for size in range(1, 9) for _ in range(1, 1 << size)]
    proofs = [tree.many_proof(grown, indices, size) for size, indices in zip(sizes, every)]
    for size, indices, proof in zip(sizes, every, proofs):
        proven = tree.Many({index: grown.leaves[index] for index in indices}, size, proof)
        assert proven.root == grown.root(size)
        assert all(proven.path(index) == grown.inclusion(index, size) for index in indices)
    shown = [(1, [0]), (5, [0, 4]), (5, [1, 2, 3]), (8, [3]), (8, [0, 1, 2, 3]), (21, [0, 7, 8, 20]), (40, [0, 13, 39])]
    files = [("README.txt", b"hello\n"), ("census/exhibit-00000000-0000-4000-8000-000000000000", b"")]
    return {
        "many": [
            {"size": size, "indices": indices, "proof": [each.hex() for each in tree.many_proof(grown, indices, size)],
             "root": grown.root(size).hex()}
            for size, indices in shown
        ],
        "every_set_of_sizes_1_to_8_sha256": hashlib.sha256(b"".join(b"".join(proof) for proof in proofs)).hexdigest(),
        "zip": {"files": [[name, content.hex()] for name, content in files], "bytes": bundle.pack(files).hex()},
    }


def published():
    """The vectors that others published, made anew: five leaves, and the keys of bytes 00..1f and 20..3f."""
    letters = [b"a", b"b", b"c", b"d", b"e"]
    grown = tree.Tree(tree.leaf_hash(letter) for letter in letters)
    log, witness = keys.Key(bytes(range(32))), keys.Key(bytes(range(32, 64)))
    log_name, witness_name = "log.example.test/lockers", "witness.example.test/w1"
    text = note.checkpoint(log_name, 5, grown.root())
    lines = note.log_line(log_name, log, text) + note.cosignature_line(witness_name, witness, text, 1_700_000_000)
    signed = f"{text}\n{lines}"
    digest = hashlib.sha256(signed.encode()).hexdigest()
    assert digest == "05fd4867aac3b946dc1e395048cee454090c56b174ddbd138d91e2f4dc24b89d"
    return {
        "roots": [note.b64(grown.root(size)) for size in range(1, 6)],
        "log_vkey": note.vkey(log_name, note.ED25519, log.public),
        "witness_vkey": note.vkey(witness_name, note.COSIGNATURE, witness.public),
        "note": signed,
        "bundle": dict(tree.bundles(letters))["tile/entries/000.p/5"].hex(),
        "tile": dict(tree.tiles(grown))["tile/0/000.p/5"].hex(),
    }


def receipts(world):
    size = len(world.entries)
    return [
        {"index": index, "leaf": world.tree.leaves[index].hex(), "receipt": world.receipt(index)}
        for index in [0, 1, 100, 255, 256, size - 1]
    ]


def census():
    """Censuses of `device/<uuid i>` with revision i and head SHA-256(u64be i)."""
    out = []
    for count in [0, 1, 2, 3, 10, 40]:
        names = [f"device/{story.statement.uuid.UUID(bytes=seed(f'census {number}')[:16])}" for number in range(count)]
        heads = [
            (hashlib.sha256(name.encode()).digest(), number, hashlib.sha256(number.to_bytes(8, "big")).digest())
            for number, name in enumerate(names)
        ]
        asked = names[:3] + ["exhibit/00000000-0000-4000-8000-000000000000", "site/" + "f" * 8 + "-ffff-4fff-bfff-" + "f" * 12]
        proofs = []
        for name in asked:
            key = hashlib.sha256(name.encode()).digest()
            found, siblings = tree.census_proof(heads, key)
            present = found is not None and found[0] == key
            proofs.append({"stream": name, "present": present, "proof": tree.census_proof_text(found, siblings)})
        out.append({"streams": names, "root": tree.census_root(heads).hex(), "proofs": proofs})
    return out


def disclosures(world):
    """Openings of the archive, and one made by the example of RFC 9901."""
    salt = statement.base64.urlsafe_b64decode("_26bc4LT-ac6q2KI6cBW5es=")
    example = statement.disclosure(salt, "family_name", "Möbius")
    assert example == "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    rfc = {"field": "family_name", "digest": statement.digest(example).hex(), "disclosure": example}
    return [rfc, *world.openings[:6]]


def worked(world):
    """The worked example of FORMAT.md: the locker's first statement, in the small archive."""
    index = world.names.index("device_booted")
    entry = world.entries[index]
    value = canonical.decode("Entry", entry)
    content = value["envelope"]["statement"]
    return {
        "index": index,
        "statement": content.hex(),
        "statement_hash": hashlib.sha256(content).hexdigest(),
        "envelope": canonical.encode("Envelope", value["envelope"]).hex(),
        "entry": entry.hex(),
        "leaf": world.tree.leaves[index].hex(),
        "public_key": world.enrolled[0].key.public.hex(),
        "receipt": world.receipt(index),
    }


def write(out, name, value):
    text = json.dumps(value, ensure_ascii=False, indent=1)
    (out / name).write_text(text + "\n", encoding="utf-8")


def write_archive(out, world):
    for path, content in world.archive():
        target = out / "log" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (out / "trust.toml").write_text(world.trust(), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="where to write; default: beside this file")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    day, fork = story.quiet_day(), story.cloned_locker()
    write(out, "statements.json", list(statements()))
    write(out, "malformed.json", list(malformed_encodings(day)))
    write(out, "envelopes.json", list(envelopes(day)))
    write(out, "keys.json", key_vectors(day))
    write(out, "merkle.json", merkle())
    write(out, "bundle.json", bundles())
    write(out, "published.json", published())
    write(out, "receipts.json", receipts(day))
    write(out, "census.json", census())
    write(out, "disclosures.json", disclosures(day))
    write(out, "worked.json", worked(fork))
    write_archive(out / "archive", day)
    write_archive(out / "fork", fork)
    write_archive(out / "keys", story.lives_of_keys())


if __name__ == "__main__":
    main()
