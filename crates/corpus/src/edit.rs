//! Edits of what is said: a planter changes one field of one line.

use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::line::LineId;
use crate::script::Script;

impl Script {
    /// Changes the door that a line speaks of.
    pub fn edit_door(&mut self, line: LineId, edit: impl FnOnce(&mut v1::Door)) {
        if let Some(door) = crate::play::door_of(&mut self.line(line).fact) {
            edit(door);
        }
    }

    /// Changes what a locker's readers say of an act at a compartment.
    pub fn edit_at(&mut self, line: LineId, edit: impl FnOnce(&mut v1::AtCompartment)) {
        let at = match &mut self.line(line).fact {
            Fact::Deposited(fact) => fact.observed.as_mut(),
            Fact::Collected(fact) => fact.observed.as_mut(),
            Fact::PassedBack(fact) => fact.observed.as_mut(),
            Fact::DepositAbandoned(fact) => fact.observed.as_mut(),
            _ => None,
        };
        if let Some(at) = at {
            edit(at);
        }
    }

    /// Changes the label that an act has read.
    pub fn set_label(&mut self, line: LineId, label: Option<Vec<u8>>) {
        match &mut self.line(line).fact {
            Fact::ReceivedAt(v1::ReceivedAt { observed: Some(observed), .. }) => observed.label = label,
            _ => self.edit_at(line, |at| at.label = label),
        }
    }

    /// Changes the package that a custody act is about.
    pub fn edit_item(&mut self, line: LineId, edit: impl FnOnce(&mut v1::Item)) {
        let item = match &mut self.line(line).fact {
            Fact::Deposited(v1::Deposited { declared: Some(declared), .. }) => declared.item.as_mut(),
            Fact::Collected(v1::Collected { declared: Some(declared), .. }) => declared.item.as_mut(),
            Fact::PassedBack(v1::PassedBack { declared: Some(declared), .. }) => declared.item.as_mut(),
            Fact::ReceivedAt(v1::ReceivedAt { declared: Some(declared), .. }) => declared.item.as_mut(),
            Fact::TransferOffered(v1::TransferOffered { declared: Some(declared) }) => declared.item.as_mut(),
            Fact::TransferAccepted(v1::TransferAccepted { declared: Some(declared) }) => {
                declared.item.as_mut()
            }
            _ => None,
        };
        if let Some(item) = item {
            edit(item);
        }
    }

    /// Changes how a seal looked at an act.
    pub fn set_condition(&mut self, line: LineId, condition: v1::SealCondition) {
        let found = match &mut self.line(line).fact {
            Fact::Deposited(v1::Deposited { declared: Some(declared), .. }) => &mut declared.condition,
            Fact::Collected(v1::Collected { declared: Some(declared), .. }) => &mut declared.condition,
            Fact::ReceivedAt(v1::ReceivedAt { declared: Some(declared), .. }) => &mut declared.condition,
            Fact::TransferAccepted(v1::TransferAccepted { declared: Some(declared) }) => {
                &mut declared.condition
            }
            _ => return,
        };
        *found = condition.into();
    }

    /// Changes who does something.
    pub fn edit_act(&mut self, line: LineId, edit: impl FnOnce(&mut v1::Act)) {
        let act = match &mut self.line(line).fact {
            Fact::Deposited(v1::Deposited { declared: Some(declared), .. }) => declared.by.as_mut(),
            Fact::Collected(v1::Collected { declared: Some(declared), .. }) => declared.by.as_mut(),
            Fact::ReceivedAt(v1::ReceivedAt { declared: Some(declared), .. }) => declared.by.as_mut(),
            Fact::CollectionAuthorised(v1::CollectionAuthorised { declared: Some(declared) }) => {
                declared.by.as_mut()
            }
            Fact::TransferAccepted(v1::TransferAccepted { declared: Some(declared) }) => declared.by.as_mut(),
            _ => None,
        };
        if let Some(act) = act {
            edit(act);
        }
    }

    /// Changes the second person of an act.
    pub fn set_witness(&mut self, line: LineId, witness: Option<v1::Act>) {
        let found = match &mut self.line(line).fact {
            Fact::Deposited(v1::Deposited { declared: Some(declared), .. }) => &mut declared.witness,
            Fact::Collected(v1::Collected { declared: Some(declared), .. }) => &mut declared.witness,
            Fact::PackageOpened(v1::PackageOpened { declared: Some(declared) }) => &mut declared.witness,
            Fact::Resealed(v1::Resealed { declared: Some(declared) }) => &mut declared.witness,
            Fact::Disposed(v1::Disposed { declared: Some(declared) }) => &mut declared.witness,
            _ => return,
        };
        *found = witness;
    }

    /// Changes the authority that an act names.
    pub fn set_authority(&mut self, line: LineId, authority: Option<Vec<u8>>) {
        match &mut self.line(line).fact {
            Fact::Collected(v1::Collected { declared: Some(declared), .. }) => declared.authority = authority,
            Fact::ReturnedToOwner(v1::ReturnedToOwner { declared: Some(declared) }) => {
                declared.authority = authority.unwrap_or_default();
            }
            Fact::Disposed(v1::Disposed { declared: Some(declared) }) => {
                declared.authority = authority.unwrap_or_default();
            }
            _ => {}
        }
    }

    /// Changes an authority to collect.
    pub fn edit_authority(
        &mut self,
        line: LineId,
        edit: impl FnOnce(&mut v1::collection_authorised::Declared),
    ) {
        if let Fact::CollectionAuthorised(v1::CollectionAuthorised { declared: Some(declared) }) =
            &mut self.line(line).fact
        {
            edit(declared);
        }
    }

    /// Changes a manifest.
    pub fn edit_film(
        &mut self,
        line: LineId,
        edit: impl FnOnce(&mut v1::footage_manifest_committed::Observed),
    ) {
        if let Fact::FootageManifestCommitted(v1::FootageManifestCommitted { observed: Some(observed) }) =
            &mut self.line(line).fact
        {
            edit(observed);
        }
    }

    /// The device claims another error bound for what it says here.
    pub fn set_error(&mut self, line: LineId, error_us: u64) {
        if let Some(clock) = &mut self.line(line).time.clock {
            clock.error_us = error_us;
        }
    }

    /// A line is said at another time after all.
    pub fn move_to(&mut self, line: LineId, at_us: u64) {
        let by = self.line(line).by;
        let time = self.clock(by).at(at_us);
        let line = self.line(line);
        line.at_us = at_us;
        line.time = time;
    }
}
