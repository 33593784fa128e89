"""Reads the text of `custody/v1/*.proto` into tables of messages and fields."""

import re
from dataclasses import dataclass, field as dataclass_field
from pathlib import Path

PROTO = Path(__file__).resolve().parents[3] / "proto" / "custody" / "v1"
NUMBERS = {"bool", "uint64", "sint64"}
SCALARS = NUMBERS | {"bytes", "string"}
TOKEN = re.compile(r'"[^"]*"|[A-Za-z_][A-Za-z0-9_.]*|\d+|[{}()\[\];=,]')


@dataclass
class Field:
    number: int
    name: str
    label: str  # required, optional, repeated, fact
    type_name: str
    options: dict
    kind: str = ""  # bool, uint64, sint64, bytes, string, enum, message

    @property
    def is_number(self):
        return self.kind in NUMBERS or self.kind == "enum"

    @property
    def stream(self):
        """`exhibit`, `case`, ... or None."""
        kind = self.options.get("stream")
        return kind and kind.removeprefix("STREAM_KIND_").lower()


@dataclass
class Message:
    name: str
    fields: list = dataclass_field(default_factory=list)

    def named(self, name):
        return next(field for field in self.fields if field.name == name)


class Schema:
    """All messages and enumerations by full name (`Deposited.Declared`), references resolved."""

    def __init__(self, folder=PROTO):
        self.messages, self.enums = {}, {}
        for path in sorted(folder.glob("*.proto")):
            if path.name != "options.proto":
                _Parser(path.read_text(encoding="utf-8"), self).file()
        for message in self.messages.values():
            message.fields.sort(key=lambda each: each.number)
            for each in message.fields:
                self._resolve(message, each)

    def _resolve(self, message, each):
        if each.type_name in SCALARS:
            each.kind = each.type_name
            return
        for name in (f"{message.name}.{each.type_name}", each.type_name):
            if name in self.messages or name in self.enums:
                each.type_name = name
                each.kind = "message" if name in self.messages else "enum"
                return
        raise ValueError(f"{message.name}.{each.name}: no type {each.type_name}")

    def facts(self):
        """The fields of the statement of which exactly one stands."""
        return [each for each in self.messages["Statement"].fields if each.label == "fact"]


class _Parser:
    def __init__(self, text, schema):
        self.tokens = TOKEN.findall(re.sub(r"//[^\n]*", "", text))
        self.schema = schema

    def next(self, expected=None):
        token = self.tokens.pop(0)
        if expected is not None and token != expected:
            raise ValueError(f"expected {expected}, found {token}")
        return token

    def skip_to(self, end):
        while self.next() != end:
            pass

    def file(self):
        while self.tokens:
            token = self.next()
            if token in ("syntax", "package", "import"):
                self.skip_to(";")
            elif token == "message":
                self.message("")
            elif token == "enum":
                self.enum("")
            else:
                raise ValueError(f"unexpected {token}")

    def message(self, parent):
        message = Message(parent + self.next())
        self.schema.messages[message.name] = message
        self.next("{")
        while (token := self.next()) != "}":
            if token == "message":
                self.message(message.name + ".")
            elif token == "enum":
                self.enum(message.name + ".")
            elif token == "oneof":
                self.next("fact")
                self.next("{")
                while (token := self.next()) != "}":
                    message.fields.append(self.field("fact", token))
            elif token in ("optional", "repeated"):
                message.fields.append(self.field(token, self.next()))
            else:
                message.fields.append(self.field("required", token))

    def field(self, label, type_name):
        name = self.next()
        self.next("=")
        number, options = int(self.next()), {}
        token = self.next()
        while token in ("[", ","):
            key = self.next()
            if key == "(":  # one of the schema's own options; the others are protobuf's
                key = self.next()
                self.next(")")
            self.next("=")
            value = self.next()
            options[key] = int(value) if value.isdigit() else value
            token = self.next()
            if token == "]":
                token = self.next()
        if token != ";":
            raise ValueError(f"{name}: unexpected {token}")
        return Field(number, name, label, type_name, options)

    def enum(self, parent):
        name = parent + self.next()
        values = self.schema.enums[name] = {}
        self.next("{")
        while (token := self.next()) != "}":
            self.next("=")
            values[token] = int(self.next())
            self.next(";")
