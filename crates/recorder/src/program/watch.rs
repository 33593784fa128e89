//! The commands `run` and `once`.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use custody_proto::v1;
use locker::nodes::Nodes;
use locker::random;
use locker::sync::{Backoff, Line, SyncError, SyncReport, sync};
use locker::uplink::{HttpUplink, Uplink as _};
use recorder::config::Config;
use recorder::pass::{CameraReport, Closeness};
use recorder::time_check;
use recorder::wanted::{HttpNode, Node as _};

use crate::{ATTEND, FAILED, MachineRecorder, open};

/// What the nodes of the ledger are spoken to with.
struct Links {
    line: Line<Nodes<HttpUplink>>,
    nodes: Nodes<HttpNode>,
}

fn links(config: &Config) -> Result<Links> {
    let token = config
        .token_file
        .as_ref()
        .map(|path| std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display())));
    let token = token.transpose()?.map(|token| token.trim().to_owned());
    let roots = config.tls_roots.as_deref();
    let uplink = Nodes::make(&config.nodes, |node| HttpUplink::new(node, roots, token.clone()))?;
    let nodes = Nodes::make(&config.nodes, |node| HttpNode::new(node, roots, token.clone()))?;
    Ok(Links { line: Line::new(uplink, config.ledger_key.clone()), nodes })
}

pub(crate) fn run(config: &Config) -> Result<ExitCode> {
    let (mut recorder, mut links, mut backoff) = (open(config)?, links(config)?, Backoff::default());
    recorder.device.start(v1::BootReason::PowerOn, &config.firmware)?;
    let full_look = Duration::from_micros(config.full_look_us);
    let (mut full_at, mut sync_at) = (None::<Instant>, Instant::now());
    let mut told = Told::default();
    loop {
        let is_full = full_at.is_none_or(|at| at.elapsed() >= full_look);
        if is_full {
            full_at = Some(Instant::now());
        }
        ask(&mut recorder, &mut links, &mut told);
        recorder.check = time_check::read(&config.data)?;
        let closeness = if is_full { Closeness::Full } else { Closeness::Quick };
        print(&recorder.pass(closeness)?, &mut told);
        if Instant::now() >= sync_at {
            let pause = match hand_over(&mut recorder, &mut links)? {
                Some(report) if report.stopped.is_none() => {
                    backoff.reset();
                    Duration::ZERO
                }
                _ => backoff.next(u64::from_le_bytes(random::bytes()?)),
            };
            sync_at = Instant::now() + pause;
        }
        std::thread::sleep(config.poll);
    }
}

pub(crate) fn once(config: &Config, is_offline: bool) -> Result<ExitCode> {
    let mut recorder = open(config)?;
    recorder.device.start(v1::BootReason::PowerOn, &config.firmware)?;
    let mut told = Told::default();
    let mut links = if is_offline { None } else { Some(links(config)?) };
    if let Some(links) = &mut links {
        ask(&mut recorder, links, &mut told);
    }
    // What is closed, and what is gone, shows by looking twice; and the first look at a long past takes several.
    let mut reports = recorder.pass(Closeness::Full)?;
    print(&reports, &mut told);
    std::thread::sleep(config.settle());
    loop {
        let again = recorder.pass(Closeness::Full)?;
        print(&again, &mut told);
        let is_partial = again.iter().any(|report| report.is_partial);
        reports.extend(again);
        if !is_partial {
            break;
        }
    }
    let has_problems = reports.iter().any(|report| !report.problems.is_empty());
    let handed = links.as_mut().map(|links| hand_over(&mut recorder, links)).transpose()?;
    Ok(match handed {
        Some(_) if links.is_some_and(|links| links.line.is_in_doubt()) => ExitCode::from(ATTEND),
        Some(None) => ExitCode::from(FAILED),
        Some(Some(report)) if report.stopped.is_some() => ExitCode::from(ATTEND),
        _ if has_problems => ExitCode::from(ATTEND),
        _ => ExitCode::SUCCESS,
    })
}

/// What was told last of each camera and of the node: the same again is no news.
#[derive(Default)]
struct Told(BTreeMap<String, Vec<String>>);

impl Told {
    fn tell(&mut self, of: &str, problems: Vec<String>) {
        let last = self.0.get(of).map_or(&[][..], Vec::as_slice);
        for problem in problems.iter().filter(|problem| !last.contains(problem)) {
            eprintln!("{of}: {problem}");
        }
        self.0.insert(of.to_owned(), problems);
    }
}

/// Asks what is wanted. Without an answer the last one stands.
fn ask(recorder: &mut MachineRecorder, links: &mut Links, told: &mut Told) {
    let problem = match links.nodes.wanted(recorder.device.id()) {
        Ok(windows) => {
            recorder.want(windows);
            None
        }
        Err(error) => Some(error.to_string()),
    };
    told.tell("wanted footage", problem.into_iter().collect());
}

/// Hands over what waits. `None`: no node took it, and why was printed.
fn hand_over(recorder: &mut MachineRecorder, links: &mut Links) -> Result<Option<SyncReport>> {
    let result = sync(&mut recorder.device, &mut links.line);
    links.line.remarks().iter().for_each(|remark| eprintln!("{remark}"));
    match result {
        Ok(report) => {
            if report.recorded > 0 {
                // It writes, so it knows most, and a standby may lag.
                let writer = links.line.uplink.node();
                links.nodes.turn_to(|node| node.url() == writer);
            }
            if report.recorded > 0 || report.stopped.is_some() {
                tell!("recorded {}, waiting {}", report.recorded, report.waiting);
            }
            if let Some(stopped) = &report.stopped {
                let word = if stopped.is_not_yet { "not yet" } else { "REFUSED" };
                eprintln!("{word}: statement {}: {}: {}", stopped.sequence, stopped.code, stopped.detail);
            }
            Ok(Some(report))
        }
        Err(error @ (SyncError::NoNode(_) | SyncError::Alarm { .. })) => {
            eprintln!("{error}");
            Ok(None)
        }
        // The journal has failed: this process must end and be started again.
        Err(error) => Err(error.into()),
    }
}

fn print(reports: &[CameraReport], told: &mut Told) {
    for CameraReport { camera, taken, said, problems, .. } in reports {
        if *taken > 0 || *said > 0 {
            tell!("camera {camera}: {taken} segments read, {said} facts said");
        }
        told.tell(&format!("camera {camera}"), problems.clone());
    }
}
