//! What the entries taken name, and what they stand on: approvals, keys, sessions' ends, people, erasures.

use custody::id::{Digest, PersonId};
use ledger_format::canonical::{Event, Value, walk};
use ledger_format::envelope::STATEMENT_BYTES_MAX;
use ledger_store::Store;

use super::{Selecting, Why};
use crate::disclose::order::DiscloseError;

/// The one reference that is not followed: each statement names the one before, and a device's whole life would come along.
const PREVIOUS: &str = "previous";

impl<S: Store> Selecting<'_, S> {
    /// Follows every reference of every entry taken, until nothing new comes along.
    pub(super) async fn follow(&mut self) -> Result<(), DiscloseError> {
        while let Some(index) = self.waiting.pop() {
            let Some(shown) = self.entries.get(&index) else { continue };
            let (hash, device) = (shown.decoded.hash, shown.decoded.statement.device);
            let named = named(&shown.entry.envelope.statement);
            let (people, devices) = (&self.people, &self.devices);
            let (new_people, needed, mentioned) = self.look(|state| {
                let links = &state.tables().links;
                let mut needed: Vec<u64> = links.approvals(&hash).to_vec();
                needed.extend(links.closing(&hash));
                needed.extend(links.erasures(&hash));
                if !devices.contains(&device) {
                    needed.extend(links.keys(device));
                }
                let new: Vec<PersonId> =
                    named.ids.iter().copied().filter(|one| !people.contains(one)).collect();
                needed.extend(new.iter().flat_map(|person| links.of_person(*person)));
                let mentioned: Vec<u64> =
                    named.hashes.iter().filter_map(|hash| state.index_of(hash)).collect();
                (new, needed, mentioned)
            });
            self.devices.insert(device);
            self.people.extend(new_people);
            for index in needed {
                self.take(index, Why::Needed).await?;
            }
            for index in mentioned {
                self.take(index, Why::Named).await?;
            }
        }
        Ok(())
    }
}

/// What a statement may name: hashes of other statements, and ids of people. Ids are random: what is another thing's
/// is no person's.
struct Named {
    hashes: Vec<Digest>,
    ids: Vec<PersonId>,
}

fn named(statement: &[u8]) -> Named {
    let mut named = Named { hashes: Vec::new(), ids: Vec::new() };
    // It was decoded before, and so walks to its end.
    let _ = walk(statement, &custody_proto::table::STATEMENT, STATEMENT_BYTES_MAX, &mut |event| {
        if let Event::Value(field, Value::Bytes(bytes)) = event
            && !field.commits
            && field.name != PREVIOUS
        {
            named.hashes.extend(Digest::try_from(bytes));
            named.ids.extend(<[u8; 16]>::try_from(bytes).map(PersonId));
        }
    });
    named
}
