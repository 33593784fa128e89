//! What people do at lockers: sessions, door cycles, deposits, collections.

use custody::id::{CompartmentId, Digest, ExhibitId, PersonId};
use custody_proto::v1::{self, statement::Fact};

use super::{Locker, Said, World};

/// An exhibit in its sealed bag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exhibit {
    /// Its id, which is also on the label.
    pub exhibit: ExhibitId,
    /// Its seal's number.
    pub seal: String,
    /// The last custody statement about it.
    pub last: Option<Digest>,
}

/// A person in front of an open compartment: a session and a door cycle that is complete.
#[derive(Debug, Clone, Copy)]
pub struct Cycle {
    /// Who.
    pub person: PersonId,
    /// Statement hash of the session.
    pub session: Digest,
    /// Statement hash of the door cycle's first statement.
    pub cycle: Digest,
    /// Which compartment.
    pub compartment: CompartmentId,
}

impl World {
    /// A new exhibit, registered nowhere yet.
    pub fn exhibit(&mut self) -> Exhibit {
        let exhibit = ExhibitId(self.id());
        Exhibit { exhibit, seal: format!("S{}", self.writer.size()), last: None }
    }

    /// Somebody is recognised at a locker.
    pub fn session(&mut self, locker: &Locker, person: PersonId) -> Digest {
        let fact = v1::SessionOpened {
            observed: Some(v1::session_opened::Observed {
                method: v1::AuthenticationMethod::CardAndPin.into(),
            }),
            declared: Some(v1::session_opened::Declared { person: person.0.to_vec() }),
        };
        self.say(locker.speaker, Fact::SessionOpened(fact)).hash
    }

    /// A session and a complete door cycle in it, by a new person.
    pub fn cycle(&mut self, locker: &Locker, place: usize) -> Cycle {
        let person = PersonId(self.id());
        let session = self.session(locker, person);
        let compartment = *locker.compartments.get(place).expect("a compartment of the locker");
        let door = |cycle: Option<Digest>, close_counter: u64| {
            Some(v1::Door {
                compartment: compartment.0.to_vec(),
                cycle: cycle.map(|cycle| cycle.0.to_vec()),
                close_counter,
                session: Some(session.0.to_vec()),
            })
        };
        let closings = self.closings.entry(compartment).or_default();
        let counter = *closings;
        *closings += 1;
        let unlocked = Fact::DoorUnlocked(v1::DoorUnlocked { observed: door(None, counter) });
        let cycle = self.say(locker.speaker, unlocked).hash;
        let named = Some(cycle);
        let opened = Fact::DoorOpened(v1::DoorOpened { observed: door(named, counter) });
        self.say(locker.speaker, opened);
        let closed = Fact::DoorClosed(v1::DoorClosed { observed: door(named, counter + 1) });
        self.say(locker.speaker, closed);
        let secured = Fact::DoorLocked(v1::DoorLocked { observed: door(named, counter + 1) });
        self.say(locker.speaker, secured);
        Cycle { person, session, cycle, compartment }
    }

    /// Somebody deposits an exhibit.
    pub fn deposit(&mut self, locker: &Locker, place: usize, exhibit: &mut Exhibit) -> Said {
        let cycle = self.cycle(locker, place);
        let said = self.say_following(locker.speaker, deposited(&cycle, exhibit), exhibit.last);
        exhibit.last = Some(said.hash);
        self.leave(locker, &cycle);
        said
    }

    /// Somebody collects an exhibit.
    pub fn collect(&mut self, locker: &Locker, place: usize, exhibit: &mut Exhibit) -> Said {
        let cycle = self.cycle(locker, place);
        let said = self.say_following(locker.speaker, collected(&cycle, exhibit), exhibit.last);
        exhibit.last = Some(said.hash);
        self.leave(locker, &cycle);
        said
    }

    /// The person leaves: the session ends.
    pub fn leave(&mut self, locker: &Locker, cycle: &Cycle) {
        let observed = v1::session_closed::Observed { session: cycle.session.0.to_vec(), timed_out: false };
        self.say(locker.speaker, Fact::SessionClosed(v1::SessionClosed { observed: Some(observed) }));
    }
}

fn deposited(cycle: &Cycle, exhibit: &Exhibit) -> Fact {
    Fact::Deposited(v1::Deposited {
        observed: Some(at(cycle, exhibit)),
        declared: Some(v1::deposited::Declared {
            item: Some(item(exhibit)),
            by: Some(by(cycle)),
            witness: None,
            condition: v1::SealCondition::Intact.into(),
            photo: None,
            run: None,
        }),
    })
}

fn collected(cycle: &Cycle, exhibit: &Exhibit) -> Fact {
    Fact::Collected(v1::Collected {
        observed: Some(at(cycle, exhibit)),
        declared: Some(v1::collected::Declared {
            item: Some(item(exhibit)),
            by: Some(by(cycle)),
            witness: None,
            condition: v1::SealCondition::Intact.into(),
            authority: None,
            destination: None,
            photo: None,
            run: None,
        }),
    })
}

fn at(cycle: &Cycle, exhibit: &Exhibit) -> v1::AtCompartment {
    v1::AtCompartment {
        compartment: cycle.compartment.0.to_vec(),
        door_cycle: cycle.cycle.0.to_vec(),
        label: Some(exhibit.exhibit.0.to_vec()),
        weight_mg: None,
    }
}

fn item(exhibit: &Exhibit) -> v1::Item {
    v1::Item {
        exhibits: vec![exhibit.exhibit.0.to_vec()],
        package: None,
        closure: v1::Closure::Sealed.into(),
        seal: Some(exhibit.seal.clone()),
    }
}

fn by(cycle: &Cycle) -> v1::Act {
    v1::Act { person: cycle.person.0.to_vec(), session: cycle.session.0.to_vec() }
}
