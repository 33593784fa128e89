#!/usr/bin/env python3
"""Speaks to a running node as an authority's device, and checks the receipt it answers with.

`speak_to_node.py URL TRUST KEY DEVICE OUT`: KEY is the authority's key file (64 hexadecimal digits), DEVICE its
id. The statement, its signature and the request are made by the second implementation; entry and receipt are
written to OUT for `verify_receipt.py`. The authority must not have said anything yet.
"""

import argparse
import os
import sys
import time
import tomllib
import urllib.request
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from independent import canonical, statement  # noqa: E402
from independent.keys import Key  # noqa: E402

RECORDED = 1


def first_statement(device, genesis):
    """The bytes of a fact any authority may say, as the device's first statement."""
    site = uuid.uuid4().bytes
    name = statement.disclosure(os.urandom(16), "name", "A site that exists for one test")
    now_us = time.time_ns() // 1_000
    content = canonical.encode("Statement", {
        "device": device, "sequence": 0, "previous": bytes(32), "enrolment": genesis,
        "time": {
            "boot": uuid.uuid4().bytes, "monotonic_us": time.monotonic_ns() // 1_000, "wall_us": now_us,
            "clock": {"source": 1, "synchronised": 0, "last_sync_us": 0, "error_us": 1_000_000},
        },
        "site_registered": {"declared": {"site": site, "name": statement.digest(name)}},
    })
    canonical.decode_statement(content)
    return content, name


def submit(url, envelope, openings):
    """The node's outcome for one submission."""
    request = canonical.encode("SubmitRequest", {
        "submissions": [{"envelope": envelope, "openings": openings}], "seen_size": 0,
    })
    headers = {"Content-Type": "application/x-protobuf"}
    post = urllib.request.Request(f"{url}/v1/statements", data=request, headers=headers, method="POST")
    with urllib.request.urlopen(post, timeout=30) as answer:
        return canonical.decode("SubmitResponse", answer.read())["outcomes"][0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("trust", type=Path)
    parser.add_argument("key", type=Path)
    parser.add_argument("device", type=uuid.UUID)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    trust = tomllib.loads(arguments.trust.read_text(encoding="utf-8"))
    key = Key(bytes.fromhex(arguments.key.read_text(encoding="ascii").strip()))
    content, name = first_statement(arguments.device.bytes, bytes.fromhex(trust["genesis"]))
    envelope = statement.envelope(content, key)
    outcome = submit(arguments.url, envelope, [name])
    if outcome["status"] != RECORDED:
        print(f"not recorded: {outcome}", file=sys.stderr)
        return 1
    entry = canonical.decode("Entry", outcome["entry"])
    if entry["envelope"] != envelope:
        print("the entry holds another envelope than the one sent", file=sys.stderr)
        return 1
    (arguments.out / "entry").write_bytes(outcome["entry"])
    (arguments.out / "receipt").write_text(outcome["receipt"], encoding="utf-8")
    (arguments.out / "device-key").write_text(key.public.hex(), encoding="ascii")
    print(f"recorded as entry {entry['index']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
