//! The census: which slices end where their stream ended when it was taken.

use std::collections::{BTreeMap, BTreeSet};

use custody::fact::Fact;
use custody::finding::Finding;
use custody::id::Digest;
use custody::rule::RuleId;
use disclosure::manifest::Slice;
use ledger_format::census::{self, CensusProof, Membership};
use ledger_format::stream::{StreamName, kind_name};

use super::open::Opened;
use super::replay::Replay;
use super::slices::{Place, Streams, of_stream};

/// The folder of census proofs.
pub(super) const FOLDER: &str = "census/";

/// The file of one stream's proof.
pub(super) fn file_name(stream: &StreamName) -> String {
    let text = stream.to_string();
    let id = text.split_once('/').map_or("", |(_, id)| id);
    format!("{FOLDER}{}-{id}", kind_name(stream.kind))
}

/// The stream whose proof a file is; `None` for a name that is no proof's.
fn stream_of(name: &str) -> Option<StreamName> {
    let (kind, id) = name.strip_prefix(FOLDER)?.split_once('-')?;
    format!("{kind}/{id}").parse().ok()
}

/// Where streams ended under the census, and which there were none of.
#[derive(Debug, Default)]
pub(super) struct Heads {
    last: BTreeMap<StreamName, u64>,
    absent: BTreeSet<StreamName>,
}

impl Heads {
    /// Whether the slice ends at its stream's head under the census.
    pub(super) fn is_to_head(&self, slice: &Slice) -> bool {
        self.last.get(&slice.stream) == Some(&slice.last)
    }

    /// Whether the slice holds its whole stream up to the census.
    pub(super) fn is_whole(&self, slice: &Slice) -> bool {
        slice.first == 0 && self.is_to_head(slice)
    }

    /// Whether the census proves that there is no such stream.
    pub(super) fn is_absent(&self, stream: &StreamName) -> bool {
        self.absent.contains(stream)
    }

    /// Checks every proof against the census that the bundle names. One that does not hold is a finding (G04).
    pub(super) fn check(opened: &Opened<'_>, streams: &Streams, replay: &mut Replay) -> Self {
        let mut heads = Self::default();
        let index = opened.manifest.written.census;
        let Some(root) = census_root(index, replay) else {
            let sentence = format!(
                "Entry {index}, which the bundle names as its census, is not a census that the node took."
            );
            replay.findings.add(Finding::new(RuleId::G04, sentence));
            return heads;
        };
        for (name, bytes) in opened.files.iter().filter(|(name, _)| name.starts_with(FOLDER)) {
            let Some(stream) = stream_of(name).filter(|stream| file_name(stream) == *name) else {
                let sentence = format!("The file {name} does not belong in a bundle.");
                replay.findings.add(Finding::new(RuleId::L08, sentence));
                continue;
            };
            if let Err(sentence) = heads.take(stream, bytes, root, streams, index) {
                replay.findings.add(of_stream(Finding::new(RuleId::G04, sentence), &stream));
            }
        }
        heads
    }

    /// Takes one proof.
    ///
    /// # Errors
    ///
    /// What is wrong with it, as a sentence.
    fn take(
        &mut self,
        stream: StreamName,
        bytes: &[u8],
        root: Digest,
        streams: &Streams,
        census: u64,
    ) -> Result<(), String> {
        let found = proven(bytes, root, &stream);
        let beyond = |(_, place): &(u64, Place)| place.index >= census;
        match found.map_err(|why| format!("The census proof of {stream} proves nothing: {why}."))? {
            Membership::Absent if streams.of(&stream).all(|held| beyond(&held)) => {
                self.absent.insert(stream);
                Ok(())
            }
            Membership::Absent => {
                Err(format!("The census has no {stream}, and the bundle holds entries of it."))
            }
            Membership::Present { revision, head } => {
                let held = streams.at(&stream, revision);
                if held.is_none_or(|place| place.leaf != head) {
                    return Err(format!(
                        "The bundle is incomplete: {stream} ends at revision {revision} under the census, and that entry is not in it."
                    ));
                }
                let more = streams.of(&stream).any(|held| held.0 > revision && !beyond(&held));
                if more {
                    return Err(format!(
                        "{stream} goes on after the entry at which it ends under the census."
                    ));
                }
                self.last.insert(stream, revision);
                Ok(())
            }
        }
    }
}

fn census_root(index: u64, replay: &Replay) -> Option<Digest> {
    let said = replay.entries.get(&index)?;
    match said.decoded.statement.fact {
        Fact::CensusTaken { root, .. } if replay.ledger.node() == Some(said.decoded.statement.device) => {
            Some(root)
        }
        _ => None,
    }
}

fn proven(bytes: &[u8], root: Digest, stream: &StreamName) -> Result<Membership, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let proof: CensusProof = text.parse().map_err(|why| format!("it cannot be read: {why}"))?;
    census::verify(root, &stream.census_key(), &proof).map_err(|why| why.to_string())
}
