//! Whatever happens to a folder, and however often the recorder is started again: every segment is committed to
//! once, and what was changed or deleted afterwards is told of, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use custody_proto::v1::statement::Fact;
use proptest::prelude::*;
use recorder::pass::Closeness;

use crate::support::{S, TEN_US, TestRecorder, World, facts, look, video};

#[derive(Debug, Clone, Copy)]
enum Act {
    Record,
    Skip,
    Alter(prop::sample::Index),
    Delete(prop::sample::Index),
    Quick,
    Full,
    Restart,
    LoseCatalogue,
}

fn act() -> impl Strategy<Value = Act> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        8 => Just(Act::Record),
        1 => Just(Act::Skip),
        1 => index().prop_map(Act::Alter),
        1 => index().prop_map(Act::Delete),
        4 => Just(Act::Quick),
        3 => Just(Act::Full),
        1 => Just(Act::Restart),
        1 => Just(Act::LoseCatalogue),
    ]
}

/// The starts of all that was committed to, and of what was said to be altered; in seconds after ten.
fn said_of(recorder: &TestRecorder) -> (Vec<u64>, BTreeSet<u64>) {
    let (mut committed, mut altered) = (Vec::new(), BTreeSet::new());
    let second = |us: u64| (us - TEN_US) / S;
    for fact in facts(recorder) {
        match fact {
            Fact::FootageManifestCommitted(fact) => {
                committed
                    .extend(fact.observed.unwrap().segments.iter().map(|segment| second(segment.start_us)));
            }
            Fact::FootageAltered(fact) => drop(altered.insert(second(fact.observed.unwrap().start_us))),
            _ => {}
        }
    }
    (committed, altered)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_segment_is_committed_to_once_and_every_loss_is_told(acts in proptest::collection::vec(act(), 1..40)) {
        let world = World::new();
        let mut recorder = world.recorder();
        let (mut second, mut files) = (0, BTreeMap::new());
        let mut hurt = BTreeSet::new();
        for (number, act) in acts.into_iter().enumerate() {
            let pictures = u8::try_from(number).unwrap() + 100;
            match act {
                Act::Record => {
                    world.record(second, pictures);
                    files.insert(second, pictures);
                    second += 5;
                    world.set_clock(second);
                }
                Act::Skip => {
                    second += 10;
                    world.set_clock(second);
                }
                Act::Alter(index) | Act::Delete(index) if files.len() > 1 => {
                    let at = *files.keys().nth(index.index(files.len() - 1)).unwrap();
                    if matches!(act, Act::Alter(_)) {
                        fs::write(world.path(at), video(pictures)).unwrap();
                    } else {
                        fs::remove_file(world.path(at)).unwrap();
                        files.remove(&at);
                    }
                    if said_of(&recorder).0.contains(&at) {
                        hurt.insert(at);
                    }
                }
                Act::Alter(_) | Act::Delete(_) => {}
                Act::Quick => drop(recorder.pass(Closeness::Quick).unwrap()),
                Act::Full => drop(recorder.pass(Closeness::Full).unwrap()),
                Act::Restart | Act::LoseCatalogue => {
                    drop(recorder);
                    if matches!(act, Act::LoseCatalogue) {
                        fs::remove_file(world.data.path().join("segments.catalogue")).unwrap();
                    }
                    recorder = world.recorder();
                }
            }
        }
        for _ in 0..3 {
            look(&mut recorder);
            world.clock.advance(31 * S);
        }
        let (mut committed, altered) = said_of(&recorder);
        let count = committed.len();
        committed.sort_unstable();
        committed.dedup();
        prop_assert_eq!(committed.len(), count, "twice");
        prop_assert!(files.keys().all(|at| committed.contains(at)), "{:?} of {:?}", committed, files);
        prop_assert_eq!(altered, hurt);
    }
}
