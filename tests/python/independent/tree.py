"""The Merkle tree of RFC 6962, word by word, and the census (FORMAT.md, sections 5 and 7)."""

import base64
import hashlib

EMPTY = bytes(32)


def sha256(content):
    return hashlib.sha256(content).digest()


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def split(count):
    """The largest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1


class Tree:
    """The tree over a growing list of leaf hashes; remembers the roots of ranges it has computed."""

    def __init__(self, leaves=()):
        self.leaves, self._known = [], {}
        for leaf in leaves:
            self.push(leaf)

    def push(self, leaf):
        self.leaves.append(leaf)

    def range_root(self, start, end):
        if start == end:
            return sha256(b"")
        if end - start == 1:
            return self.leaves[start]
        if (start, end) not in self._known:
            middle = start + split(end - start)
            self._known[start, end] = node_hash(self.range_root(start, middle), self.range_root(middle, end))
        return self._known[start, end]

    def root(self, size=None):
        return self.range_root(0, len(self.leaves) if size is None else size)

    def inclusion(self, index, size, start=0):
        if size - start == 1:
            return []
        middle = start + split(size - start)
        if index < middle:
            return self.inclusion(index, middle, start) + [self.range_root(middle, size)]
        return self.inclusion(index, size, middle) + [self.range_root(start, middle)]

    def consistency(self, old, new):
        if old in (0, new):
            return []
        return self._subproof(old, 0, new, True)

    def _subproof(self, old, start, end, whole):
        if old == end - start:
            return [] if whole else [self.range_root(start, end)]
        middle = split(end - start)
        if old <= middle:
            return self._subproof(old, start, start + middle, whole) + [self.range_root(start + middle, end)]
        right = self._subproof(old - middle, start + middle, end, False)
        return right + [self.range_root(start, start + middle)]


def tiles(tree):
    """Path and content of every hash tile of a tree."""
    size, level = len(tree.leaves), 0
    while size >> 8 * level:
        places, span = size >> 8 * level, 1 << 8 * level
        for index in range((places + 255) // 256):
            width = min(256, places - 256 * index)
            hashes = [tree.range_root((256 * index + i) * span, (256 * index + i + 1) * span) for i in range(width)]
            yield tile_path(str(level), index, width), b"".join(hashes)
        level += 1


def bundles(entries):
    """Path and content of every entry bundle."""
    for start in range(0, len(entries), 256):
        bundle = entries[start : start + 256]
        content = b"".join(len(entry).to_bytes(2, "big") + entry for entry in bundle)
        yield tile_path("entries", start // 256, len(bundle)), content


def tile_path(level, index, width):
    digits = f"{index:03d}"
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join(["tile", level, *(f"x{group}" for group in groups[:-1]), groups[-1]])
    return path if width == 256 else f"{path}.p/{width}"


def census_root(heads, depth=0):
    """The root over (key, revision, head) of every stream."""
    if not heads:
        return EMPTY
    if len(heads) == 1:
        return census_leaf(*heads[0])
    left, right = part(heads, depth)
    return census_node(census_root(left, depth + 1), census_root(right, depth + 1))


def census_leaf(key, revision, head):
    return sha256(b"\x02" + key + revision.to_bytes(8, "big") + head)


def census_node(left, right):
    return sha256(b"\x03" + left + right)


def bit(key, depth):
    return key[depth // 8] >> 7 - depth % 8 & 1


def part(heads, depth):
    return [head for head in heads if not bit(head[0], depth)], [head for head in heads if bit(head[0], depth)]


def census_proof(heads, key):
    """What stands at the end of the key's path (a head or None), and the hashes beside the path."""
    siblings, depth = [], 0
    while len(heads) > 1:
        sides = part(heads, depth)
        siblings.append(census_root(sides[1 - bit(key, depth)], depth + 1))
        heads = sides[bit(key, depth)]
        depth += 1
    return (heads[0] if heads else None), siblings


def census_proof_text(found, siblings):
    end = "empty" if found is None else f"leaf {found[0].hex()} {found[1]} {found[2].hex()}"
    lines = ["custody-ledger/census-proof@v1", end, *(base64.b64encode(each).decode() for each in siblings)]
    return "".join(line + "\n" for line in lines)
