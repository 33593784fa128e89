//! Upload to a ledger that two nodes serve.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ledger_format::envelope::Envelope;

use super::self_test;
use crate::nodes::{NodeUrls, Nodes};
use crate::sync::{Line, SyncError, SyncReport, sync};
use crate::testing::front::Front;
use crate::testing::front::Manner::{self, Ceases, Dead, DiesAnswering, Hangs, Lies, StandsBy, Writes};
use crate::testing::{FakeNode, Lie, TestDevice, World};
use crate::uplink::HttpUplink;

/// How long a device waits for a node that hangs. The others answer in time, however slow the machine is.
const PATIENCE: Duration = Duration::from_millis(100);

/// What a node is never too slow for.
const AGES: Duration = Duration::from_secs(600);

/// A device and the two nodes that it knows.
pub(super) struct Pair {
    world: World,
    pub(super) device: TestDevice,
    ledger: Arc<Mutex<FakeNode>>,
    nodes: [Front; 2],
    pub(super) line: Line<Nodes<HttpUplink>>,
}

impl Pair {
    fn new() -> Self {
        Self::patient([AGES; 2])
    }

    fn patient(patience: [Duration; 2]) -> Self {
        let world = World::new();
        let ledger = Arc::new(Mutex::new(FakeNode::new()));
        let nodes = [Front::of(&ledger), Front::of(&ledger)];
        let urls = NodeUrls::try_from(nodes.iter().map(Front::url).collect::<Vec<_>>()).unwrap();
        let mut patience = patience.into_iter();
        let uplink = |url: &str| HttpUplink::within(patience.next().unwrap(), url, None, None);
        let uplink = Nodes::make(&urls, uplink).unwrap();
        let line = Line::new(uplink, ledger.lock().unwrap().key());
        Self { device: world.device(), world, ledger, nodes, line }
    }

    /// The device hands over what waits to nodes that behave like this; how often each of them was asked.
    pub(super) fn round(&mut self, manners: [Manner; 2]) -> (Result<SyncReport, SyncError>, [usize; 2]) {
        for (node, manner) in self.nodes.iter().zip(manners) {
            node.behaves(manner);
        }
        let result = sync(&mut self.device, &mut self.line);
        (result, self.nodes.each_ref().map(Front::asked))
    }

    /// All that the device has said is in the ledger, once and in order, and the device has the receipts.
    #[track_caller]
    pub(super) fn has_all(&self) {
        let recorded = self.ledger.lock().unwrap().recorded();
        let recorded: Vec<_> = recorded.iter().map(Envelope::statement_hash).collect();
        let said: Vec<_> = self.device.said().map(|(_, said)| said.hash).collect();
        assert_eq!(recorded, said);
        assert!(said.iter().all(|hash| self.device.receipt(*hash).unwrap().is_some()));
        assert_eq!((self.device.waiting_count(), self.device.alarms()), (0, &[][..]));
    }
}

impl Pair {
    /// Begins with an upload that the first node took.
    pub(super) fn begun() -> Self {
        let mut pair = Self::new();
        pair.device.say(self_test()).unwrap();
        pair.round([Writes, StandsBy]).0.unwrap();
        pair.device.say(self_test()).unwrap();
        pair
    }

    /// So many minutes pass.
    pub(super) fn wait(&self, minutes: u64) {
        self.world.clock.advance(minutes * 60_000_000);
    }

    pub(super) fn url(&self, node: usize) -> String {
        self.nodes[node].url()
    }
}

/// How a round ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Taken,
    Failed,
}

/// In each round the device says one thing more and hands over what waits to nodes that behave as given. It ends as
/// expected, each node is asked as often as expected, and at last everything is recorded once.
#[track_caller]
fn check(rounds: &[([Manner; 2], End, [usize; 2])]) {
    let mut pair = Pair::new();
    for (number, (manners, end, asked)) in rounds.iter().enumerate() {
        pair.device.say(self_test()).unwrap();
        let (result, found) = pair.round(*manners);
        let ended = match &result {
            Ok(report) if report.waiting == 0 => End::Taken,
            Err(SyncError::NoNode(_)) => End::Failed,
            other => panic!("round {number}: {other:?}"),
        };
        assert_eq!((ended, found), (*end, *asked), "round {number}: {result:?}");
    }
    pair.round([Writes, StandsBy]).0.unwrap();
    pair.has_all();
}

