"""The replay of some of a ledger's entries: as of all of them, but for what only all can show.

What lies between the entries is not there: a device's numbers may skip, and the roots that entries name are
not compared. The entries' place under the checkpoint has been shown before.
"""

import replay_archive
from independent import canonical, statement, tree
from replay_archive import check


class Replay(replay_archive.Replay):
    """The state after the entries so far; `said` and `places` are for whoever asks what the bundle shows."""

    def __init__(self, leaves, size, root):
        super().__init__()
        self.leaves, self.size, self.root = leaves, size, root
        self.said, self.places, self.skipped, self.lockers, self.homes = {}, {}, 0, {}, {}

    def entry(self, index, content):
        entry = canonical.decode("Entry", content)
        said = entry["envelope"]["statement"]
        value = canonical.decode_statement(said)
        check(len(content) <= canonical.ENTRY_BYTES_MAX, f"entry {index} is too long")
        check(entry["index"] == index, f"the entry given as {index} says it is entry {entry['index']}")
        before = self.leaves.get(index - 1, entry["previous"])
        check(entry["previous"] == before, f"entry {index} does not name the entry before it")
        fact = next(field.name for field in canonical.SCHEMA.facts() if field.name in value)
        leaf, hash_ = self.leaves[index], tree.sha256(said)
        self.roots(index, fact, value)
        self.links(index, entry, said, leaf)
        if index == 0:
            self.genesis_bytes = content
            self.genesis(fact, value, leaf)
            self.node = value["device"]
        self.signed(index, fact, value, entry["envelope"])
        if index:
            self.fold(fact, value, hash_, leaf)
        self.said[index] = (fact, value, hash_, statement.streams(said), statement.commitments(said))

    def roots(self, index, fact, value):
        named = [value["seen"]] if "seen" in value else []
        if fact in replay_archive.NAMES_A_HEAD:
            named += [group for group in value[fact].values() if "root" in group]
        for head in named:
            check(head["size"] <= index, f"entry {index} names a head that there was not yet")

    def links(self, index, entry, said, leaf):
        names, links = statement.streams(said), entry.get("streams", [])
        check(len(names) == len(links), f"entry {index} has not one link for each stream")
        for name, link in zip(names, links):
            places = self.places.setdefault(name, {})
            check(link["revision"] not in places, f"two entries are revision {link['revision']} of {name}")
            before = places.get(link["revision"] - 1)
            linked = before is None or link["previous"] == before[1]
            check(linked, f"entry {index} is not linked to the one before it in {name}")
            check(link["revision"] or not any(link["previous"]), f"the first entry of {name} names one before it")
            check(all(link["revision"] > each for each in places), f"{name} goes backwards at entry {index}")
            places[link["revision"]] = (index, leaf)

    def number(self, index, fact, value, device):
        number = value["sequence"]
        check(number >= device.sequence, f"entry {index}: its device has said a later statement already")
        if number > device.sequence:
            self.skipped += 1
        elif fact != "chain_resumed":
            check(value["previous"] == device.previous, f"entry {index} continues another statement")

    def conflict(self, fact, groups):
        """The evidence lies in the archive."""

    def take_effect(self, fact, declared, leaf):
        if fact in ("device_enrolled", "ledger_key_rotated") or declared.get("device") in self.devices:
            super().take_effect(fact, declared, leaf)
        if fact == "locker_registered":
            self.lockers[declared["locker"]] = (declared["device"], {declared["site"]})
            self.homes |= {each["compartment"]: declared["locker"] for each in declared.get("compartments", [])}
        elif fact == "locker_moved" and declared["locker"] in self.lockers:
            self.lockers[declared["locker"]][1].add(declared["to_site"])
