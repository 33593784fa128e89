#!/usr/bin/env python3
"""Replays an archive: `replay_archive.py TRUST FOLDER`. A second verifier of the bytes, written from FORMAT.md.

It checks what section "Replay" of FORMAT.md lists, and says nothing about custody. Exit status: 0 all of it
holds, 1 something does not, 2 the check could not be made.
"""

import argparse
import sys
import tomllib
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import verify_receipt  # noqa: E402
from independent import canonical, keys, note, statement, tree  # noqa: E402
from independent.tree import sha256  # noqa: E402

AUTHORITY = 5
NEEDS_APPROVAL = {
    "device_enrolled", "device_key_rotated", "device_key_revoked", "device_retired", "ledger_key_rotated",
    "policy_adopted", "site_registered", "transit_store_designated", "transit_store_withdrawn",
    "locker_registered", "locker_moved", "compartment_mode_set",
}
NAMES_A_HEAD = {"checkpoint_signed", "witness_cosigned", "timestamp_token_attached", "audit_started"}


class Failed(Exception):
    """What does not hold, and where."""


def check(holds, what):
    if not holds:
        raise Failed(what)


class Device:
    """What the chain has established about one device."""

    def __init__(self, kind, key, enrolment):
        self.kind, self.keys, self.enrolment = kind, [key], enrolment
        self.sequence, self.previous, self.said, self.ended = 0, bytes(32), {}, False


