"""Encodings that must be refused, each with the rule of FORMAT.md that it breaks.

`problem` is what the Rust decoder calls it; where a field that stands too early lets a required one be
missed, it says `Missing`, which is the same fault seen from the other side.
"""

from . import canonical, fill, keys
from .canonical import DELIMITED, VARINT, delimited, tag, varint

FACTS = {field.name: field for field in canonical.SCHEMA.facts()}


def chunks(content):
    """The encoded fields of a message, one by one."""
    reader, out = canonical.Reader(content), []
    while reader.at < len(content):
        start = reader.at
        if reader.varint() & 7 == VARINT:
            reader.varint()
        else:
            reader.take(reader.varint())
        out.append(content[start : reader.at])
    return out


class Base:
    """A sound statement as a list of encoded fields, to be broken."""

    def __init__(self, fact="device_booted", variant="full", **changes):
        value = fill.statement(FACTS[fact], variant) | changes
        self.fields = {}
        for chunk in chunks(canonical.encode("Statement", value)):
            self.fields[canonical.Reader(chunk).varint() >> 3] = chunk

    def with_(self, **replaced):
        """The bytes with fields `f<number>` replaced, in the order of their numbers; b"" leaves one out."""
        fields = self.fields | {int(name[1:]): chunk for name, chunk in replaced.items()}
        return b"".join(fields[number] for number in sorted(fields))

    def in_order(self, *numbers):
        """The bytes with the fields in this order, the rest after them."""
        rest = [number for number in sorted(self.fields) if number not in numbers]
        return b"".join(self.fields[number] for number in [*numbers, *rest])


