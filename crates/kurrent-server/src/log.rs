//! The streams of a cluster in memory: what is written, what is replicated, and what reads show of it.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::decision::{Decision, Expected, Known, decide};

/// The `$tb` of a soft-deleted stream.
const DELETED: u64 = i64::MAX.unsigned_abs();

/// What an event takes in the log besides its bytes. It only makes positions look like those of a real one.
const RECORD_OVERHEAD: usize = 96;

/// An event as it lies in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its place in the stream, from zero.
    pub revision: u64,
    /// The id that was appended with it.
    pub id: [u8; 16],
    /// Its type.
    pub event_type: String,
    /// Its data.
    pub data: Vec<u8>,
    /// Whether reads show it, unless the stream's metadata hides it.
    pub replicated: bool,
}

#[derive(Clone)]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) content_type: String,
    pub(crate) custom_metadata: Bytes,
    pub(crate) data: Bytes,
    pub(crate) position: u64,
    pub(crate) created_ticks: u64,
}

impl Event {
    /// An event that is not in the log yet.
    pub(crate) fn new(id: Uuid, kind: &str, content_type: &str, data: Bytes) -> Event {
        Event {
            id,
            kind: kind.to_owned(),
            content_type: content_type.to_owned(),
            custom_metadata: Bytes::new(),
            data,
            position: 0,
            created_ticks: 0,
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.kind.len().saturating_add(self.data.len()).saturating_add(self.custom_metadata.len())
    }
}

#[derive(Default)]
struct Stream {
    events: Vec<Event>,
    /// How many of them, from the first, are replicated.
    replicated: usize,
    tombstoned: bool,
}

/// What became of an append.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success { last: Option<u64>, position: u64 },
    TimedOut,
    Wrong { current: Option<u64> },
    Deleted,
}

/// What reads show of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Visible {
    Missing,
    Tombstoned,
    /// Revisions from `first` up to, not including, `end`.
    Events {
        first: u64,
        end: u64,
    },
}

#[derive(Default)]
pub(crate) struct Log {
    streams: HashMap<String, Stream>,
    /// The bytes written so far.
    position: u64,
    /// Something is not replicated, so nothing after it is.
    lagging: bool,
}

impl Log {
    /// Decides about an append and carries it out. What is not `replicated` times out.
    pub(crate) fn append(
        &mut self,
        name: &str,
        expected: Expected,
        events: Vec<Event>,
        replicated: bool,
    ) -> Outcome {
        let ids: Vec<Uuid> = events.iter().map(|event| event.id).collect();
        match decide(&self.known(name), expected, &ids) {
            Decision::Append => self.write(name, events, replicated),
            Decision::Written { last } => {
                Outcome::Success { last: Some(last), position: self.position(name, last) }
            }
            Decision::NotReady => Outcome::TimedOut,
            Decision::Wrong => Outcome::Wrong { current: self.last(name) },
            Decision::Deleted => Outcome::Deleted,
        }
    }

    /// Deletes a stream, softly or for good, if it is where it is expected.
    pub(crate) fn delete(&mut self, name: &str, expected: Expected, for_good: bool) -> Outcome {
        match decide(&self.known(name), expected, &[]) {
            Decision::Deleted => Outcome::Deleted,
            Decision::Append => {
                if for_good {
                    self.tombstone(name);
                } else {
                    self.soft_delete(name);
                }
                self.done(name)
            }
            Decision::Wrong | Decision::Written { .. } | Decision::NotReady => {
                Outcome::Wrong { current: self.last(name) }
            }
        }
    }

    fn write(&mut self, name: &str, events: Vec<Event>, replicated: bool) -> Outcome {
        self.lagging |= !replicated;
        if self.hides_everything(name) {
            let next = self.streams.get(name).map_or(0, |stream| count(&stream.events));
            self.describe(name, "$tb", next);
        }
        self.push(name, events);
        self.done(name)
    }

    /// The answer to what was just written: success once it is replicated.
    fn done(&self, name: &str) -> Outcome {
        if self.lagging {
            return Outcome::TimedOut;
        }
        Outcome::Success { last: self.last(name), position: self.position }
    }

    /// Writes at the end, without asking.
    fn push(&mut self, name: &str, events: Vec<Event>) {
        let created_ticks = ticks_now();
        let stream = self.streams.entry(name.to_owned()).or_default();
        for event in events {
            let bytes = event.bytes().saturating_add(RECORD_OVERHEAD);
            self.position = self.position.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
            stream.events.push(Event { position: self.position, created_ticks, ..event });
        }
        if !self.lagging {
            stream.replicated = stream.events.len();
        }
    }

    /// A foreign event at the end. What is not replicated is forgotten first: another leader wrote this one.
    pub(crate) fn put(&mut self, name: &str, event: Event) {
        self.forget();
        self.push(name, vec![event]);
    }

    pub(crate) fn edit(&mut self, name: &str, revision: u64, data: Bytes) {
        let index = usize::try_from(revision).unwrap_or(usize::MAX);
        if let Some(event) = self.streams.get_mut(name).and_then(|stream| stream.events.get_mut(index)) {
            event.data = data;
        }
    }

    pub(crate) fn pop(&mut self, name: &str, count: usize) {
        if let Some(stream) = self.streams.get_mut(name) {
            stream.events.truncate(stream.events.len().saturating_sub(count));
            stream.replicated = stream.replicated.min(stream.events.len());
        }
    }

