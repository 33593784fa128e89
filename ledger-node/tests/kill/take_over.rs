//! Two programs over one cluster, and the one that writes is killed under load: the other takes over, and nothing that was
//! acknowledged is lost.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kurrent_server::Cluster;
use ledger_node::clock::SystemClock;
use ledger_node::config::{ClusterConfig, StoreAddress};
use ledger_node::folder::Folder;
use ledger_node::kurrent::Place;
use ledger_node::policy::Judging;
use tokio::runtime::Runtime;

use crate::client::{Client, Word};
use crate::program::{Process, Program};
use crate::{PATIENCE, all_are_there, begin, epochs_are_gapless, verified};

/// How often the program that writes is killed.
const TAKE_OVERS: usize = 3;

/// Requests acknowledged between two kills: enough that the load is on.
const REQUESTS: usize = 12;

/// Both programs take over after two seconds: long for processes that have one machine to themselves, short for a test.
const CONFIG: &str = "[cluster]\ntake_over_after_s = 2\n";

#[test]
fn when_the_node_that_writes_is_killed_another_takes_over_and_nothing_acknowledged_is_lost() {
    let home = tempfile::tempdir().unwrap();
    let runtime = Runtime::new().unwrap();
    let (_, trust, clients) = begin(home.path(), &runtime);
    let cluster = runtime.block_on(Cluster::start(3)).unwrap();
    let folders = ["data", "data-2"].map(|name| home.path().join(name));
    let config = home.path().join("node.toml");
    std::fs::write(&config, CONFIG).unwrap();
    let programs = folders.each_ref().map(|data| Program::on_cluster(data, cluster.url(), config.clone()));
    print!("{}", programs[0].migrate());
    copy_files(&folders[0], &folders[1]);

    let mut processes = programs.each_ref().map(|program| Some(program.serve()));
    let nodes = Arc::new(Mutex::new(urls(&processes)));
    let is_over = Arc::new(AtomicBool::new(false));
    let (words, heard) = channel();
    let workers: Vec<_> = clients
        .into_iter()
        .map(|client| {
            let (nodes, is_over, words) = (Arc::clone(&nodes), Arc::clone(&is_over), words.clone());
            std::thread::spawn(move || client.work_on(&nodes, &is_over, &words))
        })
        .collect();
    drop(words);

    for _ in 0..TAKE_OVERS {
        hear(&heard, REQUESTS);
        let writer = writer(&processes);
        processes[writer].take().unwrap().kill();
        // What was answered before the kill is heard first.
        let answered = heard.try_iter().count();
        let since = Instant::now();
        hear(&heard, 1);
        println!(
            "the writer was killed ({answered} more requests answered before); {:.1} s later another had acknowledged",
            since.elapsed().as_secs_f64()
        );
        processes[writer] = Some(programs[writer].serve());
        *nodes.lock().unwrap() = urls(&processes);
    }
    is_over.store(true, Ordering::Relaxed);
    // Until the last has stopped.
    heard.iter().for_each(drop);
    let clients: Vec<Client> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
    processes.into_iter().flatten().for_each(Process::kill);

    let judging = Judging::when_asked(custody::policy::Policies::default());
    let place = place(&cluster, &folders[0]);
    let node = runtime.block_on(place.open(Vec::new(), SystemClock::new(), judging)).unwrap();
    runtime.block_on(node.take_over()).unwrap();
    let known = all_are_there(&runtime, &node, &clients);
    // Two before the load: of who enrolled the clients, and of the move.
    epochs_are_gapless(&runtime, &node, TAKE_OVERS + 6);
    let acknowledged: usize = clients.iter().map(|client| client.acknowledged.len()).sum();
    println!("{acknowledged} statements acknowledged, all of them in the ledger, once");
    verified(&runtime, &node, &home.path().join("archive"), &trust, &known);
}

/// Waits for so many requests to be acknowledged.
fn hear(heard: &Receiver<Word>, count: usize) {
    let end = Instant::now() + PATIENCE;
    for _ in 0..count {
        let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        assert_eq!(heard.recv_timeout(left), Ok(Word::Acknowledged), "nobody writes");
    }
}

/// Which of them writes: it says so to whoever asks.
fn writer(processes: &[Option<Process>; 2]) -> usize {
    let is_ready = |process: &Option<Process>| {
        let url = format!("{}/readyz", process.as_ref().unwrap().url);
        ureq::get(url).call().is_ok_and(|answer| answer.status() == 200)
    };
    processes.iter().position(is_ready).expect("one of them has just acknowledged something")
}

fn urls(processes: &[Option<Process>; 2]) -> Vec<String> {
    processes.iter().flatten().map(|process| process.url.clone()).collect()
}

/// What a backup and its keys would be, put where the second node looks.
fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn place(cluster: &Cluster, folder: &Path) -> Place {
    Place::new(Folder::new(folder), StoreAddress::new(cluster.url()), ClusterConfig::default())
}
