"""Tests of the parts of `check_bundle.py`: `python3 test_check_bundle.py`. Whole bundles come from a node."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from independent import bundle, tree  # noqa: E402
from independent.tree import sha256  # noqa: E402

FILES = [("README.txt", b"hello\n"), ("checkpoint", b""), ("receipts/9.tlog-proof", b"x" * 300)]


class Container(unittest.TestCase):
    """One form for one set of files."""

    def test_what_was_packed_is_unpacked_and_no_other_bytes_are(self):
        whole = bundle.pack(FILES)
        self.assertEqual(bundle.unpack(whole), FILES)
        for place in range(len(whole)):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << place % 8
            with self.assertRaises(bundle.Malformed, msg=f"byte {place}"):
                bundle.unpack(bytes(flipped))
        for other in [b"", whole[:-1], whole + b"\0", b"\0" + whole]:
            with self.assertRaises(bundle.Malformed):
                bundle.unpack(other)

    def test_files_stand_in_their_order_and_nothing_else_stands_there(self):
        names = sorted(bundle.REQUIRED, key=bundle.ORDER.index)
        at = names.index("case.jsonld")
        receipts = ["receipts/9.tlog-proof", "receipts/10.tlog-proof"]
        bundle.check_names([*names[:at], *receipts, *names[at:]])
        refused = [
            [*names[:at], *reversed(receipts), *names[at:]], [*names, "x.txt"], names[1:], [names[0], *names],
            [*names[:at], "receipts/../x", *names[at:]], [*names[:at], "receipts/", *names[at:]],
        ]
        for wrong in refused:
            with self.assertRaises(bundle.Malformed, msg=wrong):
                bundle.check_names(wrong)

    def test_a_line_is_written_in_one_way(self):
        def read(line):
            return list(bundle.json_lines(line.encode(), "a file", {"index": int, "entry": str}))

        self.assertEqual(read('{"index":1,"entry":"\u00f6"}\n'), [{"index": 1, "entry": "\u00f6"}])
        for wrong in [
            '{"index":1,"entry":"x"}', '{"index": 1,"entry":"x"}\n', '{"entry":"x","index":1}\n', '{"index":1}\n',
            '{"index":1,"entry":"x","more":1}\n', '{"index":1,"index":1,"entry":"x"}\n', '{"index":"1","entry":"x"}\n',
            '{"index":1.0,"entry":"x"}\n', '{"index":true,"entry":"x"}\n', '{"index":1,"entry":"\\u0078"}\n',
        ]:
            with self.assertRaises(bundle.Malformed, msg=wrong):
                read(wrong)


class Proofs(unittest.TestCase):
    """Nothing else is proven by a proof."""

    def test_a_proof_of_many_leaves_holds_for_these_alone(self):
        grown = tree.Tree(tree.leaf_hash(bytes([number])) for number in range(21))
        indices = [0, 7, 8, 20]
        proof = tree.many_proof(grown, indices, 21)
        leaves = {index: grown.leaves[index] for index in indices}
        self.assertEqual(tree.Many(leaves, 21, proof).root, grown.root())
        self.assertNotEqual(tree.Many(leaves | {7: grown.leaves[6]}, 21, proof).root, grown.root())
        more = [*proof, proof[0]]
        for other, size, hashes in [({}, 21, proof), (leaves, 20, proof), (leaves, 21, proof[1:]), (leaves, 21, more)]:
            with self.assertRaises(ValueError):
                tree.Many(other, size, hashes)

    def test_a_census_proof_shows_presence_or_absence_and_nothing_else(self):
        heads = [(sha256(bytes([number])), number, sha256(b"head %d" % number)) for number in range(20)]
        root = tree.census_root(heads)
        for number in range(40):
            key = sha256(bytes([number]))
            found, siblings = tree.census_proof(heads, key)
            content = tree.census_proof_text(found, siblings).encode()
            self.assertEqual(bundle.census_proof(content), (found, siblings))
            expected = heads[number][1:] if number < 20 else None
            self.assertEqual(tree.census_found(root, key, found, siblings), expected)
            other = (found[0], found[1] + 1, found[2]) if found else heads[0]
            with self.assertRaises(ValueError):
                tree.census_found(root, key, other, siblings)


if __name__ == "__main__":
    unittest.main()
