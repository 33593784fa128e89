//! At every prefix of generated histories: the node's verdict on each exhibit is the verifier's, and what its lookout
//! keeps up entry by entry is all that an audit finds.

use std::num::NonZeroUsize;

use custody::finding::Finding;
use custody::verdict::Verdict;
use ledger_format::entry::Entry;
use ledger_format::merkle::leaf_hash;
use ledger_format::statement;
use ledger_node::lookout::Lookout;
use ledger_node::state::{Placed, State};
use ledger_node::touched::Touched;
use verifier::audit::{Options, audit};
use verifier::report::Report;
use verifier::testing::Writer;

use super::history::{History, histories};

/// What an audit says of the first `size` entries.
fn audited(history: &History, size: usize) -> Report {
    let prefix = Writer::of_bytes(history.entries.iter().take(size).cloned());
    let archive = history.world.archive_of(&prefix);
    let options = Options { threads: NonZeroUsize::MIN };
    audit(&archive, &history.world.trust(), &[], &history.policies, &options, &mut |_| {})
}

/// An entry as the node's writer would hand it to the state.
fn placed(index: usize, bytes: &[u8]) -> Placed {
    let entry = Entry::decode(bytes).unwrap();
    let decoded = statement::decode(&entry.envelope.statement).unwrap();
    Placed {
        index: u64::try_from(index).unwrap(),
        leaf: leaf_hash(bytes),
        recorded_at_us: entry.recorded_at_us,
        key_id: entry.envelope.key_id,
        bytes: bytes.to_vec(),
        decoded,
    }
}

/// What the node says of everything.
fn live(state: &State, lookout: &Lookout) -> Vec<Finding> {
    let mut findings: Vec<Finding> = state.findings().chain(lookout.findings()).cloned().collect();
    for finding in &mut findings {
        state.ledger().put_beside(finding);
    }
    findings.sort();
    findings.dedup();
    findings
}

#[track_caller]
fn compare(state: &State, lookout: &Lookout, mut report: Report, place: &str) {
    assert_eq!(report.could_not_check, None, "{place}");
    assert_eq!(report.verdicts_lowered, state.objection(), "{place}: {:#?}", report.findings);
    let verdicts: Vec<Verdict> =
        state.ledger().exhibits().filter_map(|exhibit| state.verdict(exhibit)).collect();
    let without_findings = verdicts.into_iter().map(|verdict| Verdict { findings: Vec::new(), ..verdict });
    assert_eq!(without_findings.collect::<Vec<_>>(), report.verdicts, "{place}");
    report.findings.sort();
    let live = live(state, lookout);
    let surplus: Vec<_> = live.iter().filter(|finding| !report.findings.contains(finding)).collect();
    let lacking: Vec<_> = report.findings.iter().filter(|finding| !live.contains(finding)).collect();
    assert!(surplus.is_empty() && lacking.is_empty(), "{place}: surplus {surplus:#?}, lacking {lacking:#?}");
}

#[test]
fn at_every_prefix_of_generated_histories_the_node_and_the_audit_say_the_same() {
    for history in histories() {
        let mut state = State::new(history.policies.clone());
        let mut lookout = Lookout::beginning(&state, 0);
        let last = u64::try_from(history.entries.len()).unwrap();
        // What comes between two looks is judged in one go, as it is where a node is busy.
        let mut touched = Touched::default();
        for (index, bytes) in history.entries.iter().enumerate() {
            state.push(&placed(index, bytes));
            touched.merge(state.take_touched());
            if state.size().is_multiple_of(history.every) || state.size() == last {
                lookout.touch(std::mem::take(&mut touched), &state);
                lookout.catch_up_all(&state, 0);
                let report = audited(&history, index + 1);
                compare(&state, &lookout, report, &format!("{}, {} entries", history.name, state.size()));
            }
        }
    }
}
