//! Depositing a package: the guided sequence, and what each ending tells the officer.

use custody::id::{CompartmentId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::act::{Package, Recognised, Session, id_list};
use crate::clock::Clock;
use crate::device::{Device, Telling};
use crate::door::{Closing, Cycle, LABEL_LIMIT_US, SequenceError, at_compartment};
use crate::hardware::{Hardware, Presence};
use crate::key::Signer;
use crate::storage::Storage;

#[cfg(test)]
mod tests;

/// What an officer wants to deposit, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// Into which compartment.
    pub compartment: CompartmentId,
    /// True for a drop slot, which may hold more than one package.
    pub is_drop_slot: bool,
    /// Who.
    pub by: Recognised,
    /// The second person, recognised independently.
    pub witness: Option<Recognised>,
    /// True where the package needs two persons: cash, drugs, firearms.
    pub needs_witness: bool,
    /// What.
    pub package: Package,
    /// The seal's condition, as the officer says.
    pub condition: v1::SealCondition,
    /// SHA-256 of the photograph, if one was taken.
    pub photo: Option<Digest>,
    /// The clearance it belongs to, if any.
    pub run: Option<[u8; 16]>,
    /// The custody statement that it continues, from the slip or label; otherwise what this device last
    /// recorded for the package.
    pub follows: Option<Digest>,
}

impl Deposit {
    /// One officer puts one intact package into one compartment.
    pub fn new(compartment: CompartmentId, by: Recognised, package: Package) -> Self {
        Self {
            compartment,
            is_drop_slot: false,
            by,
            witness: None,
            needs_witness: false,
            package,
            condition: v1::SealCondition::Intact,
            photo: None,
            run: None,
            follows: None,
        }
    }
}

/// How a deposit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepositOutcome {
    /// The package lies in the locked compartment.
    Deposited {
        /// Hash of the deposit's statement: what the slip shows.
        statement: Digest,
    },
    /// A second person must be there; no door was opened.
    WitnessRequired,
    /// The label read is another package's; no door was opened.
    LabelDiffers {
        /// The id on it.
        read: [u8; 16],
    },
    /// The compartment is not empty, or still has an unfinished door cycle; no door was opened.
    CompartmentTaken,
    /// The door was not opened in time, or its lock did not release.
    NotOpened,
    /// The door was closed on an empty compartment.
    NothingPutIn,
    /// The door stands open: the package is not secure.
    LeftOpen,
    /// The door does not latch: the package is not secure.
    WillNotLatch,
}

impl DepositOutcome {
    /// What the officer is to do now.
    pub fn instruction(&self) -> &'static str {
        match self {
            Self::Deposited { .. } => "Deposited. Take the slip and keep it with your notes.",
            Self::WitnessRequired => {
                "This package needs two people. Nothing was opened. Fetch a colleague, who must use their own card."
            }
            Self::LabelDiffers { .. } => {
                "The label you scanned belongs to another package. Nothing was opened. Check the bag and start again."
            }
            Self::CompartmentTaken => {
                "This compartment is not free. Nothing was opened. Choose another one and tell the exhibits officer."
            }
            Self::NotOpened => {
                "The door was not opened and is locked again. You still have the package. Start again."
            }
            Self::NothingPutIn => {
                "The compartment is empty and locked. You still have the package. Start again, or take it to the store."
            }
            Self::LeftOpen => {
                "The door is open. Stay with it. Close it; if you cannot, take the package out and call the exhibits officer."
            }
            Self::WillNotLatch => {
                "The door will not lock. Stay with it. Take the package out, use another compartment, and call the exhibits officer."
            }
        }
    }

    /// True if the package lies in a locked compartment.
    pub fn is_deposited(&self) -> bool {
        matches!(self, Self::Deposited { .. })
    }
}

impl<G: Signer, C: Clock, F: Storage> Device<G, C, F> {
    /// Guides one deposit, from recognition to the end of the session.
    ///
    /// # Errors
    ///
    /// Where the hardware or the journal fails in between. The door cycle is then unfinished: see
    /// [`Device::attend`] for how it is taken up again.
    pub fn deposit<H: Hardware>(
        &mut self,
        hardware: &mut H,
        deposit: &Deposit,
    ) -> Result<DepositOutcome, SequenceError> {
        let session = self.open_session(deposit.by)?;
        let witness = deposit.witness.map(|witness| self.open_session(witness)).transpose()?;
        let outcome = self.deposit_in(hardware, deposit, session, witness)?;
        if let Some(witness) = witness {
            self.close_session(witness, false)?;
        }
        self.close_session(session, matches!(outcome, DepositOutcome::LeftOpen | DepositOutcome::NotOpened))?;
        hardware.show(outcome.instruction());
        Ok(outcome)
    }

