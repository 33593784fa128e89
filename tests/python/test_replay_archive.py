"""Tests of `replay_archive.py` over the committed archives: `python3 test_replay_archive.py`."""

import contextlib
import io
import shutil
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors"
sys.path.insert(0, str(HERE))

import replay_archive  # noqa: E402
import verify_receipt  # noqa: E402
from independent import canonical, tree  # noqa: E402
from independent.world import Device, World  # noqa: E402

FAILURES = (replay_archive.Failed, verify_receipt.Failed, canonical.Refused, UnicodeDecodeError)


def replay(trust, folder):
    """None if the archive holds, otherwise what does not."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            replay_archive.run(trust, folder)
            return None
        except FAILURES as failure:
            return str(failure)


class Archives(unittest.TestCase):
    """The committed ones hold; nothing changed in one does."""

    def test_the_committed_archives_hold(self):
        for name in ["archive", "fork", "keys"]:
            trust = tomllib.loads((VECTORS / name / "trust.toml").read_text(encoding="utf-8"))
            self.assertIsNone(replay(trust, VECTORS / name / "log"), name)

    def test_a_flipped_bit_anywhere_in_tiles_entries_and_evidence_is_found(self):
        trust = tomllib.loads((VECTORS / "fork" / "trust.toml").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            shutil.copytree(VECTORS / "fork" / "log", log)
            for path in sorted(each for each in log.rglob("*") if each.is_file() and each.name != "checkpoint"):
                whole = path.read_bytes()
                # A prime step visits every kind of field; every byte would take minutes.
                for place in range(0, len(whole), 23):
                    edited = bytearray(whole)
                    edited[place] ^= 1 << place % 8
                    path.write_bytes(edited)
                    self.assertIsNotNone(replay(trust, log), f"{path.name} byte {place}")
                path.write_bytes(whole)
            self.assertIsNone(replay(trust, log))

    def test_a_file_that_is_missing_or_too_many_is_found(self):
        trust = tomllib.loads((VECTORS / "fork" / "trust.toml").read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            shutil.copytree(VECTORS / "fork" / "log", log)
            (log / "note.txt").write_text("hello", encoding="utf-8")
            self.assertIn("does not belong", replay(trust, log))
            (log / "note.txt").unlink()
            shutil.rmtree(log / "evidence")
            self.assertIn("is not in the archive", replay(trust, log))


class Ledgers(unittest.TestCase):
    """Ledgers that the log's own key has signed and that hold what they must not."""

    def check(self, make, expected):
        world = make()
        with tempfile.TemporaryDirectory() as folder:
            for path, content in world.archive():
                target = Path(folder) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            found = replay(tomllib.loads(world.trust()), Path(folder))
        self.assertIsNotNone(found)
        self.assertIn(expected, found)

    def test_a_wrong_census_is_found(self):
        def make():
            world = World()
            world.say(world.node, "census_taken", derived={"root": bytes(32), "streams": 2})
            return world

        self.check(make, "the census of entry 2 is another")

    def test_a_census_that_leaves_a_stream_out_is_found(self):
        def make():
            world = World()
            heads = world.census_heads()[1:]
            world.say(world.node, "census_taken", derived={"root": tree.census_root(heads), "streams": len(heads)})
            return world

        self.check(make, "is another")

    def test_a_device_that_saw_another_tree_is_found(self):
        def make():
            world = World()
            world.node.seen = {"size": 1, "root": bytes(32)}
            world.say(world.node, "epoch_claimed", observed={"epoch": 2, "software": "x"})
            return world

        self.check(make, "entry 2 names another root")

    def test_a_device_enrolled_by_one_authority_alone_does_not_speak(self):
        def make():
            world, other = World(), Device("impostor")
            groups = {"device": other.id, "kind": 1, "key": other.public, "possession": other.possession}
            hash_ = world.say(world.authorities[0], "device_enrolled", declared=groups)
            other.enrolment = world.tree.leaves[-1]
            world.say(world.authorities[0], "approved", declared={"statement": hash_})
            world.say(other, "offline_entered", observed={"since_us": 1})
            return world

        self.check(make, "no such device speaks")

    def test_a_statement_with_a_used_number_is_found(self):
        def make():
            world = World()
            world.node.sequence -= 1
            world.say(world.node, "epoch_claimed", observed={"epoch": 2, "software": "x"})
            return world

        self.check(make, "another number is next")

    def test_an_entry_linked_into_the_wrong_place_of_a_stream_is_found(self):
        def make():
            world = World()
            name = next(iter(world.heads))
            world.heads[name] = (7, world.heads[name][1])
            world.say(world.node, "epoch_claimed", observed={"epoch": 2, "software": "x"})
            return world

        self.check(make, "is not the next of")


if __name__ == "__main__":
    unittest.main()
