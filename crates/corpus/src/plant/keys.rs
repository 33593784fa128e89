//! K: keys, device chains, firmware.

use custody::id::SiteId;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use sha2::{Digest as _, Sha256};
use verifier::testing::{AUTHORITIES, NODE, SpeakerId};

use super::{Place, Planted, Planter, script as of};
use crate::estate::FIRMWARE;
use crate::line::{DAY, Delivery, Effect, Evidence, HOUR, LineId, MINUTE, SECOND, Trick};
use crate::script::Script;

const BREAK: Severity = Severity::Break;
const WARNING: Severity = Severity::Warning;
const FATAL: Severity = Severity::Fatal;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::K01, "signature altered", |script| signed(script, Trick::Spoilt)),
    of(RuleId::K01, "signed by another key", |script| {
        let seed = Sha256::digest("somebody else").into();
        signed(script, Trick::SignedBy(seed))
    }),
    of(RuleId::K01, "a device nobody enrolled", stranger),
    of(RuleId::K01, "enrolled by one authority", half_enrolled),
    of(RuleId::K01, "a locker grants a role", |script| out_of_scope(script, true)),
    of(RuleId::K01, "a desk senses a compartment", |script| out_of_scope(script, false)),
    of(RuleId::K02, "a statement lost", lost),
    of(RuleId::K02, "a clone", forked),
    of(RuleId::K02, "a loss declared", resumed),
    of(RuleId::K02, "a start of the node left out", epoch),
    of(RuleId::K02, "another statement named before it", unlinked),
    of(RuleId::K03, "spoke after revocation", |script| ended(script, false)),
    of(RuleId::K03, "spoke after retirement", |script| ended(script, true)),
    of(RuleId::K03, "compromised before it was revoked", compromised),
    of(RuleId::K03, "set aside after revocation", set_aside),
    of(RuleId::K04, "a desk's key without its old one", |script| rotated(script, v1::DeviceKind::Desk)),
    of(RuleId::K04, "a recorder's key without its old one", |script| {
        rotated(script, v1::DeviceKind::Recorder)
    }),
    of(RuleId::K04, "a locker's key without its old one", |script| rotated(script, v1::DeviceKind::Locker)),
    of(RuleId::K05, "booted with a version nobody approved", |script| {
        firmware(script, "locker 9.9.0", false, false)
    }),
    of(RuleId::K05, "changed to a version nobody approved", |script| {
        firmware(script, "locker 4.3.0-rc1", false, true)
    }),
    of(RuleId::K05, "a version that one authority approved", |script| {
        firmware(script, "locker 4.4.0", true, true)
    }),
];

/// A device of the planter's own, which nothing else depends on, and a time in the middle of the history.
fn spare(script: &mut Script, kind: v1::DeviceKind) -> (SpeakerId, u64) {
    let site: SiteId = {
        let central = script.central;
        script.site(central).id
    };
    let at = script.span.early_us - 3 * HOUR + script.rng.below(60) * MINUTE;
    let who = script.enrol_at(at, kind, Some(site));
    let (low, high) = (script.span.from_us + 10 * HOUR, script.span.to_us - 20 * HOUR);
    (who, script.rng.between(low, high))
}

fn spare_desk(script: &mut Script) -> (SpeakerId, u64) {
    spare(script, v1::DeviceKind::Desk)
}

fn device(script: &Script, who: SpeakerId) -> Place {
    Place::Device(script.device(who))
}

/// The device's last word: what follows a statement that is not the device's is another matter.
fn signed(script: &mut Script, trick: Trick) -> Option<Planted> {
    let (who, at) = spare_desk(script);
    script.self_test(who, at - HOUR);
    let line = script.self_test(who, at);
    script.line(line).trick = Some(trick);
    Some(
        Planted::new("A statement that its device did not sign.")
            // A key that nobody introduced: the statement has no standing, and its signature cannot be checked.
            .needs_up_to(2, RuleId::K01, FATAL, [line]),
    )
}

fn stranger(script: &mut Script) -> Option<Planted> {
    let at = script.span.from_us + 20 * HOUR + script.rng.below(600) * MINUTE;
    let who = script.new_device(at - DAY);
    let line = script.self_test(who, at);
    Some(Planted::new("A device that nobody enrolled spoke.").needs_up_to(2, RuleId::K01, FATAL, [line]))
}

