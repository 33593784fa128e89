"""A ledger in memory: devices speak, entries are chained, the tree and the streams grow."""

import hashlib
import uuid

from . import canonical, note, statement, tree
from .keys import Key

ORIGIN = "ledger.example.test/custody"
START_US = 1_767_259_800_000_000  # 2026-01-01 09:30 UTC
STEP_US = 10_000_000
LAG_US = 400_000
AUTHORITY, NODE, LOCKER, DESK = 5, 4, 1, 2


def seed(name):
    """A secret that is none: everybody can compute it."""
    return hashlib.sha256(f"custody ledger test vectors: {name}".encode()).digest()


def uid(name):
    """A UUID of version 4 made from a name."""
    return uuid.UUID(bytes=seed(name)[:16], version=4).bytes


class Device:
    """One device's chain."""

    def __init__(self, name, enrolment=bytes(32)):
        self.id, self.key, self.boot = uid(name), Key(seed(name)), uid(f"{name} boot 1")
        self.enrolment, self.sequence, self.previous, self.seen = enrolment, 0, bytes(32), None
        self.public = {"algorithm": 1, "key": self.key.public}

    @property
    def device_key(self):
        return {"device": self.id, "key": self.public}

    @property
    def possession(self):
        return self.key.sign(statement.possession_message(self.id, self.key.public))


