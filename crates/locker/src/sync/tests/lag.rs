//! A node that is behind what the device has verified: one that lags, or one that lies.

use custody_proto::v1;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::note::Note;
use prost::Message as _;

use super::nodes::Pair;
use super::self_test;
use crate::answer::Alarm;
use crate::sync::batch::request;
use crate::sync::{Line, Remark, SyncError, sync};
use crate::testing::front::Manner::{self, Dead, Grows, Lies, ProvesNothing, StandsBy, Writes};
use crate::testing::{FakeNode, Lie, World};
use crate::uplink::{Uplink, UplinkError};

#[test]
fn a_node_that_lags_takes_nothing_and_is_no_alarm_and_the_newest_checkpoint_stays() {
    let mut pair = Pair::begun();
    let seen = pair.device.seen();
    let (result, asked) = pair.round([Lies(Lie::Lags), Dead]);
    let error = result.unwrap_err().to_string();
    let expect = "its checkpoint has 3 entries, and this device has verified one of 6: it is behind; ";
    assert!(error.starts_with(&format!("{}: {expect}{}: ", pair.url(0), pair.url(1))), "{error}");
    assert_eq!((pair.device.seen(), asked), (seen, [1, 1]));
    assert!(pair.device.said_at(1).unwrap().refusal.is_none(), "it does not know what it refuses");
    assert_eq!(pair.device.alarms(), []);
    pair.round([Writes, StandsBy]).0.unwrap();
    pair.has_all();
}

#[test]
fn another_node_proves_that_the_one_which_was_behind_lags() {
    let mut pair = Pair::begun();
    let (result, asked) = pair.round([Lies(Lie::Lags), Writes]);
    assert_eq!((result.unwrap().recorded, asked), (1, [1, 2]));
    let [passed, lagged] = pair.line.remarks() else { panic!("{:?}", pair.line.remarks()) };
    assert!(passed.to_string().ends_with(&format!("{} answered", pair.url(1))), "{passed}");
    let expect = Remark::Lagged { node: pair.url(0), found: 3, by: pair.url(1) };
    assert_eq!(*lagged, expect);
    pair.device.say(self_test()).unwrap();
    assert_eq!(pair.round([StandsBy, Writes]).1, [0, 1], "that is settled");
    pair.has_all();
}

#[test]
fn what_could_not_be_settled_is_asked_again_after_the_next_upload() {
    let mut pair = Pair::begun();
    pair.round([Lies(Lie::Lags), Dead]).0.unwrap_err();
    let (result, asked) = pair.round([Dead, Writes]);
    assert_eq!((result.unwrap().recorded, asked), (1, [1, 2]));
    let lagged = Remark::Lagged { node: pair.url(0), found: 3, by: pair.url(1) };
    assert!(pair.line.remarks().contains(&lagged));
    pair.has_all();
}

/// Nodes of which something is wrong: this alarm, of that node; what it signed is kept, and what the device said waits
/// for a node that is honest.
#[track_caller]
fn check_alarm(manners: [Manner; 2], of: usize, is_expected: impl Fn(&Alarm) -> bool) {
    let mut pair = Pair::begun();
    match pair.round(manners).0 {
        Err(SyncError::Alarm { node, alarm }) => {
            assert!(node == pair.url(of) && is_expected(&alarm), "{node}: {alarm:?}");
        }
        other => panic!("{other:?}"),
    }
    let kept = pair.device.alarms().iter().find(|kept| kept.reason.starts_with(&pair.url(of))).unwrap();
    let note = Note::parse(kept.checkpoint.as_bytes()).unwrap();
    assert_eq!(Checkpoint::parse(note.text()).unwrap().size(), 3);
    assert_eq!(pair.device.seen_note().map(|note| note == kept.checkpoint), Some(false));
    pair.round([Writes, StandsBy]).0.unwrap();
    assert_eq!(pair.device.waiting_count(), 0);
}

#[test]
fn a_node_that_is_behind_with_another_history_is_an_alarm() {
    let is_expected = |alarm: &Alarm| matches!(alarm, Alarm::OtherBeginning { found: 3, .. });
    check_alarm([Lies(Lie::OtherPast), Writes], 0, is_expected);
}

#[test]
fn nodes_that_are_all_behind_are_a_ledger_that_was_rolled_back() {
    let is_expected = |alarm: &Alarm| matches!(alarm, Alarm::Shrunk { found: 3, seen: 6 });
    check_alarm([Lies(Lie::Lags); 2], 0, is_expected);
}

#[test]
fn a_node_that_records_behind_what_was_seen_does_not_lag() {
    let is_expected = |alarm: &Alarm| matches!(alarm, Alarm::Shrunk { found: 3, seen: 6 });
    check_alarm([Lies(Lie::RolledBack), Writes], 0, is_expected);
}

#[test]
fn a_ledger_that_grows_while_it_is_asked_leaves_it_open_until_it_is_quiet() {
    let mut pair = Pair::begun();
    let (result, asked) = pair.round([Lies(Lie::Lags), Grows]);
    assert_eq!((result.unwrap().recorded, asked), (1, [1, 7]));
    let lagged = Remark::Lagged { node: pair.url(0), found: 3, by: pair.url(1) };
    assert!(!pair.line.remarks().contains(&lagged) && pair.line.is_in_doubt());
    pair.device.say(self_test()).unwrap();
    assert_eq!(pair.round([StandsBy, Writes]).1, [0, 2]);
    assert_eq!(pair.line.remarks(), [lagged]);
    pair.has_all();
}

