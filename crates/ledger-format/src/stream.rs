//! Streams: which histories a statement belongs to, by rule, from its content alone.
//!
//! Format 1: a statement belongs to the stream of every id that stands in a field marked `(stream)` in the
//! schema, each once, ordered by kind (exhibit, case, compartment, device, site) and then by id; where no
//! such field stands, to the stream of the device that speaks.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use custody::id::{DeviceId, Digest};
use custody_proto::schema::Stream as StreamKind;
use sha2::{Digest as _, Sha256};

use crate::canonical::{Event, Value};

/// Streams of one statement, and links of one entry, at most.
pub const STREAMS_MAX: usize = 64;

/// The name of one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName {
    /// What kind of thing it is the history of.
    pub kind: StreamKind,
    /// Which one.
    pub id: [u8; 16],
}

impl StreamName {
    /// The stream of one device.
    pub fn device(device: DeviceId) -> Self {
        Self { kind: StreamKind::Device, id: device.0 }
    }

    /// SHA-256 of the name's text: the stream's place in the census.
    pub fn census_key(&self) -> Digest {
        Digest(Sha256::digest(self.to_string().as_bytes()).into())
    }
}

/// `exhibit/01234567-89ab-cdef-0123-456789abcdef`, and likewise `case/`, `compartment/`, `device/`, `site/`.
impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", kind_name(self.kind), DeviceId(self.id))
    }
}

/// The word for a kind of stream.
pub fn kind_name(kind: StreamKind) -> &'static str {
    match kind {
        StreamKind::Exhibit => "exhibit",
        StreamKind::Case => "case",
        StreamKind::Compartment => "compartment",
        StreamKind::Device => "device",
        StreamKind::Site => "site",
    }
}

/// A text is not a stream's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a stream name: {0:?}")]
pub struct StreamNameError(pub String);

impl core::str::FromStr for StreamName {
    type Err = StreamNameError;

    fn from_str(text: &str) -> Result<Self, StreamNameError> {
        let refuse = || StreamNameError(text.into());
        let (kind, id) = text.split_once('/').ok_or_else(refuse)?;
        let kind = match kind {
            "exhibit" => StreamKind::Exhibit,
            "case" => StreamKind::Case,
            "compartment" => StreamKind::Compartment,
            "device" => StreamKind::Device,
            "site" => StreamKind::Site,
            _ => return Err(refuse()),
        };
        let id: DeviceId = id.parse().map_err(|_| refuse())?;
        Ok(Self { kind, id: id.0 })
    }
}

/// Collects stream names from the events of a walk over one statement.
#[derive(Debug, Default)]
pub(crate) struct StreamRule(Vec<StreamName>);

impl StreamRule {
    pub(crate) fn visit(&mut self, event: &Event<'_>) {
        if let Event::Value(field, Value::Bytes(bytes)) = event
            && let (Some(kind), Ok(id)) = (field.stream, <[u8; 16]>::try_from(*bytes))
        {
            self.0.push(StreamName { kind, id });
        }
    }

    /// The names in order, each once; the speaking device's where there was none.
    pub(crate) fn finish(mut self, device: DeviceId) -> Vec<StreamName> {
        self.0.sort_unstable();
        self.0.dedup();
        if self.0.is_empty() {
            self.0.push(StreamName::device(device));
        }
        self.0
    }
}