fn half_enrolled(script: &mut Script) -> Option<Planted> {
    let at = script.span.from_us + 20 * HOUR + script.rng.below(600) * MINUTE;
    let who = script.new_device(at - DAY);
    let fact = script.world.enrolment(who, v1::DeviceKind::Desk, None);
    let proposal = script.say(AUTHORITIES[0], at - 2 * HOUR, fact);
    script.line(proposal).effect = Some(Effect::Enrols(who));
    let line = script.self_test(who, at);
    Some(Planted::new("A device spoke that one authority had proposed and nobody approved.").needs(
        RuleId::K01,
        FATAL,
        [line],
    ))
}

fn out_of_scope(script: &mut Script, is_locker: bool) -> Option<Planted> {
    let kind = if is_locker { v1::DeviceKind::Locker } else { v1::DeviceKind::Desk };
    let (who, at) = spare(script, kind);
    let fact = if is_locker {
        let declared = v1::role_granted::Declared {
            person: script.id().to_vec(),
            role: v1::Role::StoreManager.into(),
            site: None,
            until_us: None,
        };
        Fact::RoleGranted(v1::RoleGranted { declared: Some(declared) })
    } else {
        let observed = v1::presence_sensed::Observed {
            compartment: script.id().to_vec(),
            occupied: true,
            weight_mg: None,
        };
        Fact::PresenceSensed(v1::PresenceSensed { observed: Some(observed) })
    };
    let line = script.say(who, at, fact);
    Some(Planted::new("A device said what is not its to say.").needs(RuleId::K01, BREAK, [line]))
}

fn lost(script: &mut Script) -> Option<Planted> {
    let (who, at) = spare_desk(script);
    script.self_test(who, at - HOUR);
    let gone = script.self_test(who, at);
    script.line(gone).delivery = Delivery::Lost;
    let next = script.self_test(who, at + HOUR);
    Some(Planted::new("A device's statement is lost.").needs(RuleId::K02, BREAK, [next]))
}

/// A clone of a device of the planter's own, and what becomes of the evidence.
pub(super) fn fork(script: &mut Script, kept: Evidence) -> LineId {
    let (who, at) = spare_desk(script);
    let line = script.self_test(who, at);
    let other = v1::self_tested::Observed { passed: false, failed: vec!["reader".to_owned()] };
    let other = Fact::SelfTested(v1::SelfTested { observed: Some(other) });
    script.line(line).trick = Some(Trick::Forked(Box::new(other), kept));
    script.self_test(who, at + HOUR);
    line
}

fn forked(script: &mut Script) -> Option<Planted> {
    let line = fork(script, Evidence::Kept);
    Some(Planted::new("A clone of a device said another thing under a number that was used.").needs(
        RuleId::K02,
        Severity::Contradiction,
        [line],
    ))
}

fn resumed(script: &mut Script) -> Option<Planted> {
    let (who, at) = spare_desk(script);
    script.self_test(who, at - HOUR);
    let lost = script.rng.between(1, 4);
    let declared = v1::chain_resumed::Declared { lost_from: 0, lost_to: lost - 1 };
    let line = script.say(who, at, Fact::ChainResumed(v1::ChainResumed { declared: Some(declared) }));
    script.line(line).trick = Some(Trick::Skips(lost));
    script.self_test(who, at + HOUR);
    Some(Planted::new("A device declares part of its journal lost.").needs(RuleId::K02, BREAK, [line]))
}

fn epoch(script: &mut Script) -> Option<Planted> {
    if super::ledger::has_started(script) {
        return None;
    }
    let at = script.span.from_us + script.rng.between(20, 50) * HOUR + 17 * SECOND;
    let claim = |script: &mut Script, epoch, at| {
        let observed = v1::epoch_claimed::Observed { epoch, software: "ledger-node 0.1.0".to_owned() };
        script.say(NODE, at, Fact::EpochClaimed(v1::EpochClaimed { observed: Some(observed) }))
    };
    claim(script, 1, at - 10 * HOUR);
    let line = claim(script, 3, at);
    Some(Planted::new("The node's starts are numbered one and three.").needs(RuleId::K02, BREAK, [line]))
}

