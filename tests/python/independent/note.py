"""Signed notes, checkpoints, cosignatures and receipts of C2SP (FORMAT.md, sections 8 to 10)."""

import base64
import hashlib

ED25519, COSIGNATURE = 0x01, 0x04


def b64(content):
    return base64.b64encode(content).decode()


def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def vkey(name, kind, public):
    return f"{name}+{key_id(name, kind, public).hex()}+{b64(bytes([kind]) + public)}"


def checkpoint(origin, size, root):
    return f"{origin}\n{size}\n{b64(root)}\n"


def log_line(name, key, text):
    content = key_id(name, ED25519, key.public) + key.sign(text.encode())
    return f"\u2014 {name} {b64(content)}\n"


def cosignature_message(text, time_s):
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()


def cosignature_line(name, key, text, time_s):
    signature = time_s.to_bytes(8, "big") + key.sign(cosignature_message(text, time_s))
    return f"\u2014 {name} {b64(key_id(name, COSIGNATURE, key.public) + signature)}\n"


def receipt(index, proof, note):
    hashes = "".join(b64(each) + "\n" for each in proof)
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{hashes}\n{note}"
