//! From the generated message to the rulebook's types: estate, sessions, doors, registration.

use alloc::boxed::Box;

use custody::fact::{
    Category, CheckResult, Compartment, CompartmentMode, Coverage, DoorEvent, EarlierLeg, Fact, LockerPurpose,
};
use custody_proto::v1::{self, statement::Fact as Message};

use super::field::{act, broken, group, id, optional_act, optional_id};
use super::movement::closure;
use super::people;
use crate::canonical::DecodeError;

/// The fact, or the message again where it is none of this file's families.
pub(super) fn fact(message: Message) -> Result<Result<Fact, Box<Message>>, DecodeError> {
    let fact = match message {
        Message::SiteRegistered(message) => {
            Fact::SiteRegistered { site: id(&group(message.declared)?.site)? }
        }
        Message::TransitStoreDesignated(message) => {
            let declared = group(message.declared)?;
            Fact::TransitStoreDesignated {
                store: id(&declared.store)?,
                site: id(&declared.site)?,
                valid_from_us: declared.valid_from_us,
            }
        }
        Message::TransitStoreWithdrawn(message) => {
            let declared = group(message.declared)?;
            Fact::TransitStoreWithdrawn { store: id(&declared.store)?, valid_to_us: declared.valid_to_us }
        }
        Message::LockerRegistered(message) => locker(group(message.declared)?)?,
        Message::LockerMoved(message) => {
            let declared = group(message.declared)?;
            Fact::LockerMoved {
                locker: id(&declared.locker)?,
                to_site: id(&declared.to_site)?,
                store: optional_id(declared.store.as_ref())?,
            }
        }
        Message::CompartmentModeSet(message) => {
            let declared = group(message.declared)?;
            Fact::CompartmentModeSet { compartment: id(&declared.compartment)?, mode: mode(declared.mode)? }
        }
        Message::SessionOpened(message) => {
            let (observed, declared) = (group(message.observed)?, group(message.declared)?);
            Fact::SessionOpened { person: id(&declared.person)?, method: people::method(observed.method)? }
        }
        Message::SessionClosed(message) => {
            let observed = group(message.observed)?;
            Fact::SessionClosed { session: id(&observed.session)?, is_timed_out: observed.timed_out }
        }
        Message::DoorUnlocked(message) => door(DoorEvent::Unlocked, message.observed)?,
        Message::DoorOpened(message) => door(DoorEvent::Opened, message.observed)?,
        Message::DoorClosed(message) => door(DoorEvent::Closed, message.observed)?,
        Message::DoorLocked(message) => door(DoorEvent::Locked, message.observed)?,
        Message::DoorFailedClose(message) => door(DoorEvent::FailedClose, message.observed)?,
        Message::DoorLeftOpen(message) => door(DoorEvent::LeftOpen, message.observed)?,
        Message::DoorForced(message) => door(DoorEvent::Forced, message.observed)?,
        Message::MasterKeyUsed(message) => master_key(message)?,
        Message::EmergencyRelease(message) => {
            Fact::EmergencyRelease { doors: group(message.observed)?.doors }
        }
        Message::CompartmentReserved(message) => {
            let observed = group(message.observed)?;
            Fact::CompartmentReserved {
                compartment: id(&observed.compartment)?,
                session: id(&observed.session)?,
            }
        }
        Message::CameraRegistered(message) => {
            let declared = group(message.declared)?;
            Fact::CameraRegistered {
                camera: id(&declared.camera)?,
                recorder: id(&declared.recorder)?,
                site: id(&declared.site)?,
                is_signed_video: declared.signed_video,
            }
        }
        Message::CoverageMapApproved(message) => coverage_map(&group(message.declared)?)?,
        Message::PresenceSensed(message) => {
            let observed = group(message.observed)?;
            Fact::PresenceSensed {
                compartment: id(&observed.compartment)?,
                occupied: observed.occupied,
                weight_mg: observed.weight_mg,
            }
        }
        Message::AttendedCheck(message) => {
            let (observed, declared) = (group(message.observed)?, group(message.declared)?);
            Fact::AttendedCheck {
                compartment: id(&observed.compartment)?,
                door_cycle: optional_id(observed.door_cycle.as_ref())?,
                by: act(declared.by)?,
                result: check_result(declared.result)?,
            }
        }
        Message::ExhibitRegistered(message) => registration(group(message.declared)?)?,
        other => return Ok(Err(Box::new(other))),
    };
    Ok(Ok(fact))
}

