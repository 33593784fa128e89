"""What happens in the archives of the vectors: one quiet day, and a cloned locker."""

import copy

from . import statement
from .tree import sha256
from .world import DESK, LOCKER, World, uid

SITE, STORE, CASE = uid("site"), uid("transit store"), uid("case")
COMPARTMENTS = [uid(f"compartment {number}") for number in range(4)]
OFFICER, COURIER, KEEPER = uid("officer"), uid("courier"), uid("keeper")
SEALED, INTACT, CARD_AND_PIN, AT_STORE = 1, 1, 2, 1


class Estate:
    """A site with one locker and one desk, agreed by two authorities."""

    def __init__(self):
        self.world = world = World()
        world.agreed("site_registered", declared={"site": SITE, "name": world.commit("name", "Example Street")})
        world.agreed("transit_store_designated", declared={
            "store": STORE, "site": SITE, "name": world.commit("name", "Ground floor"), "valid_from_us": world.now_us,
        })
        self.locker = world.enrol("locker", LOCKER, SITE)
        self.desk = world.enrol("desk", DESK, SITE)
        world.agreed("locker_registered", declared={
            "locker": uid("locker"), "device": self.locker.id, "site": SITE, "store": STORE, "purpose": 1,
            "compartments": [
                {"compartment": compartment, "label": f"A{number}", "mode": 1}
                for number, compartment in enumerate(COMPARTMENTS, start=1)
            ],
        })
        self.closings = dict.fromkeys(COMPARTMENTS, 0)
        world.say(self.locker, "device_booted", observed={"reason": 1, "firmware": "1.0.0"})

    def session(self, device, person):
        return self.world.say(
            device, "session_opened", observed={"method": CARD_AND_PIN}, declared={"person": person}
        )

    def close(self, device, session):
        self.world.say(device, "session_closed", observed={"session": session, "timed_out": 0})

    def cycle(self, compartment, session):
        """A door cycle; returns the hash of its first statement."""
        cycle = None
        for fact in ["door_unlocked", "door_opened", "door_closed", "door_locked"]:
            self.closings[compartment] += fact == "door_closed"
            hash_ = self.world.say(self.locker, fact, observed={
                "compartment": compartment, "cycle": cycle, "session": session,
                "close_counter": self.closings[compartment],
            })
            cycle = cycle or hash_
        return cycle

    def register(self, number):
        """An officer registers an exhibit at the desk; returns its item."""
        world, exhibit, package = self.world, uid(f"exhibit {number}"), uid(f"package {number}")
        session = self.session(self.desk, OFFICER)
        seal = f"S{number:06d}"
        world.say(self.desk, "exhibit_registered", declared={
            "exhibit": exhibit, "case": CASE, "reference_tag": statement.digest(f"tag {number}"),
            "exhibit_reference": world.commit("exhibit_reference", f"ABC/{number}"),
            "description": world.commit("description", f"Sealed bag, item {number}"),
            "registrar": {"person": OFFICER, "session": session}, "producer": OFFICER, "holder": OFFICER,
            "category": 1, "package": package, "closure": SEALED, "seal": seal,
        })
        self.close(self.desk, session)
        return {"exhibits": [exhibit], "package": package, "closure": SEALED, "seal": seal}

    def act(self, fact, person, item, compartment, follows):
        """A deposit or a collection with its session and its door cycle; returns its hash."""
        session = self.session(self.locker, person)
        cycle = self.cycle(compartment, session)
        occupied = int(fact == "deposited")
        self.world.say(self.locker, "presence_sensed", observed={"compartment": compartment, "occupied": occupied})
        hash_ = self.world.say(self.locker, fact, follows, observed={
            "compartment": compartment, "door_cycle": cycle, "label": item["package"],
        }, declared={"item": item, "by": {"person": person, "session": session}, "condition": INTACT})
        self.close(self.locker, session)
        return hash_

    def receive(self, item, follows):
        """The keeper of the store takes an item over from the courier."""
        session = self.session(self.desk, KEEPER)
        self.world.say(self.desk, "received_at", follows, observed={"label": item["package"]}, declared={
            "item": item, "place": AT_STORE, "site": SITE, "by": {"person": KEEPER, "session": session},
            "from": COURIER, "condition": INTACT,
        })
        self.close(self.desk, session)


def quiet_day(size=260):
    """A ledger of `size` entries in which nothing is amiss."""
    estate = Estate()
    world = estate.world
    for number in range(1, 11):
        item = estate.register(number)
        compartment = COMPARTMENTS[number % len(COMPARTMENTS)]
        deposit = estate.act("deposited", OFFICER, item, compartment, None)
        collection = estate.act("collected", COURIER, item, compartment, deposit)
        estate.receive(item, collection)
        if number == 5:
            world.take_census()
    while len(world.entries) < size - 2:
        world.say(estate.locker, "clock_synchronised", observed={"offset_us": -1500})
    world.take_census()
    world.say(estate.locker, "clock_synchronised", observed={"offset_us": 1500})
    assert len(world.entries) == size, len(world.entries)
    return world


def cloned_locker():
    """A few entries, in the end a fork: another statement with a number the locker has used."""
    estate = Estate()
    world, locker = estate.world, estate.locker
    clone = copy.copy(locker)
    recorded = world.say(locker, "clock_synchronised", observed={"offset_us": -1500})
    conflicting = world.statement(clone, "clock_synchronised", observed={"offset_us": -1501})
    world.say(world.node, "fork_evidenced", observed={
        "device": locker.id, "sequence": clone.sequence, "recorded": recorded,
        "conflicting": sha256(conflicting),
        "envelope": world.keep("fork", conflicting, clone.key),
    })
    return world


def lives_of_keys():
    """Keys change and end: a rotation by the device, lost statements, a new ledger key, a revocation."""
    estate = Estate()
    world, locker, desk = estate.world, estate.locker, estate.desk
    world.rotate(locker, "locker, second key")
    world.say(locker, "clock_synchronised", observed={"offset_us": -1500})
    lost = locker.sequence
    locker.sequence += 2
    world.say(locker, "chain_resumed", declared={"lost_from": lost, "lost_to": lost + 1})
    world.rotate_ledger_key()
    world.say(desk, "device_booted", observed={"reason": 1, "firmware": "1.0.0"})
    world.agreed("device_key_revoked", declared={"device": desk.id, "last_good": desk.previous, "reason": 2})
    beyond = world.statement(desk, "clock_synchronised", observed={"offset_us": 3})
    world.say(world.node, "statement_set_aside", observed={
        "device": desk.id, "sequence": desk.sequence, "statement": sha256(beyond),
        "envelope": world.keep("beyond", beyond, desk.key), "reason": 1,
    })
    world.take_census()
    return world
