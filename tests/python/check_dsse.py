#!/usr/bin/env python3
"""Checks a statement with somebody else's DSSE: `check_dsse.py ENVELOPE DEVICE_KEY_HEX`.

The verifier is that of the package `securesystemslib`; nothing here knows how a signature is made. Exit
status: 0 the device has signed the payload as a statement, 1 it has not.
"""

import hashlib
import json
import sys
from pathlib import Path

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

PAYLOAD_TYPE = "application/vnd.custody-ledger.statement.v1+protobuf"


def main():
    content, public = Path(sys.argv[1]).read_bytes(), sys.argv[2]
    key = SSlibKey(hashlib.sha256(bytes.fromhex(public)).hexdigest(), "ed25519", "ed25519", {"public": public})
    try:
        envelope = Envelope.from_dict(json.loads(content))
        if envelope.payload_type != PAYLOAD_TYPE:
            raise ValueError("the payload is of another type")
        envelope.verify([key], 1)
    except (ValueError, KeyError, VerificationError) as failure:
        print(f"FAILED: {failure}")
        return 1
    print(f"ok: statement {hashlib.sha256(envelope.payload).hexdigest()} is signed with key {key.keyid}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