class World:
    """The ledger. `say` appends; everything else reads."""

    def __init__(self):
        self.entries, self.hashes, self.names, self.openings = [], [], [], []
        self.tree, self.heads, self.evidence, self.now_us = tree.Tree(), {}, {}, START_US
        self.ledger_key = self.first_ledger_key = Key(seed("ledger key"))
        self.witness, self.auditor = Key(seed("witness")), Key(seed("auditor"))
        self.node, self.enrolled = Device("node"), []
        self.authorities = [Device("authority 1"), Device("authority 2"), Device("authority 3")]
        self.say(self.node, "genesis", declared={
            "origin": ORIGIN,
            "format_version": 1,
            "authorities": [each.device_key for each in self.authorities],
            "node": self.node.device_key,
            "ledger_key": {"algorithm": 1, "key": self.ledger_key.public},
        })
        for device in [self.node, *self.authorities]:
            device.enrolment = self.tree.leaves[0]
        self.say(self.node, "epoch_claimed", observed={"epoch": 1, "software": "ledger-node 0.1.0"})

    def statement(self, device, fact, follows=None, **groups):
        """The bytes of what a device says next; nothing moves."""
        value = {
            "device": device.id, "sequence": device.sequence, "previous": device.previous,
            "enrolment": device.enrolment, "seen": device.seen, "follows": follows,
            "time": {
                "boot": device.boot, "monotonic_us": self.now_us - START_US + 1, "wall_us": self.now_us,
                "clock": {"source": 3, "synchronised": 1, "last_sync_us": START_US - 60_000_000, "error_us": 5_000},
            },
            fact: groups,
        }
        content = canonical.encode("Statement", value)
        canonical.decode_statement(content)
        return content

    def say(self, device, fact, follows=None, **groups):
        """Appends what a device says; returns the statement's hash."""
        self.now_us += STEP_US
        content = self.statement(device, fact, follows, **groups)
        hash_ = hashlib.sha256(content).digest()
        index = len(self.entries)
        links = []
        for name in statement.streams(content):
            revision, previous = self.heads.get(name, (-1, bytes(32)))
            links.append((name, {"revision": revision + 1, "previous": previous}))
        entry = canonical.encode("Entry", {
            "index": index,
            "previous": self.tree.leaves[-1] if index else bytes(32),
            "recorded_at_us": self.now_us + LAG_US,
            "envelope": statement.envelope(content, device.key),
            "streams": [link for _, link in links],
        })
        canonical.decode("Entry", entry)
        leaf = tree.leaf_hash(entry)
        self.entries.append(entry)
        self.hashes.append(hash_)
        self.names.append(fact)
        self.tree.push(leaf)
        for name, link in links:
            self.heads[name] = (link["revision"], leaf)
        device.sequence, device.previous = device.sequence + 1, hash_
        # The device verifies the checkpoint that its receipt comes with.
        device.seen = {"size": index + 1, "root": self.tree.root()}
        return hash_

    def agreed(self, fact, **groups):
        """One authority proposes, another approves; returns the leaf hash of the approval's entry."""
        proposer, approver, _ = self.authorities
        hash_ = self.say(proposer, fact, **groups)
        self.say(approver, "approved", declared={"statement": hash_})
        return self.tree.leaves[-1]

    def enrol(self, name, kind, site):
        device = Device(name)
        device.enrolment = self.agreed("device_enrolled", declared={
            "device": device.id, "kind": kind, "key": device.public,
            "possession": device.possession, "site": site,
        })
        self.enrolled.append(device)
        return device

    def rotate(self, device, name):
        """The device says its new key with the old one; two authorities approve."""
        new = Device(name)
        key = {"algorithm": 1, "key": new.key.public}
        possession = new.key.sign(statement.possession_message(device.id, new.key.public))
        groups = {"device": device.id, "key": key, "possession": possession}
        hash_ = self.say(device, "device_key_rotated", declared=groups)
        for authority in self.authorities[1:]:
            self.say(authority, "approved", declared={"statement": hash_})
        device.key, device.public, device.enrolment = new.key, key, self.tree.leaves[-1]

    def rotate_ledger_key(self):
        """One authority proposes a new ledger key, another approves; it signs from here on."""
        new = Key(seed("ledger key 2"))
        possession = new.sign(statement.possession_message(self.node.id, new.public))
        self.agreed("ledger_key_rotated", declared={"key": {"algorithm": 1, "key": new.public}, "possession": possession})
        self.ledger_key = new

    def keep(self, name, content, key):
        """Archives an envelope beside the ledger; returns its hash."""
        self.evidence[name] = canonical.encode("Envelope", statement.envelope(content, key))
        return hashlib.sha256(self.evidence[name]).digest()

    def commit(self, field, value):
        """The commitment to a text; the opening goes to the list of openings."""
        count = len(self.openings)
        encoded = statement.disclosure(seed(f"salt {count}")[:16], field, value)
        digest = statement.digest(encoded)
        self.openings.append({"field": field, "digest": digest.hex(), "disclosure": encoded})
        return digest

    def take_census(self):
        heads = self.census_heads()
        return self.say(self.node, "census_taken", derived={"root": tree.census_root(heads), "streams": len(heads)})

    def census_heads(self):
        return [(hashlib.sha256(name.encode()).digest(), *head) for name, head in sorted(self.heads.items())]

    def checkpoint(self):
        """The signed checkpoint of the newest size, cosigned by witness and auditor."""
        text = note.checkpoint(ORIGIN, len(self.entries), self.tree.root())
        lines = note.log_line(ORIGIN, self.ledger_key, text)
        for name, key in [("witness.example.test/w1", self.witness), ("auditor.example.test/a1", self.auditor)]:
            lines += note.cosignature_line(name, key, text, self.now_us // 1_000_000 + 30)
        return f"{text}\n{lines}"

    def receipt(self, index):
        return note.receipt(index, self.tree.inclusion(index, len(self.entries)), self.checkpoint())

    def trust(self):
        """The trust file."""
        vkeys = [
            note.vkey(ORIGIN, note.ED25519, self.first_ledger_key.public),
            note.vkey("witness.example.test/w1", note.COSIGNATURE, self.witness.public),
            note.vkey("auditor.example.test/a1", note.COSIGNATURE, self.auditor.public),
        ]
        return (
            f'origin = "{ORIGIN}"\ngenesis = "{self.tree.leaves[0].hex()}"\nledger_key = "{vkeys[0]}"\n'
            f'witnesses = ["{vkeys[1]}"]\nauditors = ["{vkeys[2]}"]\n'
        )

    def archive(self):
        """Path and bytes of every file of the archive."""
        yield "checkpoint", self.checkpoint().encode()
        yield from tree.tiles(self.tree)
        yield from tree.bundles(self.entries)
        for content in self.evidence.values():
            yield f"evidence/{hashlib.sha256(content).hexdigest()}", content
