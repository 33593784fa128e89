//! Two nodes over a cluster under schedules drawn at random: lockers that send to either and send again, takeovers, crashes,
//! members that die and return, answers that come late, and every fault that the server has. Whatever happens, what was acknowledged stands once
//! where its receipt says, no node has ever shown what is not a beginning of the ledger, stream and mirrors are the same
//! bytes, and the verifier finds nothing.
//!
//! A seed says what is begun and in which order; which of it is done first is for the machine to say, and no verdict hangs
//! on it. `CLUSTER_SCHEDULES` says how many seeds there are, `CLUSTER_SEED` runs one alone, and a seed that fails is printed.
//! Panics of the cluster's client over an answer that makes no sense are printed too, and are no failure.

mod ending;
mod founding;
mod locker;
mod machine;
mod mirror;
mod numbers;
mod open_files;
mod schedule;
mod seen;
mod tally;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use founding::Founding;
use mirror::{Embedded, InMemory, Mirror};
use numbers::Numbers;
use schedule::Schedule;
use tally::Tally;

/// Schedules if nobody says how many.
const SCHEDULES: u64 = 200;

/// One schedule of so many keeps the mirrors as nodes do, in the embedded store; the others in memory.
const EMBEDDED_EACH: u64 = 4;

/// A schedule that takes longer hangs: it has some seconds of pauses, and others run beside it.
const TIME_MAX: Duration = Duration::from_secs(300);

/// What must have been met where a hundred schedules or more have run.
const MET: [&str; 29] = [
    "fault CommitThenTimeout",
    "fault CommitThenDrop",
    "fault TimeoutOnly",
    "fault Hang",
    "fault NotLeader",
    "fault Unavailable",
    "fault DropBefore",
    "fault Kill",
    "fault KillAfter",
    "fault Unreplicated",
    "fault Nonsense",
    "fault TooLarge",
    "fault Denied",
    "unreplicated entries replicated late",
    "unreplicated entries truncated",
    "answers to reads that came late",
    "members killed by the schedule",
    "members revived",
    "changes of the leader",
    "takeovers",
    "takeovers from a writer that lived",
    "takeovers put off",
    "writers that stepped down",
    "requests that a writer gave back",
    "statements that stood there already",
    "nodes that stopped",
    "crashes",
    "orderly ends",
    "followers that reached the other",
];

#[test]
fn no_schedule_of_two_nodes_over_a_cluster_forks_loses_or_doubles_what_was_said() {
    let seeds = match asked("CLUSTER_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..asked("CLUSTER_SCHEDULES").unwrap_or(SCHEDULES),
    };
    let count = seeds.end - seeds.start;
    let tally = run_all(seeds);
    println!("{}", tally.lines());
    assert_eq!(tally.of("schedules"), count);
    if count >= 100 {
        let missed: Vec<_> = MET.iter().filter(|what| tally.of(what) == 0).collect();
        assert!(missed.is_empty(), "never met: {missed:?}");
    }
}

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|number| number.parse().unwrap())
}

fn run_all(seeds: std::ops::Range<u64>) -> Arc<Tally> {
    let tally = Arc::<Tally>::default();
    let founding = Arc::new(runtime().block_on(Founding::new()));
    let next = AtomicU64::new(seeds.start);
    let has_failed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..open_files::at_once() {
            scope.spawn(|| {
                while !has_failed.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    let failing = Failing { seed, has_failed: &has_failed };
                    runtime().block_on(run(seed, &founding, &tally));
                    drop(failing);
                }
            });
        }
    });
    tally
}

async fn run(seed: u64, founding: &Arc<Founding>, tally: &Arc<Tally>) {
    let running = async {
        if seed.is_multiple_of(EMBEDDED_EACH) {
            tally.count("schedules with embedded mirrors");
            run_with::<Embedded>(seed, founding, tally).await;
        } else {
            run_with::<InMemory>(seed, founding, tally).await;
        }
    };
    tokio::time::timeout(TIME_MAX, running).await.expect("a schedule ends");
}

async fn run_with<M: Mirror>(seed: u64, founding: &Arc<Founding>, tally: &Arc<Tally>) {
    let mut numbers = Numbers::of(seed);
    let mut schedule = Schedule::<M>::begin(&mut numbers, founding, tally).await;
    schedule.run(seed).await;
    let entries = schedule.end(&mut numbers).await;
    tally.add("entries", entries);
    tally.count("schedules");
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Says the seed when it is dropped in a panic, and that no more need be tried.
struct Failing<'a> {
    seed: u64,
    has_failed: &'a AtomicBool,
}

impl Drop for Failing<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.has_failed.store(true, Ordering::Relaxed);
            eprintln!("the schedule of seed {0} failed: CLUSTER_SEED={0} runs it alone", self.seed);
        }
    }
}
