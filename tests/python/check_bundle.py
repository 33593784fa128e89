#!/usr/bin/env python3
"""Checks a disclosure bundle: `check_bundle.py TRUST BUNDLE`. A second verifier of the bytes, written from FORMAT.md.

It checks that the bundle is what it says it is: whole, signed, unaltered, nothing left out and nothing
unaccounted for. What custody means, and the reports written of it, it leaves to others. Exit status: 0 all
of it holds, 1 something does not, 2 the check could not be made.
"""

import argparse
import sys
import tomllib
import uuid
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import verify_receipt  # noqa: E402
from independent import bundle, canonical, note, statement, tree  # noqa: E402
from replay_archive import Failed, check  # noqa: E402
from replay_bundle import Replay  # noqa: E402

PROFILES = ["", "defence", "cps", "internal"]
BASES = {"third-party", "sensitive", "public-interest", "not-relevant"}
KIN = {"identified", "exhibit_split", "sub_exhibit_created", "exhibits_consolidated"}
GOES = {"collected", "passed_back", "deposit_abandoned"}
WRONG_COMPARTMENT = 1
DOORS = {
    field.name
    for field in canonical.SCHEMA.facts()
    if any(each.type_name == "Door" for each in canonical.SCHEMA.messages[field.type_name].fields)
}