class Replay:
    """The state after the entries so far."""

    def __init__(self):
        self.tree, self.heads, self.devices, self.proposals = tree.Tree(), {}, {}, {}
        self.evidence, self.origin, self.ledger_key, self.censuses = {}, None, None, 0

    def entry(self, index, content):
        try:
            entry = canonical.decode("Entry", content)
            said = entry["envelope"]["statement"]
            value = canonical.decode_statement(said)
        except canonical.Refused as refused:
            raise Failed(f"entry {index} is not canonical: {refused}") from None
        check(len(content) <= canonical.ENTRY_BYTES_MAX, f"entry {index} is too long")
        check(entry["index"] == index, f"entry {index} says it is entry {entry['index']}")
        before = self.tree.leaves[-1] if index else bytes(32)
        check(entry["previous"] == before, f"entry {index} does not name the entry before it")
        fact = next(field.name for field in canonical.SCHEMA.facts() if field.name in value)
        leaf = tree.leaf_hash(content)
        self.roots(index, fact, value)
        if fact == "census_taken":
            self.census(index, value[fact]["derived"])
        self.links(index, entry, said, leaf)
        if index == 0:
            self.genesis(fact, value, leaf)
        self.signed(index, fact, value, entry["envelope"])
        self.tree.push(leaf)
        if index:
            self.fold(fact, value, sha256(said), leaf)

    def roots(self, index, fact, value):
        named = [value["seen"]] if "seen" in value else []
        if fact in NAMES_A_HEAD:
            named += [group for group in value[fact].values() if "root" in group]
        for head in named:
            known = head["size"] <= index
            check(known and self.tree.root(head["size"]) == head["root"], f"entry {index} names another root")

    def census(self, index, derived):
        heads = [(sha256(name.encode()), *head) for name, head in self.heads.items()]
        holds = (tree.census_root(heads), len(heads)) == (derived["root"], derived["streams"])
        check(holds, f"the census of entry {index} is another")
        self.censuses += 1

    def links(self, index, entry, said, leaf):
        names = statement.streams(said)
        links = entry.get("streams", [])
        check(len(names) == len(links), f"entry {index} has not one link for each stream")
        for name, link in zip(names, links):
            revision, head = self.heads.get(name, (-1, bytes(32)))
            holds = (link["revision"], link["previous"]) == (revision + 1, head)
            check(holds, f"entry {index} is not the next of {name}")
            self.heads[name] = (revision + 1, leaf)

    def genesis(self, fact, value, leaf):
        check(fact == "genesis", "entry 0 is no genesis")
        declared = value["genesis"]["declared"]
        check(declared["format_version"] == 1, "another version of the format")
        self.origin, self.ledger_key = declared["origin"], declared["ledger_key"]["key"]
        for each in declared.get("authorities", []):
            self.devices[each["device"]] = Device(AUTHORITY, each["key"]["key"], leaf)
        node = declared["node"]
        self.devices[node["device"]] = Device(4, node["key"]["key"], bytes(32))
        check(value["device"] == node["device"], "the genesis is not the node's")

    def signed(self, index, fact, value, envelope):
        device = self.devices.get(value["device"])
        check(device is not None and not device.ended, f"entry {index}: no such device speaks")
        self.number(index, fact, value, device)
        check(value["enrolment"] == device.enrolment, f"entry {index} is bound to another enrolment")
        key, message = device.keys[-1], statement.pae(statement.PAYLOAD_TYPE, envelope["statement"])
        check(envelope["key_id"] == sha256(key), f"entry {index} is signed with another key")
        check(keys.verifies(key, message, envelope["signature"]), f"the signature of entry {index} does not verify")
        if fact in ("device_enrolled", "device_key_rotated"):
            declared = value[fact]["declared"]
            new = declared["key"]["key"]
            message = statement.possession_message(declared["device"], new)
            shown = keys.verifies(new, message, declared["possession"])
            check(shown, f"entry {index}: nobody is shown to have the new key")
        hash_ = sha256(envelope["statement"])
        device.sequence, device.previous = value["sequence"] + 1, hash_
        device.said[value["sequence"]] = hash_
        if index == 0:
            # From here on its key is enrolled like those of the authorities.
            device.enrolment = tree.leaf_hash(self.genesis_bytes)

    def number(self, index, fact, value, device):
        resumed = 0
        if fact == "chain_resumed":
            declared = value[fact]["declared"]
            check(declared["lost_from"] == device.sequence, f"entry {index}: other statements are lost")
            resumed = declared["lost_to"] + 1
        check(value["sequence"] == (resumed or device.sequence), f"entry {index}: another number is next")
        check(resumed or value["previous"] == device.previous, f"entry {index} continues another statement")

    def fold(self, fact, value, hash_, leaf):
        speaker = self.devices[value["device"]]
        groups = value[fact]
        own = fact == "device_key_rotated" and groups["declared"]["device"] == value["device"]
        if fact in NEEDS_APPROVAL and (speaker.kind == AUTHORITY or own):
            needed = 2 if own and speaker.kind != AUTHORITY else 1
            self.proposals[hash_] = (fact, groups["declared"], value["device"], needed, set())
        elif fact == "approved" and speaker.kind == AUTHORITY:
            self.approve(groups["declared"]["statement"], value["device"], leaf)
        elif fact in ("fork_evidenced", "statement_set_aside"):
            self.conflict(fact, groups)

    def conflict(self, fact, groups):
        """What is kept beside the chain as evidence."""
        if fact == "fork_evidenced":
            observed = groups["observed"]
            recorded = self.devices[observed["device"]].said.get(observed["sequence"])
            check(recorded == observed["recorded"] != observed["conflicting"], "a fork that conflicts with nothing")
            self.evidence[observed["envelope"]] = (observed, observed["conflicting"])
        else:
            self.evidence[groups["observed"]["envelope"]] = (groups["observed"], groups["observed"]["statement"])

    def approve(self, hash_, authority, leaf):
        fact, declared, proposer, needed, approvals = self.proposals.get(hash_, (None, None, authority, 0, set()))
        if proposer == authority:
            return
        approvals.add(authority)
        if len(approvals) < needed:
            return
        del self.proposals[hash_]
        self.take_effect(fact, declared, leaf)

    def take_effect(self, fact, declared, leaf):
        if fact == "device_enrolled" and declared["device"] not in self.devices:
            self.devices[declared["device"]] = Device(declared["kind"], declared["key"]["key"], leaf)
        elif fact == "device_key_rotated":
            device = self.devices[declared["device"]]
            device.keys.append(declared["key"]["key"])
            device.enrolment = leaf
        elif fact == "device_key_revoked":
            device = self.devices[declared["device"]]
            # A backlog up to the last good statement may still come.
            device.ended = declared.get("last_good", device.previous) == device.previous
        elif fact == "device_retired":
            self.devices[declared["device"]].ended = True
        elif fact == "ledger_key_rotated":
            self.ledger_key = declared["key"]["key"]


