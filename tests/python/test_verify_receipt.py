"""Tests of `verify_receipt.py` over the committed vectors: `python3 test_verify_receipt.py`."""

import contextlib
import io
import json
import subprocess
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors"
sys.path.insert(0, str(HERE))

import verify_receipt  # noqa: E402
from independent import canonical  # noqa: E402


class Receipts(unittest.TestCase):
    """The worked example, whole and broken."""

    def setUp(self):
        worked = json.loads((VECTORS / "worked.json").read_text(encoding="utf-8"))
        self.trust = tomllib.loads((VECTORS / "fork" / "trust.toml").read_text(encoding="utf-8"))
        self.receipt = worked["receipt"].encode()
        self.entry = bytes.fromhex(worked["entry"])
        self.key = bytes.fromhex(worked["public_key"])

    def holds(self, receipt=None, entry=None, key=None, trust=None):
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                verify_receipt.run(trust or self.trust, receipt or self.receipt, entry or self.entry, key or self.key)
                return True
            except (verify_receipt.Failed, UnicodeDecodeError):
                return False

    def test_the_worked_example_holds(self):
        self.assertTrue(self.holds())

    def test_every_flipped_byte_of_the_entry_is_found(self):
        for place in range(len(self.entry)):
            for bit in [0x01, 0x80]:
                flipped = bytearray(self.entry)
                flipped[place] ^= bit
                self.assertFalse(self.holds(entry=bytes(flipped)), f"byte {place}")

    def test_every_flipped_byte_of_the_receipt_is_found(self):
        """All but those by which a cosignature's line becomes one by nobody known: its name and key id."""
        text = self.receipt.decode()
        unnoticed = set()
        for line in text.splitlines(keepends=True):
            start = text.index(line)
            if line.startswith("\u2014 ") and "ledger.example" not in line:
                name_end = line.index(" ", 2)
                # Four bytes of key id are five characters and a third of the sixth.
                unnoticed |= set(range(start + 2, start + name_end + 7)) - {start + name_end}
        at = 0
        for place, character in enumerate(text):
            width = len(character.encode())
            if place not in unnoticed:
                flipped = bytearray(self.receipt)
                flipped[at] ^= 0x01
                self.assertFalse(self.holds(receipt=bytes(flipped)), f"byte {at}: {character!r}")
            at += width

    def test_every_cut_of_the_receipt_is_found(self):
        """Except after the log's line and the witness's: what is left then is a receipt with fewer cosignatures."""
        lines = self.receipt.decode().splitlines(keepends=True)
        whole = {len("".join(lines[:count]).encode()) for count in (len(lines) - 2, len(lines) - 1)}
        for length in range(len(self.receipt)):
            if length not in whole:
                self.assertFalse(self.holds(receipt=self.receipt[:length] or b"\n"), f"cut to {length}")

    def test_another_logs_trust_does_not_do(self):
        for field, value in [("origin", "other.example.test/custody"), ("ledger_key", self.trust["witnesses"][0])]:
            self.assertFalse(self.holds(trust=self.trust | {field: value}), field)

    def test_another_devices_key_does_not_do(self):
        keys = json.loads((VECTORS / "keys.json").read_text(encoding="utf-8"))
        self.assertFalse(self.holds(key=bytes.fromhex(keys["fit"][0]["public_key"])))

    def test_unfit_keys_and_malformed_entries_are_refused(self):
        for vector in json.loads((VECTORS / "malformed.json").read_text(encoding="utf-8")):
            if vector["message"] == "Entry" and vector["what"] not in ("an empty envelope",):
                with self.assertRaises(verify_receipt.Failed, msg=vector["what"]):
                    verify_receipt.parse_entry(bytes.fromhex(vector["bytes"]))

    def test_all_receipts_of_the_archive_hold(self):
        trust = tomllib.loads((VECTORS / "archive" / "trust.toml").read_text(encoding="utf-8"))
        entries = []
        for path in ["000", "001.p/4"]:
            content = (VECTORS / "archive" / "log" / "tile" / "entries" / path).read_bytes()
            while content:
                length = int.from_bytes(content[:2], "big")
                entries.append(content[2 : 2 + length])
                content = content[2 + length :]
        self.assertEqual(len(entries), 260)
        for vector in json.loads((VECTORS / "receipts.json").read_text(encoding="utf-8")):
            entry = entries[vector["index"]]
            with contextlib.redirect_stdout(io.StringIO()):
                verify_receipt.run(trust, vector["receipt"].encode(), entry, None)
            self.assertEqual(canonical.decode("Entry", entry)["index"], vector["index"])


class Program(unittest.TestCase):
    """Exit statuses, as a script sees them."""

    def run_with(self, entry, trust=VECTORS / "fork" / "trust.toml"):
        worked = json.loads((VECTORS / "worked.json").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            (folder / "receipt").write_text(worked["receipt"], encoding="utf-8")
            (folder / "entry").write_bytes(entry)
            program = [sys.executable, "-B", HERE / "verify_receipt.py", trust, folder / "receipt", folder / "entry"]
            return subprocess.run(program, capture_output=True, text=True, check=False)

    def test_status_0_1_and_2(self):
        worked = json.loads((VECTORS / "worked.json").read_text(encoding="utf-8"))
        entry = bytes.fromhex(worked["entry"])
        done = self.run_with(entry)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("not checked: the device's signature", done.stdout)
        self.assertIn("the receipt holds", done.stdout)
        done = self.run_with(entry[:-1] + b"\x00")
        self.assertEqual(done.returncode, 1)
        self.assertIn("FAILED: ", done.stdout)
        self.assertEqual(self.run_with(entry, HERE / "absent.toml").returncode, 2)


if __name__ == "__main__":
    unittest.main()
