"""Canonical protobuf (FORMAT.md, section 2): one encoding for one content, anything else refused."""

from . import keys
from .schema import Schema

SCHEMA = Schema()
STATEMENT_BYTES_MAX, ENTRY_BYTES_MAX = 49_152, 65_535
VARINT, DELIMITED = 0, 2


class Refused(Exception):
    """The bytes are not canonical; the argument names the rule."""


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def tag(number, wire):
    return varint(number << 3 | wire)


def delimited(number, content):
    return tag(number, DELIMITED) + varint(len(content)) + content


def zigzag(number):
    return number << 1 if number >= 0 else (-number << 1) - 1


def unzigzag(number):
    return number >> 1 if number % 2 == 0 else -(number + 1 >> 1)


def _number(field, value):
    if field.kind == "sint64":
        return zigzag(value)
    return int(value)


def encode(name, value):
    """The encoding of a dict as the message `name`. Does not check limits: `decode` does."""
    out = b""
    fields = SCHEMA.messages[name].fields
    unknown = value.keys() - {field.name for field in fields}
    if unknown:
        raise KeyError(f"{name}: {unknown}")
    for field in fields:
        content = value.get(field.name)
        if content is None or content == []:
            continue
        if field.label == "repeated" and field.is_number:
            out += delimited(field.number, b"".join(varint(_number(field, each)) for each in content))
            continue
        for each in content if field.label == "repeated" else [content]:
            out += _encode_one(field, each)
    return out


def _encode_one(field, value):
    if field.is_number:
        number = _number(field, value)
        if number == 0 and field.label != "optional":
            return b""
        return tag(field.number, VARINT) + varint(number)
    if field.kind == "message":
        return delimited(field.number, encode(field.type_name, value))
    return delimited(field.number, value.encode() if field.kind == "string" else value)


class Reader:
    """A place within bytes."""

    def __init__(self, content):
        self.content, self.at = content, 0

    def varint(self):
        number = 0
        for place in range(10):
            if self.at >= len(self.content):
                raise Refused("truncated")
            byte = self.content[self.at]
            self.at += 1
            number |= (byte & 0x7F) << 7 * place
            if byte & 0x80 == 0:
                if byte == 0 and place > 0 or number >= 1 << 64:
                    raise Refused("minimal varint")
                return number
        raise Refused("minimal varint")

    def take(self, length):
        if length > len(self.content) - self.at:
            raise Refused("truncated")
        self.at += length
        return self.content[self.at - length : self.at]


def decode(name, content):
    """The dict that the bytes encode; raises `Refused` unless they are its one encoding."""
    message = SCHEMA.messages[name]
    by_number = {field.number: field for field in message.fields}
    reader, value, last = Reader(content), {}, 0
    while reader.at < len(content):
        key = reader.varint()
        number, wire = key >> 3, key & 7
        field = by_number.get(number)
        if field is None:
            raise Refused("known fact" if name == "Statement" and number >= 100 else "known field")
        is_list = field.label == "repeated" and not field.is_number
        if number < last or number == last and not is_list:
            raise Refused("ascending, once each")
        last = number
        if field.label == "repeated":
            value.setdefault(field.name, []).extend(_elements(field, wire, reader))
            if len(value[field.name]) > field.options["count"]:
                raise Refused("count")
            subjects = value[field.name] if field.stream else []
            if any(left >= right for left, right in zip(subjects, subjects[1:])):
                raise Refused("subjects ascend")
        else:
            value[field.name] = _one(field, wire, reader, field.label == "optional")
    for field in message.fields:
        if field.name in value or field.label in ("optional", "repeated", "fact"):
            continue
        if field.is_number and field.kind != "enum":
            value[field.name] = 0
        else:
            raise Refused("required")
    if name == "Statement" and sum(field.name in value for field in SCHEMA.facts()) != 1:
        raise Refused("exactly one fact")
    return value


def _elements(field, wire, reader):
    if not field.is_number:
        return [_one(field, wire, reader, False)]
    if wire != DELIMITED:
        raise Refused("packed")
    packed = Reader(reader.take(reader.varint()))
    if not packed.content:
        raise Refused("no defaults")
    numbers = []
    while packed.at < len(packed.content):
        numbers.append(_checked(field, packed.varint(), field.kind != "enum"))
    return numbers


def _one(field, wire, reader, zero_is_written):
    if wire != (VARINT if field.is_number else DELIMITED):
        raise Refused("wire type")
    if field.is_number:
        return _checked(field, reader.varint(), zero_is_written)
    content = reader.take(reader.varint())
    if field.kind == "message":
        return decode(field.type_name, content)
    longest = field.options.get("len", field.options.get("max"))
    if not field.options.get("len", 1) <= len(content) <= longest:
        raise Refused("length")
    if field.kind == "bytes":
        return content
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("UTF-8") from error


def _checked(field, number, zero_is_written):
    if number == 0 and (not zero_is_written or field.kind == "enum"):
        raise Refused("no defaults")
    if field.kind == "bool" and number > 1:
        raise Refused("known value")
    if field.kind == "enum" and number not in SCHEMA.enums[field.type_name].values():
        raise Refused("known value")
    return unzigzag(number) if field.kind == "sint64" else number


def decode_statement(content):
    """A statement's dict, with the rules beyond the encoding checked (FORMAT.md, section 3)."""
    if len(content) > STATEMENT_BYTES_MAX:
        raise Refused("length")
    value = decode("Statement", content)
    if "seen" in value and value["seen"]["size"] == 0:
        raise Refused("seen.size")
    if "occurred" in value and value["occurred"]["from_us"] > value["occurred"]["to_us"]:
        raise Refused("occurred")
    fact = next(field.name for field in SCHEMA.facts() if field.name in value)
    declared = value[fact].get("declared", {})
    if fact == "chain_resumed" and declared["lost_from"] > declared["lost_to"]:
        raise Refused("lost range")
    _check_keys(SCHEMA.messages["Statement"], value)
    return value


def _check_keys(message, value):
    if message.name == "PublicKey":
        if value["algorithm"] != 1:
            raise Refused("algorithm")
        if keys.unfit(value["key"]):
            raise Refused("key fit for enrolment")
    for field in message.fields:
        if field.kind == "message" and field.name in value:
            inner = value[field.name]
            for each in inner if isinstance(inner, list) else [inner]:
                _check_keys(SCHEMA.messages[field.type_name], each)


def leaves(name, value, path=()):
    """Every value present in a decoded message: (path, field, value), in the order of the bytes."""
    for field in SCHEMA.messages[name].fields:
        if field.name not in value:
            continue
        content = value[field.name]
        absent_zero = field.label == "required" and field.is_number and content == 0
        if absent_zero:
            continue
        for each in content if field.label == "repeated" else [content]:
            if field.kind == "message":
                yield from leaves(field.type_name, each, (*path, field.name))
            else:
                yield (*path, field.name), field, each
