"""The forms of a disclosure bundle's files: its ZIP, its JSON, its lines (FORMAT.md, Disclosure bundle)."""

import base64
import binascii
import json
import re
import struct
import uuid
import zlib

from .tree import sha256

NAME = re.compile(r"(?=.{1,120}\Z)[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
LOCAL, CENTRAL, END = "<IHHHHHIIIHH", "<IHHHHHHIIIHHHHHII", "<IHHHHIIH"
ORDER = [
    "README.txt", "report.html", "bundle.json", "checkpoint", "entries.jsonl", "inclusion", "census/",
    "openings.jsonl", "register.jsonl", "policies/", "receipts/", "case.jsonld", "drafts/", "sensitive/",
    "verify.html", "SHA256SUMS", "SHA256SUMS.note",
]
REQUIRED = {name for name in ORDER if not name.endswith("/")} - {"verify.html"}
MANIFEST = [
    "form", "origin", "genesis", "size", "root", "profile", "case", "exhibits", "request", "census", "slices",
    "stated", "withheld", "zone", "program",
]
SLICE, STATED = ["stream", "first", "last"], ["exhibit", "stretches", "findings"]
ENTRY = {"index": int, "entry": str}
OPENING = {"statement": str, "field": str, "disclosure": str}
REGISTER = {"number": int, "index": int, "field": str, "commitment": str, "fate": str}


class Malformed(Exception):
    """Bytes that are not of the form; the argument says which."""


def demand(holds, what):
    if not holds:
        raise Malformed(what)


def pack(files):
    """The one ZIP of these files, [(name, bytes)], in this order."""
    body, directory = b"", b""
    for name, content in files:
        size, check = len(content), zlib.crc32(content)
        common = (0, 0, 0, 0x21, check, size, size, len(name), 0)
        directory += struct.pack(CENTRAL, 0x02014B50, 3 << 8 | 10, 10, *common, 0, 0, 0, 0o100644 << 16, len(body))
        directory += name.encode()
        body += struct.pack(LOCAL, 0x04034B50, 10, *common) + name.encode() + content
    return body + directory + struct.pack(END, 0x06054B50, 0, 0, len(files), len(files), len(directory), len(body), 0)


def unpack(content):
    """The files of a bundle in their order; nothing else may be in its bytes."""
    demand(len(content) >= 22, "the file is no ZIP")
    _, _, _, _, count, _, at, _ = struct.unpack(END, content[-22:])
    files = []
    try:
        for _ in range(count):
            found = struct.unpack_from(CENTRAL, content, at)
            size, length, begins = found[9], found[10], found[16]
            name = content[at + 46 : at + 46 + length].decode("ascii")
            start = begins + 30 + length
            files.append((name, content[start : start + size]))
            at += 46 + length
    except (struct.error, UnicodeDecodeError):
        raise Malformed("the file is no ZIP of a bundle") from None
    demand(pack(files) == content, "the ZIP is not in the one form of its files")
    return files


def check_names(names):
    """Every name is one that a file of a bundle has, each once, in their order."""
    def rank(name):
        kind = name.split("/")[0] + "/" if "/" in name else name
        demand(kind in ORDER and NAME.fullmatch(name), f"{name!r} does not belong in a bundle")
        demand(not {".", ".."} & set(name.split("/")), f"{name!r} is no name")
        return ORDER.index(kind), len(name), name

    ranks = [rank(name) for name in names]
    demand(all(one < other for one, other in zip(ranks, ranks[1:])), "the files are not in their order")
    missing = sorted(REQUIRED - set(names))
    demand(not missing, f"there is no {', '.join(missing)}")


def sums(files):
    listed = [(name, content) for name, content in files if not name.startswith("SHA256SUMS")]
    return "".join(f"{sha256(content).hex()}  {name}\n" for name, content in listed).encode()


def text_lines(content, what):
    """The lines of a text, each ended by a newline."""
    text = content.decode("utf-8")
    demand(text.endswith("\n") or not text, f"the last line of {what} does not end")
    return text.split("\n")[:-1]


def json_lines(content, what, shape, optional=()):
    """One object a line, written in the one way: the fields of `shape` in their order, then some of `optional`."""
    for line in text_lines(content, what):
        value = json.loads(line)
        again = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        demand(isinstance(value, dict) and again == line, f"{what}: a line is written otherwise")
        names = list(value)
        rest = names[len(shape) :]
        demand(names[: len(shape)] == list(shape), f"{what}: a line has other fields")
        demand(rest == [name for name in optional if name in rest], f"{what}: a line has other fields")
        demand(all(type(value[name]) is kind for name, kind in shape.items()), f"{what}: a field of another type")
        yield value


def manifest(content):
    """bundle.json, with what can be said of it alone."""
    text = content.decode("utf-8")
    value = json.loads(text)
    demand(json.dumps(value, ensure_ascii=False, indent=2) + "\n" == text, "bundle.json is written otherwise")
    demand(list(value) == MANIFEST and value["form"] == "custody-bundle/1", "bundle.json is of another form")
    demand(value["profile"] in ("defence", "cps", "internal"), "bundle.json names no known profile")
    demand(0 <= value["request"] < value["census"] < value["size"], "request, census and size are not in order")
    exhibits = [id_of(each) for each in value["exhibits"]]
    demand(exhibits and exhibits == sorted(set(exhibits)), "the exhibits do not ascend")
    demand([each["exhibit"] for each in value["stated"]] == value["exhibits"], "what is stated is of other exhibits")
    demand(all(list(each) == SLICE for each in value["slices"]), "a slice is of another form")
    demand(all(list(each) == STATED for each in value["stated"]), "what is stated is of another form")
    return value


def id_of(text):
    demand(str(uuid.UUID(text)) == text, "an id is written otherwise")
    return uuid.UUID(text).bytes


def hash_of(text):
    demand(re.fullmatch("[0-9a-f]{64}", text), "a hash is not 64 lower-case hexadecimal digits")
    return bytes.fromhex(text)


def base64_of(text, what):
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Malformed(f"{what} is not base64") from None
    demand(base64.b64encode(content).decode() == text, f"{what} is not canonical base64")
    return content


def census_proof(content):
    """What stands at the end of the path, (key, revision, head) or None, and the siblings."""
    head, end, *rest = text_lines(content, "a census proof")
    demand(head == "custody-ledger/census-proof@v1" and len(rest) <= 256, "no census proof")
    found = None
    if end != "empty":
        match = re.fullmatch("leaf ([0-9a-f]{64}) (0|[1-9][0-9]{0,19}) ([0-9a-f]{64})", end)
        demand(match and int(match[2]) < 1 << 64, "a census proof ends in nothing")
        found = bytes.fromhex(match[1]), int(match[2]), bytes.fromhex(match[3])
    siblings = [base64_of(line, "a hash of a census proof") for line in rest]
    demand(all(len(each) == 32 for each in siblings), "a census proof is not of hashes")
    return found, siblings


def opened(encoded):
    """Salt, name and value of a disclosure (FORMAT.md, Commitments)."""
    demand(len(encoded) <= 16_384 and re.fullmatch("[A-Za-z0-9_-]*", encoded), "a disclosure is not base64url")
    content = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    again = base64.urlsafe_b64encode(content).rstrip(b"=").decode()
    demand(again == encoded, "a disclosure is not canonical base64url")
    value = json.loads(content.decode("utf-8"))
    demand(isinstance(value, list) and [type(each) for each in value] == [str] * 3, "a disclosure is not three strings")
    salt = base64.urlsafe_b64decode(value[0] + "=" * (-len(value[0]) % 4))
    demand(len(salt) >= 16, "a salt has fewer than 16 bytes")
    return value
