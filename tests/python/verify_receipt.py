#!/usr/bin/env python3
"""Checks one receipt by hand: `verify_receipt.py TRUST RECEIPT ENTRY [--device-key HEX]`.

Written from FORMAT.md alone, with nothing but hashlib and Ed25519 from the package `cryptography`. TRUST is
the trust file (TOML), RECEIPT a tlog-proof, ENTRY the entry's exact bytes. Exit status: 0 everything that
was asked holds, 1 something does not, 2 the check could not be made.
"""

import argparse
import base64
import binascii
import hashlib
import sys
import tomllib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAYLOAD_TYPE = b"application/vnd.custody-ledger.statement.v1+protobuf"
ENTRY_BYTES_MAX, STATEMENT_BYTES_MAX, STREAMS_MAX = 65_535, 49_152, 64
RECEIPT_BYTES_MAX, NOTE_BYTES_MAX = 81_920, 65_536
PROOF_HASHES_MAX, SIGNATURES_MAX = 63, 64
PRIME = 2**255 - 19
# The y coordinates of the eight points of small order (FORMAT.md, Keys).
SMALL_ORDER = {
    0, 1, PRIME - 1,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
}


class Failed(Exception):
    """A check that does not hold; the argument says which."""


def check(holds, what):
    if not holds:
        raise Failed(what)


def sha256(content):
    return hashlib.sha256(content).digest()


# --- The entry: canonical protobuf, outer fields only (FORMAT.md, Canonical protobuf and Entry) ---


def varint(content, at):
    """A minimal varint: (number, offset after it)."""
    number = 0
    for place in range(10):
        check(at < len(content), "the bytes end within a number")
        byte = content[at]
        at += 1
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            check((place == 0 or byte > 0) and number < 1 << 64, "a number is not minimally encoded")
            return number, at
    raise Failed("a number is longer than 64 bits")


def fields(content, kinds, repeated=()):
    """The fields of a message as {number: value}; `kinds` says of each whether it is a number."""
    found, last, at = {}, 0, 0
    while at < len(content):
        tag, at = varint(content, at)
        number, wire = tag >> 3, tag & 7
        check(number in kinds, f"unknown field {number}")
        check(number > last or number == last and number in repeated, f"field {number} is out of order")
        check(wire == (0 if kinds[number] == "number" else 2), f"field {number} has another wire type")
        value, at = varint(content, at)
        if wire == 0:
            check(value > 0, f"field {number}: a default value is written out")
        else:
            check(at + value <= len(content), f"field {number} ends outside the message")
            value, at = content[at : at + value], at + value
        if number in repeated:
            found.setdefault(number, []).append(value)
        else:
            found[number] = value
        last = number
    return found


def parse_entry(content):
    """Index and envelope of an entry."""
    check(len(content) <= ENTRY_BYTES_MAX, "the entry is too long")
    entry = fields(content, {1: "number", 2: "bytes", 3: "number", 4: "bytes", 5: "bytes"}, repeated={5})
    check(len(entry.get(2, b"")) == 32, "previous is not 32 bytes")
    links = entry.get(5, [])
    check(1 <= len(links) <= STREAMS_MAX, "not 1 to 64 stream links")
    for link in links:
        link = fields(link, {1: "number", 2: "bytes"})
        check(len(link.get(2, b"")) == 32, "a stream link's previous is not 32 bytes")
        check(link.get(1, 0) > 0 or link[2] == bytes(32), "revision 0 has a previous entry")
    envelope = fields(entry.get(4, b""), {1: "bytes", 2: "bytes", 3: "bytes"})
    check(1 <= len(envelope.get(1, b"")) <= STATEMENT_BYTES_MAX, "the statement is empty or too long")
    check(len(envelope.get(2, b"")) == 32, "the key id is not 32 bytes")
    check(len(envelope.get(3, b"")) == 64, "the signature is not 64 bytes")
    return entry.get(1, 0), envelope


# --- Signatures ---


def verify(public, message, signature, what):
    check(len(public) == 32 and len(signature) == 64, f"{what}: wrong length")
    y = int.from_bytes(public, "little") & (1 << 255) - 1
    check(y < PRIME and y not in SMALL_ORDER, f"{what}: the key is not one that may be enrolled")
    r = int.from_bytes(signature[:32], "little") & (1 << 255) - 1
    check(r < PRIME and r not in SMALL_ORDER, f"{what}: R is of small order")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        raise Failed(f"{what} does not verify") from None


def pae(body):
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE, len(body), body)


def decode64(text, what):
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Failed(f"{what} is not base64") from None
    check(base64.b64encode(content).decode() == text, f"{what} is not canonical base64")
    return content


def parse_vkey(text, kind):
    """Name, key id and public key of a C2SP vkey of signature type `kind`."""
    parts = text.split("+", 2)
    check(len(parts) == 3, "a key of the trust file is not a vkey")
    name, encoded = parts[0], decode64(parts[2], "a vkey")
    check(len(encoded) == 33 and encoded[0] == kind, f"the vkey of {name} is of another type")
    key_id = sha256(name.encode() + b"\n" + encoded)[:4]
    check(parts[1] == key_id.hex(), f"the vkey of {name} has another key id")
    return name, key_id, encoded[1:]


# --- The receipt: tlog-proof, checkpoint, signatures (FORMAT.md, Receipt and Checkpoint) ---


def decimal(text, what):
    check(text.isascii() and text.isdigit() and str(int(text)) == text, f"{what} is not a decimal number")
    check(int(text) < 1 << 64, f"{what} is too large")
    return int(text)


