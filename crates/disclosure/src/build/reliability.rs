//! The reliability pack: what the devices said of their own condition, whether or not it speaks for them.

use std::collections::BTreeMap;

use custody::id::{DeviceId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::case::Case;
use super::words;
use crate::material::Said;
use crate::model::Condition;

/// In the order of the ledger. A key or a device that an authority speaks of stands under the device concerned.
pub(super) fn reliability(case: &Case<'_>) -> Vec<Condition> {
    let agreed = agreed(case);
    let of = |(index, said): (&u64, &Said)| {
        let fact = said.message.fact.as_ref()?;
        let (mut what, about) = condition(case, fact)?;
        if needs_agreement(fact) {
            let word = match agreed.get(&said.decoded.hash) {
                Some(index) => format!("a second authority agreed in entry {index}"),
                None => "NO SECOND AUTHORITY AGREED in this bundle".to_owned(),
            };
            what = format!("{what}; {word}");
        }
        let device = about.unwrap_or(said.decoded.statement.device);
        Some(Condition { device: case.device(device), at: case.instant_of(*index), what, index: *index })
    };
    case.material.entries.iter().filter_map(of).collect()
}

/// By statement, the entry at which another first agreed.
fn agreed(case: &Case<'_>) -> BTreeMap<Digest, u64> {
    let mut agreed = BTreeMap::new();
    for (index, said) in case.material.entries {
        if let custody::fact::Fact::Approved { statement } = &said.decoded.statement.fact {
            agreed.entry(*statement).or_insert(*index);
        }
    }
    agreed
}

fn needs_agreement(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::DeviceEnrolled(_)
            | Fact::DeviceKeyRotated(_)
            | Fact::DeviceKeyRevoked(_)
            | Fact::DeviceRetired(_)
            | Fact::FirmwareApproved(_)
    )
}

/// Where a sentence speaks of another device than says it.
type About = Option<DeviceId>;

fn condition(case: &Case<'_>, fact: &Fact) -> Option<(String, About)> {
    life(fact).or_else(|| health(case, fact).or_else(|| clock(fact)).map(|what| (what, None)))
}

/// Keys and lives of devices.
fn life(fact: &Fact) -> Option<(String, About)> {
    let device = |bytes: &[u8]| DeviceId::try_from(bytes).ok();
    let said = match fact {
        Fact::DeviceEnrolled(fact) => {
            let declared = fact.declared.as_ref()?;
            ("enrolment with a key proposed by an authority".to_owned(), device(&declared.device))
        }
        Fact::DeviceKeyRotated(fact) => {
            ("change of its key proposed".to_owned(), device(&fact.declared.as_ref()?.device))
        }
        Fact::DeviceKeyRevoked(fact) => {
            let declared = fact.declared.as_ref()?;
            let why = match declared.reason() {
                v1::RevocationReason::Stolen => "stolen",
                v1::RevocationReason::Compromised => "compromised",
                v1::RevocationReason::Faulty => "faulty",
                v1::RevocationReason::Superseded => "superseded",
                v1::RevocationReason::Unspecified => "no reason",
            };
            let since = declared.compromised_since_us;
            let since = since.map(|us| format!(", misuse known or feared since {}", civil_time::utc(us)));
            let words = format!("revocation of its key proposed: {why}{}", since.unwrap_or_default());
            (words, device(&declared.device))
        }
        Fact::DeviceRetired(fact) => {
            ("retirement proposed".to_owned(), device(&fact.declared.as_ref()?.device))
        }
        Fact::ForkEvidenced(fact) => {
            let observed = fact.observed.as_ref()?;
            let words = format!("FORK: number {} was used for two different statements", observed.sequence);
            (words, device(&observed.device))
        }
        Fact::StatementSetAside(fact) => {
            let observed = fact.observed.as_ref()?;
            let words =
                format!("statement {} came after its key had ended and was set aside", observed.sequence);
            (words, device(&observed.device))
        }
        Fact::ChainResumed(fact) => {
            let declared = fact.declared.as_ref()?;
            (format!("LOST: statements {} to {} no longer exist", declared.lost_from, declared.lost_to), None)
        }
        _ => return None,
    };
    Some(said)
}