fn unlinked(script: &mut Script) -> Option<Planted> {
    let (who, at) = spare_desk(script);
    script.self_test(who, at - HOUR);
    let line = script.self_test(who, at);
    script.line(line).trick = Some(Trick::Unlinked);
    Some(Planted::new("A device's statement names another one before it than the last.").needs(
        RuleId::K02,
        BREAK,
        [line],
    ))
}

/// Both authorities end a device's key: what they say.
fn revoke(
    script: &mut Script,
    who: SpeakerId,
    at: u64,
    last_good: Option<LineId>,
    compromised_since_us: Option<u64>,
) -> [LineId; 2] {
    let declared = v1::device_key_revoked::Declared {
        device: script.device(who).0.to_vec(),
        last_good: last_good.map(LineId::token),
        reason: v1::RevocationReason::Compromised.into(),
        compromised_since_us,
    };
    let fact = Fact::DeviceKeyRevoked(v1::DeviceKeyRevoked { declared: Some(declared) });
    let (proposal, approval) = script.agree_at(at, fact);
    [proposal, approval]
}

fn ended(script: &mut Script, is_retired: bool) -> Option<Planted> {
    let (who, at) = spare_desk(script);
    let last = script.self_test(who, at - HOUR);
    if is_retired {
        let device = script.device(who).0.to_vec();
        let declared = v1::device_retired::Declared { device, last_sequence: 0 };
        let fact = Fact::DeviceRetired(v1::DeviceRetired { declared: Some(declared) });
        script.agree_at(at - 30 * MINUTE, fact);
    } else {
        revoke(script, who, at - 30 * MINUTE, Some(last), None);
    }
    let line = script.self_test(who, at);
    Some(Planted::new("A device spoke after its key had ended.").needs(RuleId::K03, BREAK, [line]))
}

fn compromised(script: &mut Script) -> Option<Planted> {
    let (who, at) = spare_desk(script);
    script.self_test(who, at - 5 * HOUR);
    let lines: Vec<LineId> =
        [3, 2].into_iter().map(|hours| script.self_test(who, at - hours * HOUR)).collect();
    let last = lines.last().copied();
    let agreed = revoke(script, who, at, last, Some(at - 4 * HOUR));
    Some(
        Planted::new("A device spoke twice after the time from which its key was in other hands.")
            .needs(RuleId::K03, BREAK, lines)
            .resting_on(agreed),
    )
}

fn set_aside(script: &mut Script) -> Option<Planted> {
    let (who, at) = spare_desk(script);
    let last = script.self_test(who, at - 2 * HOUR);
    revoke(script, who, at - HOUR, Some(last), None);
    let line = script.self_test(who, at);
    script.line(line).trick = Some(Trick::SetAside);
    Some(Planted::new("What a device said after its revocation was kept beside the ledger.").needs(
        RuleId::K03,
        BREAK,
        [line],
    ))
}

fn rotated(script: &mut Script, kind: v1::DeviceKind) -> Option<Planted> {
    let (who, at) = spare(script, kind);
    script.self_test(who, at - HOUR);
    let lines = script.rotate_at(at, who, AUTHORITIES[0]);
    script.self_test(who, at + HOUR);
    Some(Planted::new("The authorities gave a device a new key without its old one.").needs(
        RuleId::K04,
        WARNING,
        lines,
    ))
}

fn firmware(script: &mut Script, version: &str, is_proposed: bool, is_change: bool) -> Option<Planted> {
    let (who, at) = spare(script, v1::DeviceKind::Locker);
    if is_proposed {
        script.firmware(version, false);
    }
    script.boot_at(at - 2 * HOUR, who, FIRMWARE, v1::BootReason::PowerOn);
    let mut lines = Vec::new();
    if is_change {
        let image = script.commitment();
        let observed =
            v1::firmware_changed::Observed { from: FIRMWARE.to_owned(), to: version.to_owned(), image };
        let fact = Fact::FirmwareChanged(v1::FirmwareChanged { observed: Some(observed) });
        lines.push(script.say(who, at, fact));
    }
    // Told once for the device and the version, however often it is named.
    lines.push(script.boot_at(at + MINUTE, who, version, v1::BootReason::Update));
    let mut places: Vec<Place> = lines.into_iter().map(Place::Line).collect();
    places.push(device(script, who));
    Some(
        Planted::new(format!("A locker runs {version}, which two authorities have not approved."))
            .at_end()
            .needs(RuleId::K05, WARNING, places),
    )
}