    pub(crate) fn tombstone(&mut self, name: &str) {
        self.streams.entry(name.to_owned()).or_default().tombstoned = true;
    }

    /// In the place of all metadata that was there, the access list included.
    pub(crate) fn soft_delete(&mut self, name: &str) {
        self.describe_anew(name, Map::from_iter([("$tb".to_owned(), DELETED.into())]));
    }

    pub(crate) fn truncate_before(&mut self, name: &str, revision: u64) {
        self.describe(name, "$tb", revision);
    }

    pub(crate) fn replicate(&mut self) {
        self.lagging = false;
        for stream in self.streams.values_mut() {
            stream.replicated = stream.events.len();
        }
    }

    pub(crate) fn forget(&mut self) {
        if !self.lagging {
            return;
        }
        self.lagging = false;
        for stream in self.streams.values_mut() {
            stream.events.truncate(stream.replicated);
        }
    }

    pub(crate) fn stored(&self, name: &str) -> Vec<Stored> {
        let Some(stream) = self.streams.get(name) else { return Vec::new() };
        let replicated = u64::try_from(stream.replicated).unwrap_or(u64::MAX);
        (0..)
            .zip(&stream.events)
            .map(|(revision, event)| Stored {
                revision,
                id: event.id.into_bytes(),
                event_type: event.kind.clone(),
                data: event.data.to_vec(),
                replicated: revision < replicated,
            })
            .collect()
    }

    /// What reads show of a stream: the replicated events that its metadata does not hide, and of a metadata stream
    /// the newest alone.
    pub(crate) fn visible(&self, name: &str) -> Visible {
        if self.is_tombstoned(name) {
            return Visible::Tombstoned;
        }
        let end = self.streams.get(name).map_or(0, |stream| stream.replicated);
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        let metadata = metadata(self.replicated(&format!("$${name}")));
        let truncated = number(&metadata, "$tb").unwrap_or(0);
        if end == 0 || truncated == DELETED {
            return Visible::Missing;
        }
        let kept = if name.starts_with("$$") { Some(1) } else { number(&metadata, "$maxCount") };
        let kept = kept.unwrap_or(u64::MAX);
        Visible::Events { first: truncated.max(end.saturating_sub(kept)).min(end), end }
    }

    /// The replicated events from a revision on, at most `limit`.
    pub(crate) fn from(
        &self,
        name: &str,
        revision: u64,
        limit: usize,
    ) -> impl Iterator<Item = (u64, &Event)> {
        let skip = usize::try_from(revision).unwrap_or(usize::MAX);
        (revision..).zip(self.replicated(name).iter().skip(skip).take(limit))
    }

    fn known(&self, name: &str) -> Known<'_> {
        let stream = self.streams.get(name);
        Known {
            events: stream.map_or(&[], |stream| stream.events.as_slice()),
            replicated: stream.map_or(0, |stream| stream.replicated),
            tombstoned: self.is_tombstoned(name),
            soft_deleted: self.hides_everything(name),
            described: !self.written(&format!("$${name}")).is_empty(),
        }
    }

    /// A metadata stream is deleted with the stream it describes.
    fn is_tombstoned(&self, name: &str) -> bool {
        let is = |name: &str| self.streams.get(name).is_some_and(|stream| stream.tombstoned);
        is(name) || name.strip_prefix("$$").is_some_and(is)
    }

    fn hides_everything(&self, name: &str) -> bool {
        number(&metadata(self.written(&format!("$${name}"))), "$tb") == Some(DELETED)
    }

    fn written(&self, name: &str) -> &[Event] {
        self.streams.get(name).map_or(&[], |stream| stream.events.as_slice())
    }

    fn replicated(&self, name: &str) -> &[Event] {
        self.streams.get(name).and_then(|stream| stream.events.get(..stream.replicated)).unwrap_or_default()
    }

    fn last(&self, name: &str) -> Option<u64> {
        count(self.written(name)).checked_sub(1)
    }

    fn position(&self, name: &str, revision: u64) -> u64 {
        let index = usize::try_from(revision).unwrap_or(usize::MAX);
        self.written(name).get(index).map_or(0, |event| event.position)
    }

    /// Sets one number in the newest metadata of a stream, and keeps the others.
    fn describe(&mut self, name: &str, key: &str, value: u64) {
        let mut metadata = metadata(self.written(&format!("$${name}")));
        metadata.insert(key.to_owned(), value.into());
        self.describe_anew(name, metadata);
    }

    fn describe_anew(&mut self, name: &str, metadata: Map<String, Value>) {
        let data = Bytes::from(Value::Object(metadata).to_string());
        let id = Uuid::from_u64_pair(self.position, ticks_now());
        self.push(&format!("$${name}"), vec![Event::new(id, "$metadata", "application/json", data)]);
    }
}

pub(crate) fn count<T>(of: &[T]) -> u64 {
    u64::try_from(of.len()).unwrap_or(u64::MAX)
}

/// The newest metadata in a metadata stream; nothing where it is not an object.
fn metadata(events: &[Event]) -> Map<String, Value> {
    events.last().and_then(|event| serde_json::from_slice(&event.data).ok()).unwrap_or_default()
}

fn number(metadata: &Map<String, Value>, key: &str) -> Option<u64> {
    metadata.get(key).and_then(Value::as_u64)
}

/// The time as events carry it: in tenths of a microsecond since 1970.
fn ticks_now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos() / 100).unwrap_or(u64::MAX)
}