def parse_receipt(content):
    """Index, proof, text and signature lines of a receipt."""
    check(len(content) <= RECEIPT_BYTES_MAX, "the receipt is too long")
    head, blank, note = content.decode("utf-8").partition("\n\n")
    lines = head.split("\n")
    check(bool(blank) and lines[0] == "c2sp.org/tlog-proof@v1", "not a tlog-proof of version 1")
    rest = lines[2:] if len(lines) > 1 and lines[1].startswith("extra ") else lines[1:]
    check(bool(rest) and rest[0].startswith("index "), "the receipt has no index")
    index = decimal(rest[0].removeprefix("index "), "the index")
    proof = [decode64(line, "a hash of the proof") for line in rest[1:]]
    check(len(proof) <= PROOF_HASHES_MAX and all(len(each) == 32 for each in proof), "the proof is not of hashes")
    check(len(note.encode()) <= NOTE_BYTES_MAX, "the checkpoint is too long")
    check(all(char >= " " or char == "\n" for char in note), "the checkpoint holds a control character")
    text, blank, signatures = note.rpartition("\n\n")
    check(bool(blank) and signatures.endswith("\n"), "the checkpoint has no signatures")
    return index, proof, text + "\n", signatures[:-1].split("\n")


def verify_lines(text, lines, trust):
    """That the log of the trust file signed a note's text; says who else did. Returns the log's name."""
    log = parse_vkey(trust["ledger_key"], 0x01)
    known = {log[:2]: ("log", log[2])}
    for role, listed in [("witness", "witnesses"), ("auditor", "auditors")]:
        for vkey in trust.get(listed, []):
            name, key_id, public = parse_vkey(vkey, 0x04)
            known[name, key_id] = (role, public)
    check(len(lines) <= SIGNATURES_MAX, "too many signatures")
    signed = set()
    for line in lines:
        dash, name, encoded = (line.split(" ") + ["", ""])[:3]
        check(line.count(" ") == 2 and dash == "\u2014" and bool(name), "a signature line is malformed")
        content = decode64(encoded, "a signature")
        check(len(content) > 4, "a signature is too short")
        role, public = known.get((name, content[:4]), ("", b""))
        if role == "log":
            verify(public, text.encode(), content[4:], "the log's signature")
        elif role:
            time_s = int.from_bytes(content[4:12], "big")
            check(len(content) == 76 and time_s < 1 << 63, f"the cosignature of {name} is malformed")
            message = f"cosignature/v1\ntime {time_s}\n{text}".encode()
            verify(public, message, content[12:], f"the cosignature of {name}")
            print(f"ok: cosigned by the {role} {name} at {time_s} (seconds since 1970)")
        else:
            print(f"not checked: a signature by {name}, whom the trust file does not name")
        signed.add(role)
    check("log" in signed, "the log has not signed it")
    return log[0]


def verify_checkpoint(text, lines, trust):
    """Size and root of a checkpoint that the log of the trust file signed."""
    log = verify_lines(text, lines, trust)
    parts = text.split("\n")
    check(len(parts) == 4 and parts[3] == "", "the checkpoint is not of three lines")
    check(parts[0] == trust["origin"] == log, "the checkpoint is another log's")
    root = decode64(parts[2], "the root")
    check(len(root) == 32, "the root is not 32 bytes")
    return decimal(parts[1], "the size"), root


def root_from(leaf, index, size, proof):
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2)."""
    check(index < size, "the index lies outside the tree")
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        check(last > 0, "the proof is too long")
        if node & 1 or node == last:
            current = sha256(b"\x01" + sibling + current)
            while not node & 1 and node > 0:
                node, last = node >> 1, last >> 1
        else:
            current = sha256(b"\x01" + current + sibling)
        node, last = node >> 1, last >> 1
    check(last == 0, "the proof is too short")
    return current


def run(trust, receipt, entry, device_key):
    index, envelope = parse_entry(entry)
    print(f"ok: the entry is canonical; it says it is entry {index}")
    statement, key_id, signature = envelope[1], envelope[2], envelope[3]
    if device_key is None:
        print(f"not checked: the device's signature (no key given; the entry names key {key_id.hex()})")
    else:
        check(sha256(device_key) == key_id, "the entry was signed with another key than the one given")
        verify(device_key, pae(statement), signature, "the device's signature")
        print(f"ok: statement {sha256(statement).hex()} is signed with the device key given")
    at, proof, text, lines = parse_receipt(receipt)
    check(at == index, "the receipt is for another index")
    size, root = verify_checkpoint(text, lines, trust)
    print(f"ok: the log {trust['origin']} signed the checkpoint of size {size}")
    leaf = sha256(b"\x00" + entry)
    check(root_from(leaf, index, size, proof) == root, "the inclusion proof does not lead to the root")
    print(f"ok: leaf {leaf.hex()} is entry {index} of {size}")
    if index == 0:
        check(leaf.hex() == trust["genesis"], "entry 0 is not the genesis of the trust file")
        print("ok: it is the genesis that the trust file names")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trust", type=Path)
    parser.add_argument("receipt", type=Path)
    parser.add_argument("entry", type=Path)
    parser.add_argument("--device-key", type=bytes.fromhex, metavar="HEX", help="the device's raw public key")
    arguments = parser.parse_args()
    try:
        trust = tomllib.loads(arguments.trust.read_text(encoding="utf-8"))
        trust["origin"], trust["genesis"], trust["ledger_key"]
        receipt, entry = arguments.receipt.read_bytes(), arguments.entry.read_bytes()
    except (OSError, ValueError, KeyError) as error:
        print(f"could not check: {error}", file=sys.stderr)
        return 2
    try:
        run(trust, receipt, entry, arguments.device_key)
    except (Failed, UnicodeDecodeError) as failure:
        print(f"FAILED: {failure}")
        return 1
    print("the receipt holds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
