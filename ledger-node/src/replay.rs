//! Replay: every entry of the store into the state, and the comparison with the checkpoints that were promised.

use std::path::PathBuf;

use custody::id::{DeviceId, Digest};
use custody::ledger::Ledger;
use custody::policy::Policies;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::entry::StreamLink;
use ledger_format::key::PublicKey;
use ledger_format::merkle::{HashReader as _, leaf_hash, root_at};
use ledger_format::note::{self, Note, NoteSigner, SignatureType, VerifierKey, VkeyError};
use ledger_format::stream::StreamName;
use ledger_store::head::{HeadError, read_head_file};
use ledger_store::{ReadError, ReadLimit, Store};

use crate::admission::check_signature;
use crate::node::Head;
use crate::reading::{Shown, show};
use crate::start::{Known, StartError};
use crate::state::{Placed, State};

/// A checkpoint that somebody may hold the node to; its signature is not verified yet.
#[derive(Debug)]
pub(crate) struct Promise {
    /// Where it stands, for a person.
    place: String,
    note: Note,
    checkpoint: Checkpoint,
}

/// Reads the head files, of which one at least must be there, and the checkpoints that others hold.
pub(crate) fn promises(heads: &[PathBuf], known: Vec<Known>) -> Result<Vec<Promise>, StartError> {
    let mut promises = Vec::new();
    for path in heads {
        let read: Result<_, HeadError> = read_head_file(path);
        if let Some(bytes) = read? {
            promises.push(Promise::read(path.display().to_string(), &bytes)?);
        }
    }
    if promises.is_empty() {
        return Err(StartError::HeadMissing(heads.to_vec()));
    }
    for Known { place, bytes } in known {
        promises.push(Promise::read(place, &bytes)?);
    }
    Ok(promises)
}

impl Promise {
    fn read(place: String, bytes: &[u8]) -> Result<Self, StartError> {
        let foreign = |reason: String| StartError::HeadForeign { place: place.clone(), reason };
        let note = Note::parse(bytes).map_err(|error| foreign(error.to_string()))?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(|error| foreign(error.to_string()))?;
        Ok(Self { place, note, checkpoint })
    }

    /// Compares it with what the store holds.
    fn check(&self, state: &State, origin: &str, keys: &[VerifierKey]) -> Result<(), StartError> {
        let foreign = |reason: String| StartError::HeadForeign { place: self.place.clone(), reason };
        if self.checkpoint.origin() != origin {
            return Err(foreign(format!("its origin is {}, not {origin}", self.checkpoint.origin())));
        }
        note::verify(&self.note, keys).map_err(|error| foreign(error.to_string()))?;
        let (size, promised, place) = (state.size(), self.checkpoint.size(), self.place.clone());
        if size < promised {
            return Err(StartError::Behind { size, promised, place });
        }
        // Every subtree below the size is in memory.
        let found = root_at(state.tree(), promised).map_err(|error| foreign(error.to_string()))?;
        if found != self.checkpoint.root() {
            let (size, promised) = (promised, self.checkpoint.root());
            return Err(StartError::Differs { size, found, promised, place });
        }
        Ok(())
    }
}

/// The state after all entries of the store. Those that no promise covers are checked as they would be at
/// admission; those covered stand under the ledger's own signature, which the caller compares.
pub(crate) async fn replay<S: Store>(
    store: &S,
    promises: &[Promise],
    policies: Policies,
) -> Result<State, StartError> {
    let covered = promises.iter().map(|promise| promise.checkpoint.size()).max().unwrap_or(0);
    let mut state = State::new(policies);
    // Not up to the head: where the entries lie in a cluster, that is the cluster's to say, and it may not answer now.
    loop {
        let entries = store.read(state.size(), ReadLimit::MAX).await?;
        if entries.is_empty() {
            return Ok(state);
        }
        take_in(&mut state, entries, covered)?;
    }
}

/// The state after the first `size` entries of the store, of which the first `covered` stand under the ledger's own
/// signature.
pub(crate) async fn replay_first<S: Store>(
    store: &S,
    size: u64,
    covered: u64,
    policies: Policies,
) -> Result<State, StartError> {
    let mut state = State::new(policies);
    while state.size() < size {
        let from = state.size();
        let entries = store.read(from, ReadLimit::MAX).await?;
        if entries.is_empty() {
            return Err(ReadError::BeyondHead { from, size }.into());
        }
        let wanted = usize::try_from(size.saturating_sub(from)).unwrap_or(usize::MAX);
        take_in(&mut state, entries.into_iter().take(wanted), covered)?;
    }
    Ok(state)
}

