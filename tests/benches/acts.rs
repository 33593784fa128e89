//! What people do at lockers, as the facts that devices say of it.

use custody::id::Digest;
use custody_proto::v1::{self, statement::Fact};

/// Says a fact that perhaps continues a custody statement, and returns the statement's hash.
pub(crate) type Say<'a> = dyn FnMut(Fact, Option<Digest>) -> Digest + 'a;

/// What the visitor does.
#[derive(Clone, Copy)]
pub(crate) enum Act {
    Deposit,
    Collect,
}

/// Somebody in front of a compartment with one exhibit in its sealed bag.
#[derive(Clone, Copy)]
pub(crate) struct Visit {
    pub(crate) person: [u8; 16],
    pub(crate) compartment: [u8; 16],
    pub(crate) exhibit: [u8; 16],
    /// The controller's counter of closings.
    pub(crate) close_counter: u64,
    /// The custody statement before.
    pub(crate) follows: Option<Digest>,
}

/// A whole visit in seven statements: session, four of the door, the custody act, the session's end. Returns the
/// hash of the act.
pub(crate) fn visit(say: &mut Say<'_>, visit: Visit, act: Act) -> Digest {
    let session = open_session(say, visit.person);
    let door = |cycle: Option<Digest>, closed: u64| {
        Some(v1::Door {
            compartment: visit.compartment.to_vec(),
            cycle: cycle.map(|cycle| cycle.0.to_vec()),
            close_counter: visit.close_counter + closed,
            session: Some(session.0.to_vec()),
        })
    };
    let cycle = say(Fact::DoorUnlocked(v1::DoorUnlocked { observed: door(None, 0) }), None);
    say(Fact::DoorOpened(v1::DoorOpened { observed: door(Some(cycle), 0) }), None);
    say(Fact::DoorClosed(v1::DoorClosed { observed: door(Some(cycle), 1) }), None);
    say(Fact::DoorLocked(v1::DoorLocked { observed: door(Some(cycle), 1) }), None);
    let fact = match act {
        Act::Deposit => deposited(&visit, cycle, session),
        Act::Collect => collected(&visit, cycle, session),
    };
    let act = say(fact, visit.follows);
    close_session(say, session);
    act
}

/// An officer registers an exhibit at a desk; returns the registration's hash.
pub(crate) fn register(say: &mut Say<'_>, officer: [u8; 16], exhibit: [u8; 16]) -> Digest {
    let session = open_session(say, officer);
    let declared = v1::exhibit_registered::Declared {
        exhibit: exhibit.to_vec(),
        case: exhibit.to_vec(),
        reference_tag: vec![0x51; 32],
        exhibit_reference: vec![0x52; 32],
        description: vec![0x53; 32],
        registrar: Some(by(officer, session)),
        producer: officer.to_vec(),
        holder: officer.to_vec(),
        category: v1::Category::Other.into(),
        closure: v1::Closure::Sealed.into(),
        seal: Some(seal(exhibit)),
        ..v1::exhibit_registered::Declared::default()
    };
    let registered = Fact::ExhibitRegistered(v1::ExhibitRegistered { declared: Some(declared) });
    let registered = say(registered, None);
    close_session(say, session);
    registered
}

fn open_session(say: &mut Say<'_>, person: [u8; 16]) -> Digest {
    let observed = v1::session_opened::Observed { method: v1::AuthenticationMethod::CardAndPin.into() };
    let declared = v1::session_opened::Declared { person: person.to_vec() };
    let fact = v1::SessionOpened { observed: Some(observed), declared: Some(declared) };
    say(Fact::SessionOpened(fact), None)
}

fn close_session(say: &mut Say<'_>, session: Digest) {
    let observed = v1::session_closed::Observed { session: session.0.to_vec(), timed_out: false };
    say(Fact::SessionClosed(v1::SessionClosed { observed: Some(observed) }), None);
}

fn deposited(visit: &Visit, cycle: Digest, session: Digest) -> Fact {
    let declared = v1::deposited::Declared {
        item: Some(item(visit.exhibit)),
        by: Some(by(visit.person, session)),
        condition: v1::SealCondition::Intact.into(),
        ..v1::deposited::Declared::default()
    };
    Fact::Deposited(v1::Deposited { observed: Some(at(visit, cycle)), declared: Some(declared) })
}

fn collected(visit: &Visit, cycle: Digest, session: Digest) -> Fact {
    let declared = v1::collected::Declared {
        item: Some(item(visit.exhibit)),
        by: Some(by(visit.person, session)),
        condition: v1::SealCondition::Intact.into(),
        ..v1::collected::Declared::default()
    };
    Fact::Collected(v1::Collected { observed: Some(at(visit, cycle)), declared: Some(declared) })
}

fn at(visit: &Visit, cycle: Digest) -> v1::AtCompartment {
    v1::AtCompartment {
        compartment: visit.compartment.to_vec(),
        door_cycle: cycle.0.to_vec(),
        label: Some(visit.exhibit.to_vec()),
        weight_mg: None,
    }
}

fn item(exhibit: [u8; 16]) -> v1::Item {
    v1::Item {
        exhibits: vec![exhibit.to_vec()],
        package: None,
        closure: v1::Closure::Sealed.into(),
        seal: Some(seal(exhibit)),
    }
}

fn seal(exhibit: [u8; 16]) -> String {
    // The whole id: no two bags have one number.
    format!("S{}", hex::encode(exhibit))
}

fn by(person: [u8; 16], session: Digest) -> v1::Act {
    v1::Act { person: person.to_vec(), session: session.0.to_vec() }
}

/// The id of thing `number` of a kind.
pub(crate) fn id(kind: u8, number: u64) -> [u8; 16] {
    (u128::from(kind) << 120 | u128::from(number)).to_be_bytes()
}
