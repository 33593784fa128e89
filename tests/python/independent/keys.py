"""Ed25519 keys: signing, ids, and which keys may be enrolled (FORMAT.md, section 4)."""

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
IDENTITY = (0, 1)


class Key:
    """A secret key from a 32-byte seed."""

    def __init__(self, seed):
        self._secret = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._secret.public_key().public_bytes_raw()
        self.id = hashlib.sha256(self.public).digest()

    def sign(self, message):
        return self._secret.sign(message)


def verifies(public, message, signature):
    """The strict verdict: what `cryptography` says, and R is not of small order."""
    if int.from_bytes(signature[:32], "little") & (1 << 255) - 1 in SMALL_ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return True
    except InvalidSignature:
        return False


def add(left, right):
    (x1, y1), (x2, y2) = left, right
    k = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - k, -1, P)
    return x % P, y % P


def multiply(number, point):
    total = IDENTITY
    while number:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def compress(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decompress(encoded):
    """The point of an encoding with `y` taken modulo p, or None."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, (number & (1 << 255) - 1) % P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P:
        return None
    return ((P - x) % P if x & 1 != sign else x), y


# The y coordinates of the eight points of small order: the multiples of one of order eight.
SMALL_ORDER = {
    multiply(number, decompress(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")))[1]
    for number in range(8)
}


@lru_cache(maxsize=256)
def unfit(encoded):
    """Why a public key may not be enrolled; None if it may."""
    if len(encoded) != 32:
        return "length"
    point = decompress(encoded)
    if point is None:
        return "not a point"
    if compress(point) != encoded:
        return "not canonical"
    if multiply(8, point) == IDENTITY:
        return "small order"
    if multiply(L, point) != IDENTITY:
        return "not torsion-free"
    return None
