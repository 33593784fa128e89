//! What goes into one request: the oldest statements that wait, with their openings.

use custody_proto::v1;
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::Envelope;
use prost::Message as _;

use super::SyncError;
use crate::clock::Clock;
use crate::device::Device;
use crate::key::Signer;
use crate::storage::Storage;

/// The most statements of one request: what the schema allows.
pub const BATCH_COUNT_MAX: usize = 256;

/// The most bytes of statements and openings in one request, so that a slow line gets one through in seconds.
/// A single statement that is larger goes alone.
pub const BATCH_BYTES_MAX: usize = 512 * 1024;

/// One statement to be sent.
pub(super) struct Waiting {
    pub(super) sequence: u64,
    pub(super) envelope: Envelope,
    pub(super) openings: Vec<Disclosure>,
}

/// The oldest statements that wait, as many as one request may hold.
pub(super) fn next_batch<G: Signer, C: Clock, F: Storage>(
    device: &Device<G, C, F>,
) -> Result<Vec<Waiting>, SyncError> {
    let (mut batch, mut bytes) = (Vec::new(), 0usize);
    for (sequence, said) in device.waiting().take(BATCH_COUNT_MAX) {
        let envelope = device.envelope(sequence)?.filter(|envelope| envelope.statement_hash() == said.hash);
        let envelope = envelope.ok_or(SyncError::Unreadable { sequence })?;
        let openings = device.openings(sequence)?;
        let size =
            openings.iter().map(|opening| opening.encoded.len()).sum::<usize>() + envelope.statement.len();
        bytes = bytes.saturating_add(size);
        if bytes > BATCH_BYTES_MAX && !batch.is_empty() {
            break;
        }
        batch.push(Waiting { sequence, envelope, openings });
    }
    Ok(batch)
}

/// The request that hands over these, from a device that has verified a checkpoint of so many entries.
pub(super) fn request(batch: &[Waiting], seen_size: u64) -> Vec<u8> {
    let submissions = batch.iter().map(|waiting| v1::Submission {
        envelope: Some(waiting.envelope.to_message()),
        openings: waiting.openings.iter().map(|opening| opening.encoded.clone()).collect(),
    });
    v1::SubmitRequest { submissions: submissions.collect(), seen_size }.encode_to_vec()
}
