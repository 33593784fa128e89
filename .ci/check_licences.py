"""Reads `cargo metadata` from standard input: every dependency must come under a licence of the list."""

import json
import re
import sys

ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "ISC", "MIT", "MIT-0", "Unicode-3.0", "Zlib",
    # Data, not code: the list of certificate authorities.
    "CDLA-Permissive-2.0",
}


def allowed(expression):
    """Whether an SPDX expression can be met with the licences of the list; `A/B` is an old way to write `A OR B`."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))
    holds, rest = alternatives(tokens)
    if rest:
        raise ValueError(f"cannot read the licence {expression!r}")
    return holds


def alternatives(tokens):
    holds, rest = conjunction(tokens)
    while rest[:1] == ["OR"]:
        other, rest = conjunction(rest[1:])
        holds = holds or other
    return holds, rest


def conjunction(tokens):
    holds, rest = licence(tokens)
    while rest[:1] == ["AND"]:
        other, rest = licence(rest[1:])
        holds = holds and other
    return holds, rest


def licence(tokens):
    if tokens[:1] == ["("]:
        holds, rest = alternatives(tokens[1:])
        if rest[:1] != [")"]:
            raise ValueError("a bracket is not closed")
        return holds, rest[1:]
    if not tokens:
        raise ValueError("a licence is missing")
    # An exception only grants more.
    rest = tokens[3:] if tokens[1:2] == ["WITH"] else tokens[1:]
    return tokens[0] in ALLOWED, rest


def main():
    packages = json.load(sys.stdin)["packages"]
    bad = [
        f"{package['name']} {package['version']}: {package['license']}"
        for package in packages
        if package["license"] is None or not allowed(package["license"])
    ]
    if bad or not packages:
        print("\n".join(bad) or "no packages at all", file=sys.stderr)
        return 1
    print(f"{len(packages)} packages, all under licences of the list")
    return 0


if __name__ == "__main__":
    # The reader of expressions must know a bad one when it sees it.
    assert allowed("(MIT OR GPL-3.0) AND Unicode-3.0") and allowed("MIT/Apache-2.0")
    assert not allowed("MIT AND GPL-3.0") and not allowed("LGPL-2.1 OR GPL-3.0 WITH GCC-exception-3.1")
    sys.exit(main())