/// Power, tamper switches, self-tests, firmware, what a camera could not do.
fn health(case: &Case<'_>, fact: &Fact) -> Option<String> {
    let compartment = |bytes: &[u8]| {
        let id = custody::id::CompartmentId::try_from(bytes).ok()?;
        Some(case.names.compartment(id))
    };
    let words = match fact {
        Fact::DeviceBooted(fact) => {
            let observed = fact.observed.as_ref()?;
            format!("started, {}, running {}", boot(observed.reason()), observed.firmware)
        }
        Fact::PowerLost(fact) => {
            let observed = fact.observed.as_ref()?;
            let locks = if observed.fail_secure { "locks stay shut" } else { "LOCKS DO NOT STAY SHUT" };
            let battery = if observed.on_battery { ", on battery" } else { "" };
            format!("mains power lost, {locks}{battery}")
        }
        Fact::PowerRestored(fact) => {
            format!("mains power restored after {}", words::length(fact.observed.as_ref()?.outage_us))
        }
        Fact::TamperSensed(fact) => {
            let observed = fact.observed.as_ref()?;
            let of = observed.compartment.as_deref().and_then(compartment);
            let of = of.unwrap_or_else(|| "the housing".to_owned());
            format!("tamper switch of {of} {}", if observed.open { "OPENED" } else { "closed" })
        }
        Fact::SelfTested(fact) => self_test(fact.observed.as_ref()?),
        Fact::FirmwareChanged(fact) => {
            let observed = fact.observed.as_ref()?;
            format!("firmware changed from {} to {}", observed.from, observed.to)
        }
        Fact::FirmwareApproved(fact) => {
            format!("firmware {} proposed for approval", fact.declared.as_ref()?.version)
        }
        Fact::TemperatureExcursion(fact) => {
            let observed = fact.observed.as_ref()?;
            let of = compartment(&observed.compartment)?;
            let millidegrees = observed.millidegrees_celsius;
            format!(
                "{of} at {millidegrees} thousandths of a degree for {}",
                words::length(observed.duration_us)
            )
        }
        Fact::EmergencyRelease(fact) => {
            format!("EMERGENCY RELEASE of {} doors", fact.observed.as_ref()?.doors)
        }
        Fact::CompartmentServiceSet(fact) => {
            let declared = fact.declared.as_ref()?;
            let of = compartment(&declared.compartment)?;
            format!("{of} {}", if declared.in_service { "put in service" } else { "taken out of service" })
        }
        Fact::CameraOutage(fact) => outage(case, fact.observed.as_ref()?)?,
        _ => return None,
    };
    Some(words)
}

fn boot(reason: v1::BootReason) -> &'static str {
    match reason {
        v1::BootReason::PowerOn => "by power on",
        v1::BootReason::Restart => "by a restart",
        v1::BootReason::Watchdog => "BY ITS WATCHDOG",
        v1::BootReason::Update => "after an update",
        v1::BootReason::Unspecified => "for no reason said",
    }
}

fn self_test(observed: &v1::self_tested::Observed) -> String {
    if observed.passed {
        "self-test passed".to_owned()
    } else {
        format!("self-test FAILED: {}", observed.failed.join(", "))
    }
}

fn outage(case: &Case<'_>, observed: &v1::camera_outage::Observed) -> Option<String> {
    let camera = custody::id::CameraId::try_from(observed.camera.as_slice()).ok()?;
    let what = match observed.kind() {
        v1::OutageKind::NoSignal => "gave no picture",
        v1::OutageKind::Tampered => "was interfered with",
        v1::OutageKind::SceneChanged => "looked elsewhere",
        v1::OutageKind::Maintenance => "was being repaired",
        v1::OutageKind::Frozen => "showed a frozen picture",
        v1::OutageKind::Unspecified => "failed",
    };
    let until = observed.to_us.map_or_else(|| "and still does".to_owned(), civil_time::utc);
    let camera = case.names.camera(camera, observed.from_us);
    Some(format!(
        "{camera} {what} from {} to {until}, by the recorder's clock",
        civil_time::utc(observed.from_us)
    ))
}

/// Clocks, and times without a network.
fn clock(fact: &Fact) -> Option<String> {
    let words = match fact {
        Fact::ClockSynchronised(fact) => {
            format!("clock synchronised, {} before", words::offset(fact.observed.as_ref()?.offset_us))
        }
        Fact::ClockStepped(fact) => {
            let step_us = fact.observed.as_ref()?.step_us;
            let way = if step_us < 0 { "back" } else { "forward" };
            format!("clock set {way} by {}", words::length(step_us.unsigned_abs()))
        }
        Fact::ClockUnsynchronised(fact) => match fact.observed.as_ref()?.last_sync_us {
            0 => "clock not synchronised, not once since its start".to_owned(),
            us => format!("clock no longer synchronised, last at {}", civil_time::utc(us)),
        },
        Fact::OfflineEntered(fact) => {
            format!("without the ledger since {}", civil_time::utc(fact.observed.as_ref()?.since_us))
        }
        Fact::OfflineDrained(fact) => {
            let observed = fact.observed.as_ref()?;
            format!("handed over statements {} to {}", observed.first_sequence, observed.last_sequence)
        }
        Fact::SessionDenied(fact) => {
            let why = match fact.observed.as_ref()?.reason() {
                v1::DenialReason::UnknownCredential => "unknown credential",
                v1::DenialReason::RevokedCredential => "revoked credential",
                v1::DenialReason::WrongPin => "wrong PIN",
                v1::DenialReason::NotAllowed => "not allowed",
                v1::DenialReason::Unspecified => "no reason said",
            };
            format!("somebody was not let in: {why}")
        }
        _ => return None,
    };
    Some(words)
}
