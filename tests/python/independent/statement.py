"""What hangs on a statement: its hash, streams, commitments, envelope and entry."""

import base64
import hashlib
import json
import uuid

from . import canonical

PAYLOAD_TYPE = "application/vnd.custody-ledger.statement.v1+protobuf"
POSSESSION_TYPE = "application/vnd.custody-ledger.possession.v1"
STREAM_ORDER = ["exhibit", "case", "compartment", "device", "site"]


def pae(payload_type, body):
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def possession_message(device, public):
    return pae(POSSESSION_TYPE, device + public)


def streams(content):
    """The names of the streams a statement belongs to, in order."""
    value = canonical.decode("Statement", content)
    found = set()
    for _, field, each in canonical.leaves("Statement", value):
        if field.stream:
            found.add((STREAM_ORDER.index(field.stream), each))
    found = found or {(STREAM_ORDER.index("device"), value["device"])}
    return [f"{STREAM_ORDER[kind]}/{uuid.UUID(bytes=each)}" for kind, each in sorted(found)]


def commitments(content):
    """(field name, digest) of each commitment, in the order of the bytes."""
    value = canonical.decode("Statement", content)
    leaves = canonical.leaves("Statement", value)
    return [(field.name, each) for _, field, each in leaves if field.options.get("commits")]


def envelope(content, key):
    return {"statement": content, "key_id": key.id, "signature": key.sign(pae(PAYLOAD_TYPE, content))}


def disclosure(salt, name, value):
    """The base64url text of RFC 9901, in the spelling of its examples."""
    salt = base64.urlsafe_b64encode(salt).rstrip(b"=").decode()
    text = json.dumps([salt, name, value], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def digest(encoded):
    return hashlib.sha256(encoded.encode()).digest()