#[test]
fn a_ledger_that_never_is_quiet_is_no_alarm() {
    let mut pair = Pair::begun();
    for manners in [[Lies(Lie::Lags), Grows], [Dead, Grows], [Dead, Grows]] {
        pair.round(manners).0.unwrap();
        pair.wait(14);
        pair.device.say(self_test()).unwrap();
    }
    assert!(pair.line.remarks().contains(&Remark::Open { node: pair.url(0), found: 3 }));
    pair.round([StandsBy, Writes]).0.unwrap();
    assert!(!pair.line.is_in_doubt());
    pair.has_all();
}

/// One node is behind and the other like this, for all but a quarter of an hour, and then a moment longer: then it is an
/// alarm of the one, and not before.
#[track_caller]
fn check_not_for_ever(other: Manner) {
    let mut pair = Pair::begun();
    for _ in 0..15 {
        let result = pair.round([Lies(Lie::Lags), other]).0;
        assert!(!matches!(result, Err(SyncError::Alarm { .. })), "{other:?}: {result:?}");
        assert!(pair.line.is_in_doubt(), "{other:?}");
        assert_eq!(pair.device.alarms(), []);
        pair.wait(1);
        pair.device.say(self_test()).unwrap();
    }
    match pair.round([Lies(Lie::Lags), other]).0 {
        Err(SyncError::Alarm { node, alarm: Alarm::StaysBehind { found: 3, seen: 6 } }) => {
            assert_eq!(node, pair.url(0), "{other:?}");
        }
        result => panic!("{other:?}: {result:?}"),
    }
    let [kept] = pair.device.alarms() else { panic!("{:?}", pair.device.alarms()) };
    assert!(kept.reason.contains("for 15 minutes no node has proven"), "{}", kept.reason);
    let note = Note::parse(kept.checkpoint.as_bytes()).unwrap();
    assert_eq!(Checkpoint::parse(note.text()).unwrap().size(), 3);
    pair.round([Writes, StandsBy]).0.unwrap();
    assert_eq!((pair.device.waiting_count(), pair.line.is_in_doubt()), (0, false));
}

#[test]
fn a_node_cannot_stay_behind_for_ever_while_the_others_say_nothing_of_it() {
    for other in [StandsBy, Dead, ProvesNothing] {
        check_not_for_ever(other);
    }
}

#[test]
fn of_several_nodes_that_were_behind_each_is_settled() {
    let mut pair = Pair::begun();
    let result = pair.round([Lies(Lie::Lags), Lies(Lie::OtherPast)]).0;
    assert!(matches!(result, Err(SyncError::Alarm { alarm: Alarm::Shrunk { .. }, .. })), "{result:?}");
    match pair.round([Writes, StandsBy]).0 {
        Err(SyncError::Alarm { node, alarm: Alarm::OtherBeginning { found: 3, by, .. } }) => {
            assert_eq!((node, by), (pair.url(1), pair.url(0)));
        }
        other => panic!("{other:?}"),
    }
    let lagged = Remark::Lagged { node: pair.url(0), found: 3, by: pair.url(0) };
    assert!(pair.line.remarks().contains(&lagged));
    assert_eq!((pair.device.waiting_count(), pair.line.is_in_doubt()), (0, false));
}

/// Two nodes in one hand, with two histories under one key. The first shows the beginning of the other history; the
/// second goes on with the one that the device knows, and proves to it the beginning of the other.
struct TwoFaced {
    known: FakeNode,
    other: FakeNode,
    is_second: bool,
}

impl Uplink for TwoFaced {
    fn submit(&mut self, sent: &[u8]) -> Result<Vec<u8>, UplinkError> {
        self.other.lie = (!self.is_second).then_some(Lie::Lags);
        let is_of_other = v1::SubmitRequest::decode(sent).unwrap().seen_size == 3;
        if self.is_second && !is_of_other { self.known.submit(sent) } else { self.other.submit(sent) }
    }

    fn nodes(&self) -> usize {
        2
    }

    fn turn(&mut self) {
        self.is_second = !self.is_second;
    }
}

#[test]
fn a_proof_of_the_beginning_of_another_history_is_an_alarm() {
    let world = World::new();
    let mut device = world.device();
    let mut other = FakeNode::new();
    other.lie = Some(Lie::Forked);
    other.submit(&request(&[], 0)).unwrap();
    let key = other.key();
    let size = other.size();
    let mut line = Line::new(TwoFaced { known: FakeNode::new(), other, is_second: true }, key);
    device.say(self_test()).unwrap();
    sync(&mut device, &mut line).unwrap();
    // As many entries in the one history as in the other, so that nothing but the root tells them apart.
    while line.uplink.known.size() + u64::try_from(device.waiting_count()).unwrap() < size {
        device.say(self_test()).unwrap();
    }
    line.uplink.turn();
    match sync(&mut device, &mut line) {
        Err(SyncError::Alarm { alarm: Alarm::Forked { seen, .. }, .. }) => assert_eq!(seen, size),
        other => panic!("{other:?}"),
    }
    assert_eq!((device.waiting_count(), device.alarms().len()), (0, 1));
}