#[test]
fn a_node_that_does_not_take_an_upload_is_followed_by_the_next_which_gets_those_that_come() {
    use End::Taken;
    for manner in [Dead, StandsBy, Lies(Lie::Ceases(0))] {
        check(&[([manner, Writes], Taken, [1, 1]), ([manner, Writes], Taken, [0, 1])]);
    }
}

#[test]
fn what_was_recorded_by_a_node_that_died_in_mid_upload_is_recorded_once() {
    use End::Taken;
    check(&[
        ([Writes, StandsBy], Taken, [1, 0]),
        ([DiesAnswering, Writes], Taken, [1, 1]),
        ([Dead, Writes], Taken, [0, 1]),
    ]);
}

#[test]
fn a_node_that_comes_back_is_asked_when_the_other_has_gone_and_not_before() {
    use End::Taken;
    check(&[
        ([Dead, Writes], Taken, [1, 1]),
        ([StandsBy, Writes], Taken, [0, 1]),
        ([Writes, Dead], Taken, [1, 1]),
        ([Writes, StandsBy], Taken, [1, 0]),
    ]);
}

#[test]
fn a_round_fails_when_each_node_has_and_the_next_begins_where_the_last_upload_went() {
    use End::{Failed, Taken};
    check(&[
        ([StandsBy, Writes], Taken, [1, 1]),
        ([StandsBy, Dead], Failed, [1, 1]),
        ([Dead, StandsBy], Failed, [1, 1]),
        ([Dead, Writes], Taken, [0, 1]),
    ]);
}

#[test]
fn what_each_node_said_is_told_by_its_name() {
    let mut pair = Pair::new();
    pair.device.say(self_test()).unwrap();
    let error = pair.round([Dead, StandsBy]).0.unwrap_err().to_string();
    let [first, second] = pair.nodes.each_ref().map(Front::url);
    let expect = [
        format!("{first}: the node cannot be reached: "),
        format!("; {second}: the node answered 503: {{\"code\":\"not_writer\"}}"),
    ];
    assert!(expect.iter().all(|part| error.contains(part)), "{error}");
    assert_eq!(pair.line.remarks(), []);
    pair.round([Dead, Writes]).0.unwrap();
    let [remark] = pair.line.remarks() else { panic!("{:?}", pair.line.remarks()) };
    let remark = remark.to_string();
    assert!(remark.starts_with(&expect[0]) && remark.ends_with(&format!("; {second} answered")), "{remark}");
}

#[test]
fn a_node_that_hangs_is_given_up_in_time_and_the_next_is_asked() {
    let mut pair = Pair::patient([PATIENCE, AGES]);
    pair.device.say(self_test()).unwrap();
    let (result, asked) = pair.round([Hangs, Writes]);
    assert_eq!((result.unwrap().recorded, asked), (1, [1, 1]));
    pair.has_all();
}

#[test]
fn a_batch_of_which_one_node_took_the_beginning_is_ended_by_the_next_in_the_same_round() {
    let mut pair = Pair::new();
    for _ in 0..3 {
        pair.device.say(self_test()).unwrap();
    }
    let (result, asked) = pair.round([Ceases(1), Writes]);
    assert_eq!(result.unwrap(), SyncReport { recorded: 3, waiting: 0, stopped: None });
    assert_eq!(asked, [2, 1]);
    pair.has_all();
}

#[test]
fn a_device_is_offline_only_when_no_node_takes_what_it_says() {
    let mut pair = Pair::new();
    for _ in 0..30 {
        pair.world.clock.advance(60_000_000);
        pair.device.say(self_test()).unwrap();
        pair.round([Dead, Writes]).0.unwrap();
    }
    assert!(pair.device.memory().offline.is_none());
    pair.device.say(self_test()).unwrap();
    for _ in 0..11 {
        pair.world.clock.advance(60_000_000);
        assert!(pair.round([Dead, StandsBy]).0.is_err());
    }
    assert!(pair.device.memory().offline.is_some());
    pair.round([Writes, Dead]).0.unwrap();
    pair.has_all();
}
