//! Scope: what a device of a kind may speak of at all (K01).

use crate::fact::{DeviceKind, Fact};
use crate::movement::Movement;

/// Whether a device of this kind may say this. Families no rule reads yet may be said by any.
pub(crate) fn may_say(kind: DeviceKind, fact: &Fact) -> bool {
    match fact {
        Fact::Genesis { .. }
        | Fact::EpochClaimed { .. }
        | Fact::CensusTaken { .. }
        | Fact::ForkEvidenced { .. }
        | Fact::StatementSetAside { .. } => kind == DeviceKind::Node,
        Fact::LedgerKeyRotated { .. }
        | Fact::PolicyAdopted { .. }
        | Fact::DeviceEnrolled { .. }
        | Fact::DeviceKeyRevoked { .. }
        | Fact::DeviceRetired { .. }
        | Fact::SiteRegistered { .. }
        | Fact::TransitStoreDesignated { .. }
        | Fact::TransitStoreWithdrawn { .. }
        | Fact::LockerRegistered { .. }
        | Fact::LockerMoved { .. }
        | Fact::CompartmentModeSet { .. } => kind == DeviceKind::Authority,
        Fact::Door { .. } | Fact::PresenceSensed { .. } => kind == DeviceKind::Locker,
        Fact::SessionOpened { .. } | Fact::SessionClosed { .. } | Fact::AttendedCheck { .. } => {
            has_people(kind)
        }
        Fact::ExhibitRegistered { .. } => has_people(kind),
        Fact::Movement(movement) => may_move(kind, movement),
        Fact::Approved { .. }
        | Fact::ChainResumed { .. }
        | Fact::DeviceKeyRotated { .. }
        | Fact::OfflineEntered { .. }
        | Fact::OfflineDrained
        | Fact::Other(_) => true,
    }
}

/// People act at lockers and at desks.
fn has_people(kind: DeviceKind) -> bool {
    matches!(kind, DeviceKind::Locker | DeviceKind::Desk)
}

fn may_move(kind: DeviceKind, movement: &Movement) -> bool {
    match movement {
        Movement::Deposited { .. }
        | Movement::DepositAbandoned { .. }
        | Movement::PassedBack { .. }
        | Movement::Collected { .. } => kind == DeviceKind::Locker,
        _ => has_people(kind),
    }
}
