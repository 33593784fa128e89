//! Collecting a package: the guided sequence, and what each ending tells the collector.

use custody::id::{CompartmentId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::act::{Package, Recognised, Session};
use crate::clock::Clock;
use crate::device::{Device, Telling};
use crate::disclose::{DiscloseError, Openings};
use crate::door::{Closing, Cycle, LABEL_LIMIT_US, SequenceError, at_compartment};
use crate::hardware::{Hardware, Presence};
use crate::key::Signer;
use crate::storage::Storage;

/// What is to be collected, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// From which compartment.
    pub compartment: CompartmentId,
    /// True for a drop slot, in which other packages may stay behind.
    pub is_drop_slot: bool,
    /// Who.
    pub by: Recognised,
    /// The second person, recognised independently.
    pub witness: Option<Recognised>,
    /// True where the package needs two persons.
    pub needs_witness: bool,
    /// What.
    pub package: Package,
    /// The seal's condition, as the collector says.
    pub condition: v1::SealCondition,
    /// Hash of the `CollectionAuthorised` statement.
    pub authority: Option<Digest>,
    /// Where it goes, in words; committed to.
    pub destination: Option<String>,
    /// SHA-256 of the photograph, if one was taken.
    pub photo: Option<Digest>,
    /// The clearance it belongs to, if any.
    pub run: Option<[u8; 16]>,
    /// The custody statement that it continues; otherwise what this device last recorded for the package.
    pub follows: Option<Digest>,
}

impl Collection {
    /// One person takes one intact package out of one compartment.
    pub fn new(compartment: CompartmentId, by: Recognised, package: Package) -> Self {
        Self {
            compartment,
            is_drop_slot: false,
            by,
            witness: None,
            needs_witness: false,
            package,
            condition: v1::SealCondition::Intact,
            authority: None,
            destination: None,
            photo: None,
            run: None,
            follows: None,
        }
    }
}

/// How a collection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionOutcome {
    /// The collector has the package; the compartment is locked.
    Collected {
        /// Hash of the collection's statement.
        statement: Digest,
    },
    /// Something was taken whose label is another package's. It is recorded as it was read.
    CollectedOtherLabel {
        /// Hash of the collection's statement.
        statement: Digest,
        /// The id on the label.
        read: [u8; 16],
    },
    /// A second person must be there; no door was opened.
    WitnessRequired,
    /// The compartment still has an unfinished door cycle; no door was opened.
    CompartmentBusy,
    /// The door was not opened in time, or its lock did not release.
    NotOpened,
    /// The door was closed with the package still inside.
    NothingTaken,
    /// The door stands open: what was taken, or not, is not recorded.
    LeftOpen,
    /// The door does not latch.
    WillNotLatch,
}

impl CollectionOutcome {
    /// What the collector is to do now.
    pub fn instruction(&self) -> &'static str {
        match self {
            Self::Collected { .. } => "Collected. You have the package from now on. Take the slip with it.",
            Self::CollectedOtherLabel { .. } => {
                "The label does not match. You have the package you took. Wait here and call the exhibits officer now."
            }
            Self::WitnessRequired => {
                "This package needs two people. Nothing was opened. Fetch a colleague, who must use their own card."
            }
            Self::CompartmentBusy => {
                "This compartment needs attention first. Nothing was opened. Call the exhibits officer."
            }
            Self::NotOpened => {
                "The door was not opened and is locked again. The package is still inside. Start again."
            }
            Self::NothingTaken => {
                "The package is still inside and locked. Nothing was collected. Start again."
            }
            Self::LeftOpen => "The door is open. Close it. Wait here and call the exhibits officer.",
            Self::WillNotLatch => "The door will not lock. Stay with it and call the exhibits officer.",
        }
    }
}

/// A collection could not be guided to an end.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The door or the journal.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
    /// The destination; no door was opened.
    #[error("destination: {0}")]
    Destination(#[from] DiscloseError),
}

