//! The node's numbers in Prometheus' text format. No name, label or id of anybody is in them.

use std::fmt::{self, Display, Write as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use custody::severity::Severity;

use crate::node::Condition;
use crate::stats::Stats;

/// Upper bounds of the histogram's buckets in microseconds: around the milliseconds that a group commit takes,
/// up to what makes a person at a locker doubt.
const BUCKETS_US: [u64; 10] =
    [1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000];

/// What the edge counts. The node counts the rest itself.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by the first digit of their status.
    answers: [AtomicU64; 6],
    /// Answers to submissions by time, cumulative only when shown.
    submit_buckets: [AtomicU64; BUCKETS_US.len()],
    submit_count: AtomicU64,
    submit_us: AtomicU64,
    connections: AtomicU64,
    connections_refused: AtomicU64,
    alert_readers_dropped: AtomicU64,
    /// By what is wrong with the cluster that the ledger lies in, in the order of [`STORE_ALARMS`].
    store_alarms: [AtomicBool; STORE_ALARMS.len()],
}

/// What a patrol finds wrong with the cluster that the ledger lies in. It stands until the node is started anew.
const STORE_ALARMS: [&str; 2] = ["access-list", "entries"];

/// A connection that is counted as open until this is dropped.
#[derive(Debug)]
pub struct Connected(std::sync::Arc<Metrics>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn answered(&self, status: u16) {
        if let Some(counter) = self.answers.get(usize::from(status / 100)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a batch of statements answered: durable and covered by a signed checkpoint.
    pub(crate) fn submitted(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.submit_count.fetch_add(1, Ordering::Relaxed);
        self.submit_us.fetch_add(us, Ordering::Relaxed);
        let bucket = BUCKETS_US.iter().position(|bound| us <= *bound);
        if let Some(bucket) = bucket.and_then(|place| self.submit_buckets.get(place)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a connection as open.
    pub(crate) fn connected(self: &std::sync::Arc<Self>) -> Connected {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Connected(std::sync::Arc::clone(self))
    }

    /// Counts a connection that was turned away.
    pub(crate) fn refused(&self) {
        self.connections_refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a reader of the alerts who fell too far behind.
    pub(crate) fn alert_reader_dropped(&self) {
        self.alert_readers_dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Who may do what to the ledger's stream is not as the node set it.
    #[cfg(feature = "kurrentdb")]
    pub(crate) fn store_unguarded(&self) {
        self.store_alarms[0].store(true, Ordering::Relaxed);
    }

    /// The ledger's stream and its mirror hold different entries.
    #[cfg(feature = "kurrentdb")]
    pub(crate) fn store_differs(&self) {
        self.store_alarms[1].store(true, Ordering::Relaxed);
    }

    /// What may be wrong with the cluster, and whether a patrol has found that it is.
    pub fn store_alarms(&self) -> impl Iterator<Item = (&'static str, bool)> {
        STORE_ALARMS.into_iter().zip(self.store_alarms.iter().map(|alarm| alarm.load(Ordering::Relaxed)))
    }

    /// All numbers, in Prometheus' text format.
    pub(crate) fn expose(&self, node: &Node<'_>) -> String {
        let mut text = Exposition::default();
        expose_node(node, &mut text);
        self.expose_edge(&mut text);
        text.0
    }

    fn expose_edge(&self, text: &mut Exposition) {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        text.one("custody_connections", "gauge", "Connections open.", load(&self.connections));
        let refused = "Connections turned away since the start.";
        text.one("custody_connections_refused_total", "counter", refused, load(&self.connections_refused));
        let dropped = "Readers of the stream of alerts who fell too far behind.";
        text.one(
            "custody_alert_readers_dropped_total",
            "counter",
            dropped,
            load(&self.alert_readers_dropped),
        );
        let alarm = "1 where the cluster that the ledger lies in was tampered with.";
        text.head("custody_store_alarm", "gauge", alarm);
        for (what, is_wrong) in self.store_alarms() {
            text.line("custody_store_alarm", &format!("{{what=\"{what}\"}}"), u64::from(is_wrong));
        }
        text.head("custody_answers_total", "counter", "Answers since the start, by class of status.");
        for (class, counter) in self.answers.iter().enumerate().skip(2) {
            text.line("custody_answers_total", &format!("{{status=\"{class}xx\"}}"), load(counter));
        }
        let name = "custody_submit_seconds";
        text.head(
            name,
            "histogram",
            "From a batch of statements read to its answer: queue, append, checkpoint.",
        );
        let mut below = 0u64;
        for (bound, counter) in BUCKETS_US.iter().zip(&self.submit_buckets) {
            below = below.saturating_add(load(counter));
            text.line("custody_submit_seconds_bucket", &format!("{{le=\"{}\"}}", Seconds(*bound)), below);
        }
        let count = load(&self.submit_count).max(below);
        text.line("custody_submit_seconds_bucket", "{le=\"+Inf\"}", count);
        text.line("custody_submit_seconds_sum", "", Seconds(load(&self.submit_us)));
        text.line("custody_submit_seconds_count", "", count);
    }
}

fn expose_node(node: &Node<'_>, text: &mut Exposition) {
    let Node { stats, alert_readers, condition, checkpoint_age_s } = node;
    let is = |like: &Condition| u64::from(*condition == like);
    text.one("custody_ready", "gauge", "1 while the node takes statements.", is(&Condition::Ready));
    let standby = "1 while the node stands by: it follows and can be read, and takes nothing.";
    text.one("custody_standby", "gauge", standby, is(&Condition::Standby));
    text.one("custody_entries", "gauge", "Entries under the newest checkpoint.", stats.size);
    let age = "Seconds since the newest entry was recorded, and with it the checkpoint signed.";
    text.one("custody_checkpoint_age_seconds", "gauge", age, checkpoint_age_s);
    text.one("custody_epoch", "gauge", "The epoch last claimed, by this node or another.", stats.epoch);
    text.one("custody_streams", "gauge", "Streams.", stats.streams);
    text.one("custody_devices", "gauge", "Devices ever enrolled.", stats.devices);
    text.one("custody_exhibits", "gauge", "Exhibits that a fact names.", stats.exhibits);
    text.one("custody_evidence", "gauge", "Envelopes archived as evidence.", stats.archived);
    text.one("custody_queue_jobs", "gauge", "Jobs that wait for the writer.", stats.queued);
    text.one("custody_queue_bytes", "gauge", "Bytes of submissions that wait.", stats.queued_bytes);
    text.head("custody_submissions_total", "counter", "Submissions since the start, by outcome.");
    text.line("custody_submissions_total", "{outcome=\"recorded\"}", stats.recorded);
    text.line("custody_submissions_total", "{outcome=\"already_recorded\"}", stats.already_recorded);
    text.head("custody_refusals_total", "counter", "Submissions not recorded since the start, by code.");
    for (code, count) in &stats.declined {
        text.line("custody_refusals_total", &format!("{{code=\"{}\"}}", code.name()), count);
    }
    text.one("custody_commits_total", "counter", "Groups committed since the start.", stats.groups);
    let spent = "Seconds spent committing them.";
    text.one("custody_commit_seconds_total", "counter", spent, Seconds(stats.commit_us));
    let longest = "The longest commit since the start.";
    text.one("custody_commit_seconds_max", "gauge", longest, Seconds(stats.commit_us_max));
    expose_alerts(stats, text);
    text.one("custody_alert_readers", "gauge", "Readers of the stream of alerts.", alert_readers);
}

fn expose_alerts(stats: &Stats, text: &mut Exposition) {
    let mut by_severity = |name: &str, kind: &str, help: &str, counts: &[u64]| {
        text.head(name, kind, help);
        for (severity, count) in Severity::ALL.iter().zip(counts) {
            text.line(name, &format!("{{severity=\"{severity}\"}}"), count);
        }
    };
    by_severity("custody_findings", "gauge", "Findings that stand, by severity.", &stats.findings);
    let raised = "Alerts raised since the start, by severity.";
    by_severity("custody_alerts_raised_total", "counter", raised, &stats.alerts_raised);
    let superseded = "Alerts superseded since the start.";
    text.one("custody_alerts_superseded_total", "counter", superseded, stats.alerts_superseded);
    let unjudged = "Entries published and not judged yet.";
    text.one("custody_unjudged_entries", "gauge", unjudged, stats.unjudged);
    text.one("custody_overdue", "gauge", "Exhibits that the node has said are overdue.", stats.overdue);
    let missing = "1 while the ledger has adopted a policy that is not at hand.";
    text.one("custody_policy_missing", "gauge", missing, u64::from(stats.is_policy_missing));
}

/// What the node behind the edge says of itself.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) stats: &'a Stats,
    pub(crate) alert_readers: usize,
    pub(crate) condition: &'a Condition,
    pub(crate) checkpoint_age_s: u64,
}

/// Text that grows line by line.
#[derive(Debug, Default)]
struct Exposition(String);

impl Exposition {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.head(name, kind, help);
        self.line(name, "", value);
    }
}

/// Microseconds, shown as seconds.
struct Seconds(u64);

impl Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_counts_all_that_took_no_longer() {
        let metrics = Metrics::default();
        for us in [900, 1_000, 1_001, 30_000_000] {
            metrics.submitted(Duration::from_micros(us));
        }
        let mut text = Exposition::default();
        metrics.expose_edge(&mut text);
        let has = |line: &str| assert!(text.0.lines().any(|found| found == line), "{line}\n{}", text.0);
        has("custody_submit_seconds_bucket{le=\"0.001000\"} 2");
        has("custody_submit_seconds_bucket{le=\"0.002500\"} 3");
        has("custody_submit_seconds_bucket{le=\"5.000000\"} 3");
        has("custody_submit_seconds_bucket{le=\"+Inf\"} 4");
        has("custody_submit_seconds_sum 30.002901");
    }

    #[test]
    fn a_connection_is_open_until_it_is_dropped() {
        let metrics = std::sync::Arc::new(Metrics::default());
        let open = metrics.connected();
        assert_eq!(metrics.connections.load(Ordering::Relaxed), 1);
        drop(open);
        assert_eq!(metrics.connections.load(Ordering::Relaxed), 0);
    }
}
