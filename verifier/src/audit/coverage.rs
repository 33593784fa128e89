//! Which rules were checked, against what; and which were not, and why.

use custody::rule::{RULES, RuleId};

use super::footage;
use super::replay::Replay;
use crate::report::{KnownHeadCheck, KnownHeadOutcome, NotChecked, RuleCheck};

/// Every rule of this version.
pub(super) fn rules(replay: &Replay<'_>, known_heads: &[KnownHeadCheck]) -> Vec<RuleCheck> {
    RULES
        .iter()
        .map(|rule| RuleCheck { rule: rule.id, checked: check(rule.id, replay, known_heads) })
        .collect()
}

fn check(rule: RuleId, replay: &Replay<'_>, known_heads: &[KnownHeadCheck]) -> Result<String, NotChecked> {
    let counts = &replay.counts;
    match rule {
        rule if rule.is_of_bundles() => {
            Err(NotChecked("concerns disclosure bundles: `verifier bundle`".to_owned()))
        }
        RuleId::L03 => tree(replay),
        RuleId::L04 => other_heads(replay, known_heads),
        RuleId::L05 => {
            let usable = usable(known_heads);
            if usable == 0 {
                let why = "no checkpoint or receipt held elsewhere was given; without one a shortened ledger looks whole (--known-head)";
                return Err(NotChecked(why.to_owned()));
            }
            Ok(format!("against {usable} heads held elsewhere and every head that a statement records"))
        }
        RuleId::L08 => match &replay.could_not_list {
            Some(why) => Err(NotChecked(format!("the archive cannot be listed: {why}"))),
            None => replayed(replay, || {
                format!("against every file of the archive and {} pieces of evidence", counts.evidence)
            }),
        },
        RuleId::K01 => {
            let missing = counts.signatures_present - counts.signatures_checked
                + (counts.possessions_present - counts.possessions_checked);
            if missing > 0 {
                return Err(NotChecked(format!("{missing} signatures could not be checked")));
            }
            replayed(replay, || {
                format!(
                    "against {} signatures, each checked",
                    counts.signatures_checked + counts.possessions_checked
                )
            })
        }
        RuleId::V02 | RuleId::V03 | RuleId::V05 | RuleId::V06 | RuleId::V08 | RuleId::V09 => {
            replayed(replay, || windows(replay))
        }
        RuleId::V04 => held_footage(replay),
        RuleId::V07 => replayed(replay, || {
            let held = replay.footage.as_ref().map(footage::against);
            let held = held.map(|held| format!(", and {held}")).unwrap_or_default();
            format!("against {} entries{held}", counts.entries)
        }),
        _ => replayed(replay, || format!("against {} entries{}", counts.entries, not_asked(rule, replay))),
    }
}

/// What the policy does not ask for, of what the rule looks at: less was checked than the rule's name says.
fn not_asked(rule: RuleId, replay: &Replay<'_>) -> &'static str {
    let policy = replay.in_force.policy();
    let sites = &policy.sites;
    match rule {
        RuleId::K05 if !policy.firmware.approval_required => "; the policy asks for no approval of firmware",
        RuleId::P01 if !policy.people.roles_required => "; the policy asks for no role",
        RuleId::P05 if !policy.authority.collection_required => {
            "; the policy asks for no authority to collect"
        }
        RuleId::V01 => match (sites.exhibits_in_transit_stores_only, sites.camera_required) {
            (true, true) => "",
            (true, false) => "; the policy asks for no camera",
            (false, true) => "; the policy asks for no transit store",
            (false, false) => "; the policy asks for no transit store and no camera",
        },
        _ => "",
    }
}

/// A rule over all entries: checked if all were replayed.
fn replayed(replay: &Replay<'_>, against: impl Fn() -> String) -> Result<String, NotChecked> {
    if replay.counts.entries == replay.size && replay.gaps.is_empty() {
        return Ok(against());
    }
    let stretches = replay.gaps.len();
    Err(NotChecked(format!("not every entry could be replayed: {stretches} stretches are missing")))
}

fn windows(replay: &Replay<'_>) -> String {
    if !replay.in_force.policy().sites.camera_required {
        return "against no window: the policy asks for no camera".to_owned();
    }
    let (windows, manifests) = (replay.ledger.window_count(), replay.ledger.footage().manifest_count());
    format!("against {windows} windows and {manifests} manifests")
}

/// V04: what recorders say of it themselves is told all the same.
fn held_footage(replay: &Replay<'_>) -> Result<String, NotChecked> {
    let Some(outcome) = &replay.footage else {
        let why = "the footage that is still held was not given (--footage)";
        return Err(NotChecked(why.to_owned()));
    };
    if let Some(why) = &outcome.could_not_list {
        return Err(NotChecked(format!("the footage cannot be listed: {why}")));
    }
    if outcome.unread > 0 {
        return Err(NotChecked(format!("{} files of the footage could not be read", outcome.unread)));
    }
    replayed(replay, || footage::against(outcome))
}

fn tree(replay: &Replay<'_>) -> Result<String, NotChecked> {
    let counts = &replay.counts;
    if !replay.tree.is_whole() || replay.tree.size() != replay.size || replay.tiles_not_checked {
        return Err(NotChecked("the tree could not be recomputed to its end".to_owned()));
    }
    if replay.censuses_not_checked > 0 {
        let why = format!("{} censuses could not be recomputed", replay.censuses_not_checked);
        return Err(NotChecked(why));
    }
    Ok(format!(
        "against the checkpoint, {} hash tiles and {} censuses, all recomputed",
        counts.hash_tiles, counts.censuses
    ))
}

fn other_heads(replay: &Replay<'_>, known_heads: &[KnownHeadCheck]) -> Result<String, NotChecked> {
    let counts = &replay.counts;
    if counts.heads_not_compared > 0 {
        let why = format!("{} heads that statements name could not be compared", counts.heads_not_compared);
        return Err(NotChecked(why));
    }
    let usable = usable(known_heads);
    if counts.heads_seen == 0 && usable == 0 {
        let why = "no statement names a head that its device had seen, and none held elsewhere was given (--known-head)";
        return Err(NotChecked(why.to_owned()));
    }
    Ok(format!("against {} heads named in statements and {usable} held elsewhere", counts.heads_seen))
}

fn usable(known_heads: &[KnownHeadCheck]) -> usize {
    known_heads.iter().filter(|head| !matches!(head.outcome, KnownHeadOutcome::Unusable(_))).count()
}

/// What else a reader should know.
pub(super) fn notes(replay: &Replay<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for hash in replay.in_force.missing() {
        notes.push(format!(
            "The ledger adopted a policy with SHA-256 {hash} that was not given (--policy); what was recorded under it was judged under another."
        ));
    }
    let waiting = replay.ledger.proposals().iter().count();
    if waiting > 0 {
        notes.push(format!("{waiting} proposals wait for a second authority and have no effect."));
    }
    notes
}
