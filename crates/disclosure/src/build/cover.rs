//! The first page: what was asked, of which ledger, under which policy; and what was checked.

use custody::verdict::Verdict;
use custody_proto::v1;

use super::case::Case;
use crate::model::{Checks, Cover, Instant, Text};

/// What a report of this kind is not.
const CAUTION: &str = "This report is computed from signed records. It is not a statement of any witness, and a record \
    shows what was recorded, not that it was true. What is called observed was sensed by a device; what is called \
    declared rests on the word of the person named, who can be asked.";

pub(super) fn cover(case: &Case<'_>) -> Cover {
    let material = case.material;
    let request = material.request;
    let census = case.entry(request.census_at).map(|said| said.decoded.statement.time.error_us);
    let asked = case.entry(request.requested_at).map(|said| said.decoded.statement.time.error_us);
    let instant = |us, error_us: Option<u64>| match error_us {
        Some(error_us) => case.instant_within(us, error_us),
        None => case.instant(us),
    };
    Cover {
        case_reference: case_reference(case),
        case: request.case.map(|id| id.to_string()),
        profile: request.profile.name(),
        recipient: recipient(case),
        requested: instant(request.requested_us, asked),
        complete_to: instant(request.census_us, census),
        period: period(case, material.verdicts),
        origin: request.origin.clone(),
        size: request.size,
        root: request.root.to_string(),
        policy: format!("{}, SHA-256 {}", material.policy.version, material.policy.hash),
        program: material.standing.program.clone(),
        zone: format!(
            "UTC, and beside it {} by release {} of the time zone database",
            material.zone.name(),
            civil_time::zone_database()
        ),
        caution: CAUTION,
    }
}

pub(super) fn checks(case: &Case<'_>) -> Checks {
    let standing = case.material.standing;
    Checks {
        completeness: standing.completeness.clone(),
        checked: standing.checked.clone(),
        rests_on_audit: standing.rests_on_audit.clone(),
        cosigned: standing.cosigned.clone(),
    }
}

/// From the first exhibit of the scope that was registered with one.
fn case_reference(case: &Case<'_>) -> Option<Text> {
    case.material.entries.values().find_map(|said| {
        let Some(v1::statement::Fact::ExhibitRegistered(fact)) = &said.message.fact else { return None };
        let declared = fact.declared.as_ref()?;
        let exhibit = declared.exhibit.as_slice().try_into().ok()?;
        let commitment = declared.case_reference.as_ref().filter(|_| case.is_in_scope(exhibit))?;
        Some(case.text(said.decoded.hash, commitment))
    })
}

fn recipient(case: &Case<'_>) -> Text {
    let request = case.material.request;
    if let Some(recipient) = &request.recipient {
        return Text::Disclosed(recipient.clone());
    }
    let said = case.entry(request.requested_at);
    let commitment = said.and_then(|said| match said.message.fact.as_ref()? {
        v1::statement::Fact::DisclosureRequested(fact) => Some(fact.declared.as_ref()?.recipient.as_slice()),
        _ => None,
    });
    match (said, commitment) {
        (Some(said), Some(commitment)) => case.text(said.decoded.hash, commitment),
        _ => Text::Missing("MISSING".to_owned()),
    }
}

fn period(case: &Case<'_>, verdicts: &[Verdict]) -> Option<(Instant, Instant)> {
    let stretches = || verdicts.iter().flat_map(|verdict| &verdict.stretches).map(|stretch| stretch.interval);
    let from_us = stretches().map(|interval| interval.from_us).min()?;
    let to_us = stretches().map(|interval| interval.to_us).max()?;
    Some((case.instant(from_us), case.instant(to_us)))
}