impl<G: Signer, C: Clock, F: Storage> Device<G, C, F> {
    /// Guides one collection, from recognition to the end of the session.
    ///
    /// # Errors
    ///
    /// As [`Device::deposit`]. A destination that cannot be committed to is found before any door is opened.
    pub fn collect<H: Hardware>(
        &mut self,
        hardware: &mut H,
        collection: &Collection,
    ) -> Result<CollectionOutcome, CollectError> {
        let mut openings = Openings::default();
        let destination = openings.commit_if("destination", collection.destination.as_deref())?;
        let session = self.open_session(collection.by).map_err(SequenceError::from)?;
        let witness = collection.witness.map(|witness| self.open_session(witness)).transpose();
        let witness = witness.map_err(SequenceError::from)?;
        let outcome = match self.take(hardware, collection, session, witness)? {
            Taken::Nothing(outcome) => outcome,
            Taken::Package { cycle, label, presence } => {
                let fact = collected(collection, session, witness, destination, (&cycle, label, presence));
                let follows = collection.follows.or_else(|| self.last_act_on(&collection.package.exhibits));
                let telling = Telling::from(fact).following(follows).opened_by(openings.disclosures);
                let statement = self.say(telling).map_err(SequenceError::from)?;
                match label.filter(|label| !collection.package.bears(label)) {
                    Some(read) => CollectionOutcome::CollectedOtherLabel { statement, read },
                    None => CollectionOutcome::Collected { statement },
                }
            }
        };
        if let Some(witness) = witness {
            self.close_session(witness, false).map_err(SequenceError::from)?;
        }
        let timed_out = matches!(outcome, CollectionOutcome::LeftOpen | CollectionOutcome::NotOpened);
        self.close_session(session, timed_out).map_err(SequenceError::from)?;
        hardware.show(outcome.instruction());
        Ok(outcome)
    }

    fn take<H: Hardware>(
        &mut self,
        hardware: &mut H,
        collection: &Collection,
        session: Session,
        witness: Option<Session>,
    ) -> Result<Taken, SequenceError> {
        if collection.needs_witness && witness.is_none_or(|witness| witness.person == session.person) {
            return Ok(Taken::Nothing(CollectionOutcome::WitnessRequired));
        }
        if self.memory().open_cycles.contains_key(&collection.compartment) {
            return Ok(Taken::Nothing(CollectionOutcome::CompartmentBusy));
        }
        let Some(cycle) = self.open_door(hardware, collection.compartment, session)? else {
            return Ok(Taken::Nothing(CollectionOutcome::NotOpened));
        };
        hardware.show("Take the package out and scan its label.");
        let label = hardware.read_label(LABEL_LIMIT_US)?;
        let is_other = label.is_some_and(|label| !collection.package.bears(&label));
        hardware.show(if is_other {
            "This is another package. Put it back and close the door."
        } else {
            "Close the door."
        });
        match self.close_door(hardware, &cycle)? {
            Closing::LeftOpen => Ok(Taken::Nothing(CollectionOutcome::LeftOpen)),
            Closing::WillNotLatch => Ok(Taken::Nothing(CollectionOutcome::WillNotLatch)),
            Closing::Locked(presence) if presence.occupied && (is_other || !collection.is_drop_slot) => {
                Ok(Taken::Nothing(CollectionOutcome::NothingTaken))
            }
            Closing::Locked(presence) => Ok(Taken::Package { cycle, label, presence }),
        }
    }
}

/// What came of a door cycle for a collection.
enum Taken {
    Nothing(CollectionOutcome),
    Package { cycle: Cycle, label: Option<[u8; 16]>, presence: Presence },
}

fn collected(
    collection: &Collection,
    session: Session,
    witness: Option<Session>,
    destination: Option<Vec<u8>>,
    (cycle, label, presence): (&Cycle, Option<[u8; 16]>, Presence),
) -> Fact {
    Fact::Collected(v1::Collected {
        observed: Some(at_compartment(cycle, label, presence)),
        declared: Some(v1::collected::Declared {
            item: Some(collection.package.item()),
            by: Some(session.act()),
            witness: witness.map(|witness| witness.act()),
            condition: collection.condition.into(),
            authority: collection.authority.map(|authority| authority.0.to_vec()),
            destination,
            photo: collection.photo.map(|photo| photo.0.to_vec()),
            run: collection.run.map(|run| run.to_vec()),
        }),
    })
}
