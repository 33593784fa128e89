"""Statements of every fact with values made up by rule: the least, the fullest, and explicit zeroes."""

import hashlib

from . import canonical, keys

NUMBERS = [1, 127, 128, 16_383, 16_384, 1_767_225_600_000_000, 2**32, 2**63, 2**64 - 1]
SIGNED = [-1, 1, -64, 64, 63, -65, 2**63 - 1, -(2**63)]
TEXTS = ["a", "A-1", "Möbius", "封印 42", "🔒", "two words"]


class Filler:
    """Fills messages; values depend on the order of asking only."""

    def __init__(self, seed, variant):
        self.seed, self.variant, self.asked = seed, variant, 0

    def _count(self):
        self.asked += 1
        return self.asked

    def _bytes(self, length):
        out, block = b"", 0
        count = self._count()
        while len(out) < length:
            out += hashlib.sha256(f"{self.seed}/{count}/{block}".encode()).digest()
            block += 1
        return out[:length]

    def message(self, name):
        value = {}
        for field in canonical.SCHEMA.messages[name].fields:
            if field.label == "fact":
                continue
            if field.label == "repeated":
                if self.variant == "full":
                    value[field.name] = self._list(field)
            elif field.label == "optional":
                if self.variant == "full" or self.variant == "zero" and field.is_number and field.kind != "enum":
                    value[field.name] = self._one(field)
            else:
                value[field.name] = self._one(field)
        if name == "PublicKey":
            value = {"algorithm": 1, "key": keys.Key(self._bytes(32)).public}
        if name == "Occurred":
            value["from_us"], value["to_us"] = sorted(value.values())
        if name == "ChainResumed.Declared":
            value["lost_from"], value["lost_to"] = sorted(value.values())
        if name == "Seen":
            value["size"] = max(1, value["size"])
        return value

    def _list(self, field):
        items = [self._one(field) for _ in range(2)]
        if field.is_number and field.kind != "enum":
            items.append(0)
        return sorted(items) if field.kind == "bytes" else items

    def _one(self, field):
        if field.kind == "message":
            return self.message(field.type_name)
        if field.kind == "enum":
            values = list(canonical.SCHEMA.enums[field.type_name].values())[1:]
            return values[-1] if self.variant == "full" else values[0]
        if field.is_number:
            return self._number(field)
        if field.kind == "string":
            text = TEXTS[self._count() % len(TEXTS)] if self.variant == "full" else "a"
            return text if len(text.encode()) <= field.options["max"] else "a"
        length = field.options.get("len")
        return self._bytes(length or (field.options["max"] if self.variant == "full" else 1))

    def _number(self, field):
        if self.variant != "full":
            return 0
        count = self._count()
        if field.kind == "bool":
            return 1
        return SIGNED[count % len(SIGNED)] if field.kind == "sint64" else NUMBERS[count % len(NUMBERS)]


def statement(fact, variant):
    """The dict of a statement that says `fact`."""
    filler = Filler(f"{fact.name}/{variant}", variant)
    value = filler.message("Statement")
    if variant == "least":
        # The first statement of a device: zero means that there is none before.
        value["previous"] = bytes(32)
    value[fact.name] = filler.message(fact.type_name)
    return value


def has_optional_number(name):
    """True if explicit zeroes make another statement than leaving everything out."""
    fields = canonical.SCHEMA.messages[name].fields
    own = any(each.label == "optional" and each.is_number and each.kind != "enum" for each in fields)
    return own or any(
        has_optional_number(each.type_name)
        for each in fields
        if each.kind == "message" and each.label == "required"
    )


def every_statement():
    """(name, dict) of all of them."""
    for fact in canonical.SCHEMA.facts():
        for variant in ["least", "full", "zero"]:
            if variant != "zero" or has_optional_number(fact.type_name):
                yield f"{fact.name}/{variant}", statement(fact, variant)


def transcript(content):
    """`path=value` for each value that stands in a statement, in the order of its bytes."""
    lines = []
    for path, field, each in canonical.leaves("Statement", canonical.decode("Statement", content)):
        text = each.hex() if field.kind == "bytes" else str(each)
        lines.append(f"{'.'.join(path)}={text}")
    return lines
