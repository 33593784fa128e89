//! Scope: what a device of a kind may speak of at all (K01).

use crate::fact::{
    AuditFact, DeviceKind, EquipmentFact, Fact, FootageFact, HeadFact, Health, Matter, Voucher,
};
use crate::movement::Movement;

/// Whether a device of this kind may say this. Families no rule reads yet may be said by any.
pub(crate) fn may_say(kind: DeviceKind, fact: &Fact) -> bool {
    match fact {
        Fact::Genesis { .. }
        | Fact::EpochClaimed { .. }
        | Fact::CensusTaken { .. }
        | Fact::ForkEvidenced { .. }
        | Fact::StatementSetAside { .. }
        | Fact::Audit(AuditFact::OverdueRaised { .. } | AuditFact::OverdueCleared { .. })
        | Fact::Footage(FootageFact::PreservationRequired { .. })
        | Fact::Equipment(EquipmentFact::Overdue { .. })
        | Fact::Disclosure(_)
        | Fact::Head(HeadFact { by: Voucher::Ledger, .. }) => kind == DeviceKind::Node,
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
        | Fact::CompartmentModeSet { .. }
        | Fact::CameraRegistered { .. }
        | Fact::CoverageMapApproved { .. }
        | Fact::Role(_)
        | Fact::Health(Health::FirmwareApproved { .. }) => kind == DeviceKind::Authority,
        Fact::Door { .. }
        | Fact::PresenceSensed { .. }
        | Fact::EmergencyRelease { .. }
        | Fact::CompartmentReserved { .. }
        | Fact::Matter(Matter::FoundInEmptyCompartment { .. })
        | Fact::Equipment(EquipmentFact::Issued { .. } | EquipmentFact::Returned { .. }) => {
            kind == DeviceKind::Locker
        }
        Fact::SessionOpened { .. }
        | Fact::SessionClosed { .. }
        | Fact::AttendedCheck { .. }
        | Fact::ExhibitRegistered { .. }
        | Fact::Authority(_)
        | Fact::Matter(_)
        | Fact::Audit(_)
        | Fact::Equipment(EquipmentFact::Missing { .. }) => has_people(kind),
        Fact::Footage(_) => kind == DeviceKind::Recorder,
        Fact::Movement(movement) => may_move(kind, movement),
        Fact::Approved { .. }
        | Fact::ChainResumed { .. }
        | Fact::DeviceKeyRotated { .. }
        | Fact::OfflineEntered { .. }
        | Fact::OfflineDrained
        | Fact::Health(_)
        | Fact::Head(_)
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
