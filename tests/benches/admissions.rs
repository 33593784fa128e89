//! Statements admitted by a node, in process and over HTTP, beside an admission that takes one after the other.
//!
//! Everything is real: strict decoding, `verify_strict`, the rulebook, links, the durable append, the signed
//! checkpoint, the head file, a receipt for each. What devices do, signing, is done before the clock starts.

use std::iter::zip;
use std::num::NonZeroUsize;
use std::thread;

use ledger_node::admission::Submission;
use ledger_node::node::Node;
use ledger_store::Store;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use verifier::archive::DirectoryArchive;
use verifier::audit::{Options, audit};
use verifier::report::{Outcome, human};
use verifier::testing::policies;
use verifier::trust::Trust;

use crate::estate::{Estate, recorded, submissions};
use crate::http::{Client, Server, body};
use crate::lockers::Speaker;
use crate::machine::cores;
use crate::one_by_one::OneByOne;
use crate::rounds::{Contender, Done, contest, timed};
use crate::sizes::Sizes;

/// Lockers that submit single statements at once, each waiting for its answer.
const SINGLES: u64 = 64;

/// Lockers that submit batches at once: together a third of what may wait in the node's queue.
const BATCHES: u64 = 16;

/// Statements of a batch.
const BATCH: usize = 100;

/// Who waits for a flush with every statement has so many times fewer statements in a turn.
const FEWER: usize = 16;

/// The number of the device that only the baseline knows.
const STRANGER: u64 = 999_999;

pub(crate) fn run(sizes: &Sizes) {
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut estate = runtime.block_on(Estate::new(sizes.scratch()));
    let mut numbers = 0..;
    let mut lockers = |count: u64| -> Vec<Speaker> {
        let numbers: Vec<u64> = numbers.by_ref().take(usize::try_from(count).expect("few")).collect();
        numbers.into_iter().map(|number| runtime.block_on(estate.locker(number))).collect()
    };
    let clients = u64::try_from(cores()).expect("few");
    let (mut singles, mut batches) = (lockers(SINGLES), lockers(BATCHES));
    let (mut http_singles, mut http_batches) = (lockers(clients), lockers(clients));
    let server = Server::start(&runtime, &estate);
    let mut stranger = Speaker::new(STRANGER, custody::id::Digest::ZERO);
    let mut one_by_one = OneByOne::new(sizes.scratch(), &stranger);

    let (many, few) = (sizes.statements, sizes.statements.div_ceil(FEWER));
    let node = estate.node.clone();
    let address = server.address;
    contest(
        "ADMISSIONS: signed statements, each durable, under a signed checkpoint and with its receipt when answered",
        "statements",
        sizes.rounds,
        vec![
            Contender::ours(format!("node, {SINGLES} lockers, batches of 1"), || {
                in_process(&runtime, &node, said(&mut singles, many / 2, 1))
            }),
            Contender::ours(format!("node, {BATCHES} lockers, batches of {BATCH}"), || {
                in_process(&runtime, &node, said(&mut batches, many, BATCH))
            }),
            Contender::ours(format!("HTTP, {clients} clients, batches of 1"), || {
                over_http(address, said(&mut http_singles, few, 1))
            }),
            Contender::ours(format!("HTTP, {clients} clients, batches of {BATCH}"), || {
                over_http(address, said(&mut http_batches, many / 2, BATCH))
            }),
            Contender::naive("one thread, one after the other", || {
                let statements = stranger.speak(few);
                timed(few, || {
                    for envelope in statements {
                        one_by_one.admit(&runtime, envelope).expect("it is authentic");
                    }
                })
            }),
        ],
    );
    judge(&runtime, &estate);
    server.stop(&runtime);
}

/// The verifier says whether what was measured was really done.
pub(crate) fn judge<S: Store>(runtime: &Runtime, estate: &Estate<S>) {
    let archive = estate.folder.path().join("archive");
    let head = runtime.block_on(estate.node.export_archive(&archive)).expect("room on the disk");
    let trust = Trust::parse(estate.node.trust()).expect("the node's own trust file");
    let archive = DirectoryArchive::open(&archive).expect("just written");
    let options = Options { threads: NonZeroUsize::new(cores()).unwrap_or(NonZeroUsize::MIN) };
    let report = audit(&archive, &trust, &[], &policies(), &options, &mut |_| {});
    let size = head.checkpoint.size();
    assert_eq!((report.counts.signatures_valid, report.counts.judged), (size, size));
    assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
    println!("\n  all {size} entries that the node recorded in these turns are verified by the verifier");
}

/// What each locker says next, in batches: about `total` statements of all together, at least a batch of each.
pub(crate) fn said(lockers: &mut [Speaker], total: usize, batch: usize) -> Vec<Vec<Vec<Submission>>> {
    let batches = total.div_ceil(lockers.len() * batch);
    let batches_of = |locker: &mut Speaker| (0..batches).map(|_| submissions(locker.speak(batch))).collect();
    lockers.iter_mut().map(batches_of).collect()
}

/// Every locker a task, which submits a batch when the one before is answered.
pub(crate) fn in_process<S: Store>(
    runtime: &Runtime,
    node: &Node<S>,
    said: Vec<Vec<Vec<Submission>>>,
) -> Done {
    let count = said.iter().flatten().map(Vec::len).sum();
    timed(count, || {
        let mut tasks: JoinSet<()> = JoinSet::new();
        for batches in said {
            let node = node.clone();
            let speaking = async move {
                let mut seen_size = 0;
                for batch in batches {
                    let answer = node.submit(batch, seen_size).await;
                    seen_size = recorded(&answer).last().map_or(0, |last| last.index + 1);
                }
            };
            tasks.spawn_on(speaking, runtime.handle());
        }
        runtime.block_on(tasks.join_all());
    })
}

/// Every client a thread with one connection, which submits a batch when the one before is answered.
fn over_http(address: std::net::SocketAddr, said: Vec<Vec<Vec<Submission>>>) -> Done {
    let encode = |batch: Vec<Submission>| {
        let envelopes: Vec<_> = batch.into_iter().map(|submission| submission.envelope).collect();
        body(&envelopes)
    };
    let count = said.iter().flatten().map(Vec::len).sum();
    let bodies: Vec<Vec<Vec<u8>>> =
        said.into_iter().map(|batches| batches.into_iter().map(encode).collect()).collect();
    let clients: Vec<Client> = bodies.iter().map(|_| Client::connect(address)).collect();
    timed(count, || {
        thread::scope(|scope| {
            for (mut client, bodies) in zip(clients, &bodies) {
                scope.spawn(move || bodies.iter().map(|body| client.submit(body)).sum::<usize>());
            }
        });
    })
}