def read(folder, path):
    target = folder / path
    check(target.is_file() and not target.is_symlink(), f"{path} is not in the archive")
    return target.read_bytes()


def entries(folder, size):
    """The entries, bundle by bundle."""
    for start in range(0, size, 256):
        width = min(256, size - start)
        path = tree.tile_path("entries", start // 256, width)
        content, at = read(folder, path), 0
        for _ in range(width):
            length = int.from_bytes(content[at : at + 2], "big")
            check(at + 2 + length <= len(content), f"{path} is cut short")
            yield content[at + 2 : at + 2 + length]
            at += 2 + length
        check(at == len(content), f"{path} goes on after its last entry")


def check_evidence(folder, replay):
    for hash_, (observed, expected) in replay.evidence.items():
        content = read(folder, f"evidence/{hash_.hex()}")
        check(sha256(content) == hash_, "evidence with another hash than its name")
        envelope = canonical.decode("Envelope", content)
        said = envelope["statement"]
        value = canonical.decode_statement(said)
        claimed = (observed["device"], observed["sequence"], expected)
        check((value["device"], value["sequence"], sha256(said)) == claimed, "evidence of something else")
        message = statement.pae(statement.PAYLOAD_TYPE, said)
        known = [key for key in replay.devices[observed["device"]].keys if sha256(key) == envelope["key_id"]]
        holds = any(keys.verifies(key, message, envelope["signature"]) for key in known)
        check(holds, "evidence that its device has not signed")


def check_files(folder, replay):
    """The archive holds its tiles as they must be, and nothing that is neither tile, checkpoint nor evidence."""
    expected = dict(tree.tiles(replay.tree))
    for path, content in expected.items():
        check(read(folder, path) == content, f"{path} is not what the entries give")
    size = len(replay.tree.leaves)
    known = {*expected, "checkpoint", *(f"evidence/{hash_.hex()}" for hash_ in replay.evidence)}
    known |= {tree.tile_path("entries", start // 256, min(256, size - start)) for start in range(0, size, 256)}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        check(path.is_dir() or name in known, f"{name} does not belong to the archive")


def run(trust, folder):
    """Replays everything; returns the replay."""
    signed = read(folder, "checkpoint").decode("utf-8")
    text, _, lines = signed.rpartition("\n\n")
    parts = text.split("\n")
    check(len(parts) == 3, "the checkpoint is not of three lines")
    size = verify_receipt.decimal(parts[1], "the size")
    check(size > 0, "a ledger without a genesis")
    replay = Replay()
    for index, content in enumerate(entries(folder, size)):
        if index == 0:
            replay.genesis_bytes = content
            check(tree.leaf_hash(content).hex() == trust["genesis"], "another genesis than the trust file's")
        replay.entry(index, content)
    check(replay.origin == trust["origin"], "another origin than the trust file's")
    trusted = trust | {"ledger_key": note.vkey(replay.origin, note.ED25519, replay.ledger_key)}
    found = verify_receipt.verify_checkpoint(text + "\n", lines[:-1].split("\n"), trusted)
    check(found == (size, replay.tree.root()), "the checkpoint is not of these entries")
    check_evidence(folder, replay)
    check_files(folder, replay)
    return replay


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trust", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    try:
        trust = tomllib.loads(arguments.trust.read_text(encoding="utf-8"))
        replay = run(trust, arguments.folder)
    except (Failed, verify_receipt.Failed, canonical.Refused, UnicodeDecodeError) as failure:
        print(f"FAILED: {failure}")
        return 1
    except (OSError, ValueError, KeyError) as error:
        print(f"could not check: {error!r}", file=sys.stderr)
        return 2
    print(f"ok: {len(replay.tree.leaves)} entries, {len(replay.heads)} streams, {replay.censuses} censuses, "
          f"{len(replay.evidence)} pieces of evidence; root {replay.tree.root().hex()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