fn registration(declared: v1::exhibit_registered::Declared) -> Result<Fact, DecodeError> {
    Ok(Fact::ExhibitRegistered {
        exhibit: id(&declared.exhibit)?,
        case: id(&declared.case)?,
        reference_tag: id(&declared.reference_tag)?,
        registrar: act(declared.registrar)?,
        producer: id(&declared.producer)?,
        holder: id(&declared.holder)?,
        category: category(declared.category)?,
        is_two_person: declared.handling.contains(&i32::from(v1::Handling::TwoPerson)),
        seized_us: declared.seized_us,
        package: optional_id(declared.package.as_ref())?,
        closure: closure(declared.closure)?,
        seal: declared.seal,
        earlier: declared.earlier.iter().map(earlier).collect::<Result<_, _>>()?,
    })
}

fn earlier(leg: &v1::EarlierLeg) -> Result<EarlierLeg, DecodeError> {
    Ok(EarlierLeg { holder: id(&leg.holder)?, from_us: leg.from_us, to_us: leg.to_us })
}

fn category(category: i32) -> Result<Category, DecodeError> {
    match v1::Category::try_from(category) {
        Ok(v1::Category::Other) => Ok(Category::Other),
        Ok(v1::Category::Cash) => Ok(Category::Cash),
        Ok(v1::Category::Drug) => Ok(Category::Drug),
        Ok(v1::Category::Firearm) => Ok(Category::Firearm),
        Ok(v1::Category::Biological) => Ok(Category::Biological),
        Ok(v1::Category::Digital) => Ok(Category::Digital),
        Ok(v1::Category::Unspecified) | Err(_) => Err(broken("category of an exhibit")),
    }
}

fn door(event: DoorEvent, observed: Option<v1::Door>) -> Result<Fact, DecodeError> {
    let observed = group(observed)?;
    Ok(Fact::Door {
        event,
        compartment: id(&observed.compartment)?,
        cycle: optional_id(observed.cycle.as_ref())?,
        close_counter: observed.close_counter,
        session: optional_id(observed.session.as_ref())?,
        by: None,
        authority: None,
    })
}

fn master_key(message: v1::MasterKeyUsed) -> Result<Fact, DecodeError> {
    let declared = group(message.declared)?;
    let mut fact = door(DoorEvent::MasterKey, message.observed)?;
    if let Fact::Door { by, authority, .. } = &mut fact {
        *by = optional_act(declared.by)?;
        *authority = optional_id(declared.authority.as_ref())?;
    }
    Ok(fact)
}

fn coverage_map(declared: &v1::coverage_map_approved::Declared) -> Result<Fact, DecodeError> {
    let coverage =
        |each: &v1::Coverage| Ok(Coverage { locker: id(&each.locker)?, camera: id(&each.camera)? });
    Ok(Fact::CoverageMapApproved {
        site: id(&declared.site)?,
        surveyed_us: declared.surveyed_us,
        valid_from_us: declared.valid_from_us,
        coverages: declared.coverages.iter().map(coverage).collect::<Result<_, DecodeError>>()?,
    })
}

fn locker(declared: v1::locker_registered::Declared) -> Result<Fact, DecodeError> {
    let purpose = match v1::LockerPurpose::try_from(declared.purpose) {
        Ok(v1::LockerPurpose::Exhibits) => LockerPurpose::Exhibits,
        Ok(v1::LockerPurpose::Equipment) => LockerPurpose::Equipment,
        Ok(v1::LockerPurpose::Both) => LockerPurpose::Both,
        Ok(v1::LockerPurpose::Unspecified) | Err(_) => return Err(broken("purpose of a locker")),
    };
    let compartments = declared.compartments.into_iter().map(|each| {
        Ok(Compartment { compartment: id(&each.compartment)?, mode: mode(each.mode)?, label: each.label })
    });
    Ok(Fact::LockerRegistered {
        locker: id(&declared.locker)?,
        device: id(&declared.device)?,
        site: id(&declared.site)?,
        store: optional_id(declared.store.as_ref())?,
        purpose,
        compartments: compartments.collect::<Result<_, DecodeError>>()?,
    })
}

fn mode(mode: i32) -> Result<CompartmentMode, DecodeError> {
    match v1::CompartmentMode::try_from(mode) {
        Ok(v1::CompartmentMode::Single) => Ok(CompartmentMode::Single),
        Ok(v1::CompartmentMode::Multi) => Ok(CompartmentMode::Multi),
        Ok(v1::CompartmentMode::Unspecified) | Err(_) => Err(broken("mode of a compartment")),
    }
}

fn check_result(result: i32) -> Result<CheckResult, DecodeError> {
    match v1::CheckResult::try_from(result) {
        Ok(v1::CheckResult::AsRecorded) => Ok(CheckResult::AsRecorded),
        Ok(v1::CheckResult::ItemAbsent) => Ok(CheckResult::ItemAbsent),
        Ok(v1::CheckResult::ItemUnexpected) => Ok(CheckResult::ItemUnexpected),
        Ok(v1::CheckResult::SealDisturbed) => Ok(CheckResult::SealDisturbed),
        Ok(v1::CheckResult::Unspecified) | Err(_) => Err(broken("result of a check")),
    }
}