/// Takes in the next entries.
fn take_in(
    state: &mut State,
    entries: impl IntoIterator<Item = Vec<u8>>,
    covered: u64,
) -> Result<(), StartError> {
    for bytes in entries {
        let index = state.size();
        let wrong = |reason: String| StartError::Entry { index, reason };
        let placed = place(state, index, bytes, index >= covered).map_err(wrong)?;
        state.push(&placed);
    }
    Ok(())
}

/// An entry of the store, if it follows from those before it.
fn place(state: &State, index: u64, bytes: Vec<u8>, is_uncovered: bool) -> Result<Placed, String> {
    let link = |stream: &StreamName| {
        let before = state.stream(stream);
        let previous = before.last().and_then(|index| state.tree().node(0, *index).ok());
        let revision = u64::try_from(before.len()).unwrap_or(u64::MAX);
        StreamLink { revision, previous: previous.unwrap_or(Digest::ZERO) }
    };
    Before { index, last_leaf: state.last_leaf(), ledger: state.ledger(), link }.check(bytes, is_uncovered)
}

/// What an entry must follow from.
pub(crate) struct Before<'a, L> {
    /// The entry's own index.
    pub(crate) index: u64,
    /// The leaf hash of the entry before.
    pub(crate) last_leaf: Digest,
    pub(crate) ledger: &'a Ledger,
    /// The place that the next entry of a stream has in it.
    pub(crate) link: L,
}

impl<L: Fn(&StreamName) -> StreamLink> Before<'_, L> {
    /// The entry with these bytes, if it follows: index, chain and stream links; and, where no signed checkpoint covers
    /// it, the signature, as at admission.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn check(&self, bytes: Vec<u8>, is_uncovered: bool) -> Result<Placed, String> {
        let Self { index, last_leaf, ledger, link } = self;
        let shown = show(*index, bytes).map_err(|error| error.to_string())?;
        let Shown { bytes, entry, decoded } = shown;
        if entry.index != *index {
            return Err(format!("it says that it is entry {}", entry.index));
        }
        if entry.previous != *last_leaf {
            return Err(format!("it follows {}, and the entry before is {last_leaf}", entry.previous));
        }
        if entry.streams.len() != decoded.streams.len() {
            return Err("it has another number of stream links than its statement has streams".to_owned());
        }
        for (name, found) in decoded.streams.iter().zip(&entry.streams) {
            if *found != link(name) {
                return Err(format!("its link in the stream {name} is wrong"));
            }
        }
        if is_uncovered {
            let standing = ledger.standing(&decoded.statement, entry.envelope.key_id);
            let key = standing.map_err(|refusal| refusal.to_string())?;
            check_signature(&entry.envelope, &key).map_err(|declined| declined.detail)?;
        }
        let (leaf, key_id) = (leaf_hash(&bytes), entry.envelope.key_id);
        Ok(Placed { index: *index, leaf, recorded_at_us: entry.recorded_at_us, key_id, bytes, decoded })
    }
}

/// Holds the store to every promise, and returns the one that reaches farthest.
pub(crate) fn check_promises(
    state: &State,
    origin: &str,
    promises: Vec<Promise>,
) -> Result<Head, StartError> {
    let keys = verifier_keys(state, origin)?;
    for promise in &promises {
        promise.check(state, origin, &keys)?;
    }
    let newest = promises.into_iter().max_by_key(|promise| promise.checkpoint.size());
    let Promise { note, checkpoint, .. } = newest.ok_or(StartError::HeadMissing(Vec::new()))?;
    Ok(Head { checkpoint, note })
}

/// The keys that have signed this ledger's checkpoints, each once; that of the genesis first.
pub(crate) fn verifier_keys(state: &State, origin: &str) -> Result<Vec<VerifierKey>, VkeyError> {
    let mut keys: Vec<VerifierKey> = Vec::new();
    for key in state.ledger_keys() {
        let key = VerifierKey::new(origin, SignatureType::Ed25519, PublicKey::enrol(&key.bytes)?)?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// Makes sure that the keys in the files are the ones in force.
pub(crate) fn check_keys(
    state: &State,
    node: DeviceId,
    node_key: &PublicKey,
    signer: &NoteSigner,
) -> Result<(), StartError> {
    let ledger = state.ledger();
    let in_force = [
        ("ledger", ledger.ledger_key().map(|key| key.id), signer.verifier().key().id()),
        ("node", ledger.device(node).map(|device| device.tenure.key.id), node_key.id()),
    ];
    for (which, expected, found) in in_force {
        let expected = expected.unwrap_or(Digest::ZERO);
        if expected != found {
            return Err(StartError::WrongKey { which, found, expected });
        }
    }
    Ok(())
}
