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


def many_proof(tree, indices, size):
    """The hashes that prove the leaves at all these indices: the largest subtrees that hold none of them."""
    def gather(low, high):
        if not any(low <= index < high for index in indices):
            return [tree.range_root(low, high)]
        if high - low == 1:
            return []
        middle = low + split(high - low)
        return gather(low, middle) + gather(middle, high)

    return gather(0, size)


class Many:
    """What a proof for many leaves, {index: leaf hash}, gives: the root, and each one's audit path."""

    def __init__(self, leaves, size, proof):
        self.size, self.ranges, self._rest = size, {}, list(proof)
        if not leaves or max(leaves) >= size:
            raise ValueError("no leaf, or one outside the tree")
        self.root = self._climb(sorted(leaves.items()), 0, size)
        if self._rest:
            raise ValueError("the proof has more hashes than are needed")

    def _climb(self, leaves, low, high):
        if not leaves:
            if not self._rest:
                raise ValueError("the hashes of the proof end too early")
            found = self._rest.pop(0)
        elif high - low == 1:
            found = leaves[0][1]
        else:
            middle = low + split(high - low)
            left = self._climb([each for each in leaves if each[0] < middle], low, middle)
            found = node_hash(left, self._climb([each for each in leaves if each[0] >= middle], middle, high))
        self.ranges[low, high] = found
        return found

    def path(self, index):
        low, high, path = 0, self.size, []
        while high - low > 1:
            middle = low + split(high - low)
            path.insert(0, self.ranges[(middle, high) if index < middle else (low, middle)])
            low, high = (low, middle) if index < middle else (middle, high)
        return path


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


def census_found(root, key, found, siblings):
    """What a census proof shows of a key: (revision, head), or None for absence. ValueError if it proves nothing."""
    if siblings and siblings[-1] == EMPTY:
        raise ValueError("a lone leaf is not written at the shallowest depth")
    if found and any(bit(found[0], depth) != bit(key, depth) for depth in range(len(siblings))):
        raise ValueError("the leaf does not lie on the key's path")
    current = census_leaf(*found) if found else EMPTY
    for depth in range(len(siblings) - 1, -1, -1):
        sides = [current, siblings[depth]]
        current = census_node(*(sides if not bit(key, depth) else reversed(sides)))
    if current != root:
        raise ValueError("it does not lead to the root of the census")
    return found[1:] if found and found[0] == key else None