    fn deposit_in<H: Hardware>(
        &mut self,
        hardware: &mut H,
        deposit: &Deposit,
        session: Session,
        witness: Option<Session>,
    ) -> Result<DepositOutcome, SequenceError> {
        if deposit.needs_witness && witness.is_none_or(|witness| witness.person == session.person) {
            return Ok(DepositOutcome::WitnessRequired);
        }
        hardware.show("Scan the label on the package.");
        let label = hardware.read_label(LABEL_LIMIT_US)?;
        if let Some(read) = label.filter(|label| !deposit.package.bears(label)) {
            return Ok(DepositOutcome::LabelDiffers { read });
        }
        if self.is_taken(hardware, deposit)? {
            return Ok(DepositOutcome::CompartmentTaken);
        }
        self.reserve(deposit.compartment, session)?;
        let Some(cycle) = self.open_door(hardware, deposit.compartment, session)? else {
            return Ok(DepositOutcome::NotOpened);
        };
        hardware.show("Put the package in and close the door.");
        match self.close_door(hardware, &cycle)? {
            Closing::LeftOpen => Ok(DepositOutcome::LeftOpen),
            Closing::WillNotLatch => Ok(DepositOutcome::WillNotLatch),
            Closing::Locked(presence) if !presence.occupied => {
                self.abandon(deposit, session, &cycle, label, presence)?;
                Ok(DepositOutcome::NothingPutIn)
            }
            Closing::Locked(presence) => {
                let statement = self.say_deposited(deposit, session, witness, &cycle, label, presence)?;
                Ok(DepositOutcome::Deposited { statement })
            }
        }
    }

    /// Looks into the compartment before it is offered; what is there unexpectedly is said.
    fn is_taken<H: Hardware>(&mut self, hardware: &mut H, deposit: &Deposit) -> Result<bool, SequenceError> {
        if self.memory().open_cycles.contains_key(&deposit.compartment) {
            return Ok(true);
        }
        let presence = hardware.presence(deposit.compartment)?;
        if presence.occupied && !deposit.is_drop_slot {
            self.say_presence(deposit.compartment, presence)?;
            return Ok(true);
        }
        Ok(false)
    }

    fn reserve(&mut self, compartment: CompartmentId, session: Session) -> Result<Digest, SequenceError> {
        let observed = v1::compartment_reserved::Observed {
            compartment: compartment.0.to_vec(),
            session: session.statement.0.to_vec(),
        };
        Ok(self.say(Fact::CompartmentReserved(v1::CompartmentReserved { observed: Some(observed) }))?)
    }

    fn abandon(
        &mut self,
        deposit: &Deposit,
        session: Session,
        cycle: &Cycle,
        label: Option<[u8; 16]>,
        presence: Presence,
    ) -> Result<Digest, SequenceError> {
        Ok(self.say(Fact::DepositAbandoned(v1::DepositAbandoned {
            observed: Some(at_compartment(cycle, label, presence)),
            declared: Some(v1::deposit_abandoned::Declared {
                exhibits: id_list(&deposit.package.exhibits),
                by: Some(session.act()),
            }),
        }))?)
    }

    fn say_deposited(
        &mut self,
        deposit: &Deposit,
        session: Session,
        witness: Option<Session>,
        cycle: &Cycle,
        label: Option<[u8; 16]>,
        presence: Presence,
    ) -> Result<Digest, SequenceError> {
        let fact = Fact::Deposited(v1::Deposited {
            observed: Some(at_compartment(cycle, label, presence)),
            declared: Some(v1::deposited::Declared {
                item: Some(deposit.package.item()),
                by: Some(session.act()),
                witness: witness.map(|witness| witness.act()),
                condition: deposit.condition.into(),
                photo: deposit.photo.map(|photo| photo.0.to_vec()),
                run: deposit.run.map(|run| run.to_vec()),
            }),
        });
        let follows = deposit.follows.or_else(|| self.last_act_on(&deposit.package.exhibits));
        Ok(self.say(Telling::from(fact).following(follows))?)
    }
}