def statements():
    """(rule, problem, what, bytes)."""
    base, whole = Base(), Base().with_()
    device = base.fields[1][2:]

    yield "minimal varint", "Varint", "a tag of two bytes for field 1", b"\x8a\x00" + whole[1:]
    yield "minimal varint", "Varint", "a length of two bytes for 16", b"\x0a\x90\x00" + whole[2:]
    yield "minimal varint", "Varint", "a number of two bytes for 5", base.with_(f2=b"\x10\x85\x00")
    yield "minimal varint", "Varint", "a number of 65 bits", base.with_(f2=b"\x10" + b"\xff" * 9 + b"\x02")
    yield "minimal varint", "Varint", "a number of eleven bytes", base.with_(f2=b"\x10" + b"\x80" * 10 + b"\x01")
    yield "minimal varint", "Varint", "zero in ten bytes", base.with_(f2=b"\x10" + b"\x80" * 9 + b"\x00")

    yield "ascending, once each", "Missing", "sequence before device", base.in_order(2, 1)
    yield "ascending, once each", "Missing", "enrolment before previous", base.in_order(1, 2, 4, 3)
    yield "ascending, once each", "Order", "previous before sequence", base.in_order(1, 3, 2)
    yield "ascending, once each", "Order", "time before seen", base.in_order(1, 2, 3, 4, 6, 5)
    yield "ascending, once each", "Order", "the fact before occurred", base.in_order(1, 2, 3, 4, 5, 6, 7, 124, 8)
    yield "ascending, once each", "Order", "device twice", base.with_(f1=base.fields[1] * 2)
    yield "ascending, once each", "Order", "sequence twice", base.with_(f2=base.fields[2] * 2)
    yield "ascending, once each", "Order", "time twice", base.with_(f6=base.fields[6] * 2)
    yield "ascending, once each", "Order", "device again at the end", whole + base.fields[1]
    yield "ascending, once each", "Order", "the fact twice", whole + base.fields[124]
    yield "exactly one fact", "SecondFact", "two facts", whole + delimited(125, b"\x0a\x00")
    yield "exactly one fact", "Missing", "no fact", base.with_(f124=b"")

    yield "no defaults", "Default", "sequence 0 written", base.with_(f2=b"\x10\x00")
    yield "no defaults", "Default", "a false written", base.with_(f124=b"", f125=delimited(125, b"\x0a\x02\x08\x00"))
    yield "no defaults", "Default", "an enumeration's 0 written", booted(base, b"\x08\x00\x12\x01a")
    yield "length", "Length", "an empty string", booted(base, b"\x08\x01\x12\x00")
    yield "length", "Length", "empty bytes", base.with_(f1=b"\x0a\x00")
    yield "length", "Length", "empty optional bytes", base.with_(f7=b"\x3a\x00")

    yield "known field", "UnknownField", "field 9", base.with_(f9=b"\x48\x01")
    yield "known field", "UnknownField", "field 0 after the end", whole + b"\x00"
    yield "known field", "UnknownField", "field 3 in observed", booted(base, b"\x08\x01\x12\x01a\x18\x01")
    yield "known field", "UnknownField", "field 5 in time", base.with_(f6=grown(base.fields[6], b"\x28\x01"))
    yield "known fact", "UnknownFact", "fact 117", base.with_(f124=b"", f117=delimited(117, b"\x0a\x00"))
    yield "known fact", "UnknownFact", "a fact above 2^29", base.with_(f124=b"", f536870912=delimited(2**29, b""))
    yield "known value", "UnknownValue", "boot reason 5", booted(base, b"\x08\x05\x12\x01a")
    two = delimited(125, b"\x0a\x02\x08\x02")
    yield "known value", "UnknownValue", "a truth value of 2", base.with_(f124=b"", f125=two)

    yield "length", "Length", "a device of 15 bytes", base.with_(f1=delimited(1, device[:15]))
    yield "length", "Length", "a device of 17 bytes", base.with_(f1=delimited(1, device + b"\x00"))
    yield "length", "Length", "a previous of 31 bytes", base.with_(f3=delimited(3, bytes(31)))
    yield "length", "Length", "a firmware of 65 bytes", booted(base, b"\x08\x01" + delimited(2, b"a" * 65))
    for number, what in [(1, "device"), (3, "previous"), (4, "enrolment"), (6, "time")]:
        yield "required", "Missing", f"no {what}", base.with_(**{f"f{number}": b""})
    yield "required", "Missing", "no observed group", base.with_(f124=delimited(124, b""))
    yield "required", "Missing", "no firmware", booted(base, b"\x08\x01")
    yield "required", "Missing", "no boot reason", booted(base, b"\x12\x01a")
    yield "required", "Missing", "an empty clock state", base.with_(f6=grown(base.fields[6][:20], b"\x22\x00"))
    yield "required", "Missing", "nothing at all", b""

    for bad in [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x82", b"\xf4\x90\x80\x80"]:
        yield "UTF-8", "Utf8", f"a string of {bad.hex()}", booted(base, b"\x08\x01" + delimited(2, bad))

    yield "wire type", "WireType", "a device as a number", base.with_(f1=b"\x08\x01")
    yield "wire type", "WireType", "a sequence as fixed64", base.with_(f2=tag(2, 1) + bytes(8))
    yield "wire type", "WireType", "a sequence as bytes", base.with_(f2=tag(2, DELIMITED) + b"\x01\x01")
    yield "wire type", "WireType", "time as a group", base.with_(f6=tag(6, 3) + base.fields[6][2:] + tag(6, 4))

    yield "truncated", "Truncated", "the last byte missing", whole[:-1]
    yield "truncated", "Truncated", "a tag alone at the end", whole + b"\xc2"
    yield "truncated", "Truncated", "a length of 2^63", base.with_(f1=b"\x0a" + varint(2**63))
    yield "truncated", "Truncated", "a field that leaves its group", booted(base, b"\x08\x01\x12\x05a")
    yield from lists()
    yield from rules()


def booted(base, observed):
    """A statement whose device_booted has this `observed` group."""
    return base.with_(f124=delimited(124, delimited(1, observed)))


def grown(chunk, more):
    """A length-delimited field with bytes added to its content."""
    reader = canonical.Reader(chunk)
    number = reader.varint() >> 3
    length = reader.varint()
    return delimited(number, chunk[reader.at :][:length] + more)


def lists():
    """Repeated fields: packed numbers, counts."""
    registered = fill.statement(FACTS["exhibit_registered"], "full")
    declared = registered["exhibit_registered"]["declared"]

    def handling(chunk):
        content = canonical.encode("ExhibitRegistered.Declared", declared | {"earlier": [], "elsewhere": []})
        parts = {canonical.Reader(each).varint() >> 3: each for each in chunks(content)}
        content = b"".join((parts | {11: chunk})[number] for number in sorted(parts))
        rest = Base("exhibit_registered")
        return rest.with_(f200=delimited(200, delimited(2, content)))

    assert canonical.decode_statement(handling(delimited(11, b"\x01\x02")))
    yield "packed", "WireType", "numbers of a list one by one", handling(b"\x58\x01\x58\x02")
    two_parts = delimited(11, b"\x01") + delimited(11, b"\x02")
    yield "ascending, once each", "Order", "a packed list in two parts", handling(two_parts)
    yield "no defaults", "Length", "an empty packed list", handling(delimited(11, b""))
    yield "no defaults", "Default", "an enumeration's 0 in a list", handling(delimited(11, b"\x01\x00"))
    yield "known value", "UnknownValue", "an unknown value in a list", handling(delimited(11, b"\x09"))
    yield "minimal varint", "Varint", "a longer number in a list", handling(delimited(11, b"\x81\x00"))
    yield "truncated", "Truncated", "a list that ends within a number", handling(delimited(11, b"\x81"))
    yield "count", "Count", "nine ways of handling", handling(delimited(11, b"\x01" * 9))
    many = [bytes([0] * 15 + [number]) for number in range(33)]
    yield "count", "Count", "33 exhibits", encoded("hold_placed", "exhibits", many)


def encoded(fact, field, content, variant="full"):
    """A statement of a fact with one field of its declared group replaced."""
    value = fill.statement(FACTS[fact], variant)
    value[fact]["declared"][field] = content
    return canonical.encode("Statement", value)


def rules():
    """Rules beyond the encoding."""
    root = bytes(range(32))
    value = fill.statement(FACTS["device_booted"], "full")
    nothing = value | {"seen": {"size": 0, "root": root}}
    yield "seen.size", "Rule", "a checkpoint of size 0", canonical.encode("Statement", nothing)
    backwards = value | {"occurred": {"from_us": 2, "to_us": 1}}
    yield "occurred", "Rule", "an interval that ends before it begins", canonical.encode("Statement", backwards)
    resumed = fill.statement(FACTS["chain_resumed"], "full")
    resumed |= {"chain_resumed": {"declared": {"lost_from": 2, "lost_to": 1}}}
    yield "lost range", "Rule", "a lost range that ends before it begins", canonical.encode("Statement", resumed)
    p256 = {"algorithm": 2, "key": bytes(33)}
    yield "algorithm", "Rule", "a key for P-256", encoded("device_enrolled", "key", p256)
    for public, why in unfit_keys():
        unfit = {"algorithm": 1, "key": public}
        yield "key fit for enrolment", "Rule", f"a key: {why}", encoded("device_enrolled", "key", unfit)
    small = {"algorithm": 1, "key": keys.compress((0, 1))}
    for fact in ["device_key_rotated", "ledger_key_rotated"]:
        yield "key fit for enrolment", "Rule", f"a small key in {fact}", encoded(fact, "key", small)
    yield "key fit for enrolment", "Rule", "a small ledger key", encoded("genesis", "ledger_key", small)
    device = {"device": bytes(16), "key": small}
    yield "key fit for enrolment", "Rule", "a small authority's key", encoded("genesis", "authorities", [device])
    yield "key fit for enrolment", "Rule", "a small node's key", encoded("genesis", "node", device)
    two = [b"\x02" * 16, b"\x01" * 16]
    for fact in ["resealed", "hold_placed", "disclosure_requested", "seal_broken"]:
        yield "subjects ascend", "Order", f"exhibits of {fact} descend", encoded(fact, "exhibits", two)
    for fact in ["deposited", "collected", "package_made"]:
        item = {"exhibits": [two[0], two[0]], "closure": 1}
        yield "subjects ascend", "Order", f"an exhibit of {fact} twice", encoded(fact, "item", item)


def unfit_keys():
    """(32 bytes, why) of keys that no enrolment may name."""
    yield keys.compress(keys.IDENTITY), "the identity"
    yield bytes(32), "a point of order four"
    order_eight = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
    yield bytes.fromhex(order_eight), "a point of order eight"
    yield (keys.P + 1).to_bytes(32, "little"), "the identity written with y = p + 1"
    yield bytes.fromhex("01" + "00" * 30 + "80"), "the identity with the sign of minus zero"
    yield bytes.fromhex("02" + "00" * 31), "not on the curve"
    good = keys.decompress(keys.Key(bytes(32)).public)
    mixed = keys.add(good, keys.decompress(bytes.fromhex(order_eight)))
    yield keys.compress(mixed), "a sound key plus a point of order eight"
    yield keys.Key(bytes(32)).public[:31], "31 bytes"


def envelopes(sound):
    """Like `statements`, of the message Envelope; `sound` is a sound one's dict."""
    fields = {number + 1: chunk for number, chunk in enumerate(chunks(canonical.encode("Envelope", sound)))}
    whole = b"".join(fields.values())
    yield "length", "Length", "an empty statement", b"\x0a\x00" + fields[2] + fields[3]
    yield "length", "Length", "a key id of 31 bytes", fields[1] + delimited(2, bytes(31)) + fields[3]
    yield "length", "Length", "a signature of 63 bytes", fields[1] + fields[2] + delimited(3, bytes(63))
    yield "length", "Length", "a signature of 65 bytes", fields[1] + fields[2] + delimited(3, bytes(65))
    yield "required", "Missing", "no statement", fields[2] + fields[3]
    yield "required", "Missing", "no signature", fields[1] + fields[2]
    yield "ascending, once each", "Order", "two signatures", whole + fields[3]
    yield "ascending, once each", "Missing", "the signature before the key id", fields[1] + fields[3] + fields[2]
    yield "known field", "UnknownField", "a fourth field", whole + b"\x22\x01\x00"
    yield "truncated", "Truncated", "the last byte missing", whole[:-1]
    yield "minimal varint", "Varint", "a tag of two bytes", b"\x8a\x00" + whole[1:]


def entries(sound):
    """Like `statements`, of the message Entry; `sound` is a sound one's dict with two streams or more."""

    def made(**changes):
        return canonical.encode("Entry", sound | changes)

    whole = made()
    parts = chunks(whole)
    assert parts[0][:1] == b"\x08" and len(parts) >= 6
    yield "no defaults", "Default", "index 0 written", b"\x08\x00" + b"".join(parts[1:])
    yield "required", "Missing", "no previous", parts[0] + b"".join(parts[2:])
    yield "required", "Missing", "no envelope", b"".join(parts[:3] + parts[4:])
    yield "required", "Missing", "an empty envelope", b"".join([*parts[:3], b"\x22\x00", *parts[4:]])
    yield "required", "Missing", "a stream link without previous", whole + delimited(5, b"\x08\x01")
    yield "no defaults", "Default", "revision 0 written", whole + delimited(5, b"\x08\x00" + delimited(2, bytes(32)))
    yield "count", "Count", "65 stream links", made(streams=[{"revision": 0, "previous": bytes(32)}] * 65)
    yield "length", "Length", "a previous of 33 bytes", made(previous=bytes(33))
    yield "ascending, once each", "Order", "the envelope after the streams", whole + parts[3]
    yield "ascending, once each", "Missing", "recorded_at before previous", parts[0] + parts[2] + parts[1] + b"".join(parts[3:])
    yield "known field", "UnknownField", "field 6", whole + b"\x30\x01"
    yield "known field", "UnknownField", "a zero byte after the end", whole + b"\x00"
    yield "truncated", "Truncated", "the last byte missing", whole[:-1]
    yield "length", "Length", "an envelope with a short key id", made(envelope=sound["envelope"] | {"key_id": bytes(31)})