class Bundle:
    """The files of a bundle, and what has been shown of them."""

    def __init__(self, trust, content):
        files = bundle.unpack(content)
        bundle.check_names([name for name, _ in files])
        self.trust, self.files, self.all = trust, dict(files), files
        self.manifest = bundle.manifest(self.files["bundle.json"])
        self.exhibits = [bundle.id_of(each) for each in self.manifest["exhibits"]]
        self.last, self.absent, self.missing = {}, set(), 0

    def signed(self, name):
        """Text and signature lines of a signed note."""
        text, blank, lines = self.files[name].decode("utf-8").rpartition("\n\n")
        check(bool(blank) and lines.endswith("\n"), f"{name} has no signatures")
        return text + "\n", lines[:-1].split("\n")

    def sums(self):
        check(self.files["SHA256SUMS"] == bundle.sums(self.all), "SHA256SUMS is not the list of the files")
        text, lines = self.signed("SHA256SUMS.note")
        check(text.encode() == self.files["SHA256SUMS"], "SHA256SUMS.note signs another text than SHA256SUMS")
        verify_receipt.verify_lines(text, lines, self.trusted)
        print(f"ok: the ledger signed the list of {len(self.all) - 2} files, and each is what the list says")

    def entries(self):
        """The entries and their leaf hashes, shown to stand under the checkpoint."""
        lines = list(bundle.json_lines(self.files["entries.jsonl"], "entries.jsonl", bundle.ENTRY))
        indices = [line["index"] for line in lines]
        check(indices == sorted(set(indices)), "the entries do not ascend")
        entries = {line["index"]: bundle.base64_of(line["entry"], "an entry") for line in lines}
        leaves = {index: tree.leaf_hash(content) for index, content in entries.items()}
        check(leaves.get(0, b"").hex() == self.trust["genesis"], "another genesis than the trust file's")
        text, lines = self.signed("checkpoint")
        says = self.manifest
        named = (says["origin"], says["size"], bytes.fromhex(says["root"]))
        check(says["genesis"] == self.trust["genesis"], "bundle.json names another genesis")
        check(text == note.checkpoint(*named), "the checkpoint is another than bundle.json says")
        proof = bundle.text_lines(self.files["inclusion"], "inclusion")
        proof = [bundle.base64_of(each, "a hash of inclusion") for each in proof]
        check(all(len(each) == 32 for each in proof), "inclusion is not of hashes")
        self.proven = tree.Many(leaves, says["size"], proof)
        check(self.proven.root == named[2], "the entries do not stand under the checkpoint")
        print(f"ok: {len(entries)} entries stand under the root of {says['size']}, the genesis among them")
        return entries, leaves, text, lines

    def replay(self):
        entries, leaves, text, lines = self.entries()
        self.seen = seen = Replay(leaves, self.manifest["size"], self.proven.root)
        for index, content in entries.items():
            seen.entry(index, content)
        check(seen.origin == self.trust["origin"], "another origin than the trust file's")
        devices = {value["device"] for _, value, *_ in seen.said.values()}
        print(f"ok: {len(entries)} signatures by {len(devices)} devices, "
              f"each with the key in force; {seen.skipped} times numbers are skipped")
        self.trusted = self.trust | {"ledger_key": note.vkey(seen.origin, note.ED25519, seen.ledger_key)}
        verify_receipt.verify_checkpoint(text, lines, self.trusted)
        print("ok: the ledger signed the checkpoint")

    def request(self):
        """Who asked for what, and the census after it."""
        says = self.manifest
        fact, value, *_ = self.seen.said.get(says["request"], (None, {}))
        check(fact == "disclosure_requested" and value["device"] == self.seen.node, "there is no such request")
        declared = value[fact]["declared"]
        case = says["case"] and bundle.id_of(says["case"])
        check(PROFILES[declared["profile"]] == says["profile"], "another profile was asked for")
        check(declared.get("case") == case, "another case was asked for")
        wanted = declared.get("exhibits", [])
        check(case or set(wanted) <= set(self.exhibits), "an exhibit that was asked for is not in the bundle")
        fact, value, *_ = self.seen.said.get(says["census"], (None, {}))
        check(fact == "census_taken" and value["device"] == self.seen.node, "there is no such census")
        self.root = value[fact]["derived"]["root"]
        print(f"ok: asked for at entry {says['request']} under the profile {says['profile']}; "
              f"census at {says['census']}")

    def census(self):
        for name, content in self.files.items():
            if not name.startswith("census/"):
                continue
            kind, _, id_ = name.removeprefix("census/").partition("-")
            check(kind in statement.STREAM_ORDER and bundle.id_of(id_), f"{name} is no stream's")
            stream = f"{kind}/{id_}"
            places, until = self.seen.places.get(stream, {}), self.manifest["census"]
            known = {revision: place for revision, place in places.items() if place[0] <= until}
            found = tree.census_found(self.root, tree.sha256(stream.encode()), *bundle.census_proof(content))
            if found is None:
                check(not known, f"the census has no {stream}, and the bundle holds entries of it")
                self.absent.add(stream)
                continue
            revision, head = found
            there = places.get(revision, (0, b""))[1] == head
            check(there, f"{stream} ends under the census at an entry that is missing")
            check(revision == max(known), f"{stream} goes on after its end under the census")
            self.last[stream] = revision

    def slices(self):
        order = []
        for each in self.manifest["slices"]:
            kind, _, id_ = each["stream"].partition("/")
            order.append((statement.STREAM_ORDER.index(kind), bundle.id_of(id_), each["first"], each["last"]))
            places = self.places(each["stream"])
            held = [revision for revision in places if each["first"] <= revision <= each["last"]]
            due = each["last"] - each["first"] + 1
            check(len(held) == due > 0, f"of {each['stream']} {due - len(held)} entries are missing")
        apart = all(one < next_ and (one[:2] != next_[:2] or one[3] < next_[2]) for one, next_ in zip(order, order[1:]))
        check(apart, "the slices are not in order")

    def places(self, stream):
        return self.seen.places.get(stream, {})

    def of(self, stream):
        return [each for each in self.manifest["slices"] if each["stream"] == stream]

    def to_head(self, each):
        return self.last.get(each["stream"]) == each["last"]

    def whole(self, kind, id_):
        stream = f"{kind}/{uuid.UUID(bytes=id_)}"
        shown = any(each["first"] == 0 and self.to_head(each) for each in self.of(stream))
        check(shown, f"the bundle does not show that it holds all of {stream}")

    def scope(self):
        """That everything is there which the exhibits' history takes."""
        case = self.manifest["case"]
        exhibits = {f"exhibit/{uuid.UUID(bytes=each)}" for each in self.exhibits}
        for id_ in self.exhibits:
            self.whole("exhibit", id_)
        if case:
            self.whole("case", bundle.id_of(case))
        check(self.together(case) == exhibits, "the exhibits are not those asked for and all that belong to them")
        stays = self.stays()
        sites = set()
        for compartment, begins, ends in stays:
            device, stood = self.seen.lockers.get(self.seen.homes.get(compartment), (None, set()))
            self.shown(compartment, device, begins, ends)
            sites |= stood
        for site in sites:
            self.whole("site", site)
        print(f"ok: {len(self.manifest['slices'])} slices without a gap, {len(self.last)} of them to the census, "
              f"{len(self.absent)} streams absent; {len(stays)} times behind a door shown with every opening")

    def together(self, case):
        """The streams of the exhibits asked for, of those of the case, and of all that hang together with them."""
        _, value, *_ = self.seen.said[self.manifest["request"]]
        wanted = value["disclosure_requested"]["declared"].get("exhibits", [])
        found = {f"exhibit/{uuid.UUID(bytes=each)}" for each in wanted}
        kin = []
        for fact, _, _, streams, _ in self.seen.said.values():
            named = {name for name in streams if name.startswith("exhibit/")}
            found |= named if f"case/{case}" in streams else set()
            kin += [named] if fact in KIN else []
        while more := [named for named in kin if named & found and not named <= found]:
            found = found.union(*more)
        return found

    def stays(self):
        """Each time that an exhibit lay behind a door: where, and two visits (index, cycle), the second or None."""
        inside, stays = {}, set()
        for index, (fact, value, *_) in self.seen.said.items():
            groups = value[fact]
            if fact in GOES or fact == "deposited":
                place, cycle = groups["observed"]["compartment"], groups["observed"]["door_cycle"]
            elif fact == "misdeposited" and groups["declared"]["kind"] == WRONG_COMPARTMENT:
                place, cycle = groups["declared"].get("compartment"), None
            else:
                continue
            declared, visit = groups["declared"], (index, cycle)
            if place is None:
                continue
            for exhibit in set(declared.get("item", declared).get("exhibits", [])) & set(self.exhibits):
                if fact in GOES:
                    stays.add((place, inside.pop((place, exhibit), visit), visit))
                else:
                    inside.setdefault((place, exhibit), visit)
        return stays | {(place, visit, None) for (place, _), visit in inside.items()}

    def shown(self, compartment, device, begins, ends):
        """Every opening of the compartment, and all that its locker said of itself meanwhile."""
        stream = f"compartment/{uuid.UUID(bytes=compartment)}"
        if stream in self.absent:
            window = begins[0], ends and ends[0]
        else:
            windows = (self.window(each, begins, ends) for each in self.of(stream))
            window = next((found for found in windows if found), None)
        check(window, f"not every opening of {stream} is shown")
        if device is None:
            return
        stream = f"device/{uuid.UUID(bytes=device)}"
        places, (start, end) = self.places(stream), window
        reaches = any(
            (each["first"] == 0 or places[each["first"]][0] <= start)
            and (self.to_head(each) or end is not None and places[each["last"]][0] >= end)
            for each in self.of(stream)
        )
        check(reaches, f"not everything is shown that {stream} said of itself")

    def window(self, each, begins, ends):
        """From which index to which (None: the head) a slice shows a stay; None where it does not."""
        stops = []
        for revision, (index, _) in sorted(self.places(each["stream"]).items()):
            if each["first"] <= revision <= each["last"]:
                fact, value, hash_, *_ = self.seen.said[index]
                cycle = value[fact]["observed"].get("cycle", hash_) if fact in DOORS else None
                stops.append((index, cycle, cycle == hash_))
        of_cycle = lambda visit: [index for index, cycle, _ in stops if cycle and cycle == visit[1]]
        comes = min([begins[0], *of_cycle(begins)])
        before = [index for index, _, is_first in stops if is_first and index < comes]
        if not before and each["first"] > 0:
            return None
        start = before[-1] if before else stops[0][0]
        goes = ends and max([ends[0], *of_cycle(ends)])
        after = [index for index, *_ in stops if ends and index > goes]
        if not after and not self.to_head(each):
            return None
        return start, after[0] if after else None

    def openings(self):
        """Every commitment of every entry is opened or registered, once."""
        due = {(hash_, digest): (index, field)
               for index, (_, _, hash_, _, commitments) in self.seen.said.items() for field, digest in commitments}
        by_entry = {(due[key][0], key[1]): key for key in due}
        salts, done, order = {}, set(), []
        for line in bundle.json_lines(self.files["openings.jsonl"], "openings.jsonl", bundle.OPENING):
            salt, name, _ = bundle.opened(line["disclosure"])
            key = bundle.hash_of(line["statement"]), statement.digest(line["disclosure"])
            check(key in due, "an opening opens nothing that a statement of the bundle commits to")
            check(due[key][1] == name == line["field"], "an opening is of another field")
            check(salts.setdefault(salt, key[1]) == key[1], "one salt serves two openings")
            check(key not in done, "one commitment is opened twice")
            done.add(key)
            order.append((*due[key], key[1]))
        check(order == sorted(order), "the openings are not in order")
        disclosed, order = len(done), []
        register = self.files["register.jsonl"]
        lines = bundle.json_lines(register, "register.jsonl", bundle.REGISTER, ("basis", "erased_at"))
        for number, line in enumerate(lines, start=1):
            key = by_entry.get((line["index"], bundle.hash_of(line["commitment"])))
            check(line["number"] == number and key is not None, f"line {number} of the register names nothing")
            other = due[key][1] != line["field"] or key in done
            check(not other, f"line {number} of the register: another field or fate")
            self.fate(number, line, key)
            done.add(key)
            order.append((*due[key], key[1]))
        whole = order == sorted(order) and len(order) == self.manifest["withheld"]
        check(whole, "the register is not in order or whole")
        left = sorted(due[key] for key in due.keys() - done)
        check(not left, f"neither disclosed nor registered: {left}")
        print(f"ok: {disclosed} fields are disclosed as committed to, {len(order)} stand in the register")

    def fate(self, number, line, key):
        is_withheld = line["fate"] == "withheld" and line.get("basis") in BASES and "erased_at" not in line
        fact, value, *_ = self.seen.said.get(line.get("erased_at"), (None, {}))
        erases = fact == "field_erased" and value["device"] == self.seen.node
        erased = value[fact]["declared"] if erases else {}
        is_erased = line["fate"] == "erased" and "basis" not in line
        is_erased = is_erased and (erased.get("statement"), erased.get("commitment")) == key
        is_missing = line["fate"] == "missing" and "basis" not in line and "erased_at" not in line
        self.missing += is_missing
        known = is_withheld or is_erased or is_missing
        check(known, f"line {number} of the register: withheld on no basis, or erased by no entry")

    def beside(self):
        """Receipts and policies: what follows from the rest of the files, or from their own bytes."""
        checkpoint = self.files["checkpoint"].decode("utf-8")
        exhibits = {f"exhibit/{uuid.UUID(bytes=each)}" for each in self.exhibits}
        due = {
            f"receipts/{index}.tlog-proof": note.receipt(index, self.proven.path(index), checkpoint).encode()
            for index, (_, _, _, streams, _) in self.seen.said.items() if exhibits & set(streams)
        }
        found = {name: content for name, content in self.files.items() if name.startswith("receipts/")}
        check(found == due, "the receipts are not those of the exhibits' entries")
        said = [value[fact]["declared"] for fact, value, *_ in self.seen.said.values() if fact == "policy_adopted"]
        adopted = {declared["policy"] for declared in said}
        for name, content in self.files.items():
            if name.startswith("policies/"):
                hash_ = tree.sha256(content)
                check(name == f"policies/{hash_.hex()}.toml" and hash_ in adopted, f"{name} is no policy of the bundle")
        drafts = any(name.startswith(("drafts/", "sensitive/")) for name in self.files)
        check(not drafts or self.manifest["profile"] != "defence", "drafts do not go to the defence")
        print(f"ok: {len(due)} receipts")
        print("not checked: what custody means, README.txt, report.html, case.jsonld, verify.html and drafts")


def run(trust, content):
    """Checks everything; returns the bundle."""
    found = Bundle(trust, content)
    found.replay()
    found.sums()
    found.request()
    found.census()
    found.slices()
    found.scope()
    found.openings()
    found.beside()
    check(not found.missing, f"the operator holds no opening of {found.missing} fields, by the register's own word")
    return found


FAILURES = (
    Failed, verify_receipt.Failed, canonical.Refused, bundle.Malformed,
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trust", type=Path)
    parser.add_argument("bundle", type=Path)
    arguments = parser.parse_args()
    try:
        trust = tomllib.loads(arguments.trust.read_text(encoding="utf-8"))
        trust["origin"], trust["genesis"], trust["ledger_key"]
        content = arguments.bundle.read_bytes()
    except (OSError, ValueError, KeyError) as error:
        print(f"could not check: {error!r}", file=sys.stderr)
        return 2
    try:
        run(trust, content)
    # Whatever a hostile bundle makes of a reader, it is not what it says it is.
    except FAILURES as failure:
        print(f"FAILED: {failure}")
        return 1
    print("the bundle is what it says it is")
    return 0


if __name__ == "__main__":
    sys.exit(main())
