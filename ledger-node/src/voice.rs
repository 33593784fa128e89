//! The node speaks, as the device that it is: epochs, censuses and evidence.

use custody_proto::v1;
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::disclosure::Disclosure;
use ledger_format::statement;

use crate::admission::belonging;
use crate::clock::{Clock, Reading};
use crate::draft::Draft;
use crate::home::HomeId;
use crate::queue::Decision;
use crate::state::{Placed, Said};
use crate::writer::Writer;

/// Microseconds of a day: one census is taken on each, by the node's clock.
const DAY_US: u64 = 24 * 60 * 60 * 1_000_000;

impl<S, C: Clock> Writer<S, C> {
    /// Each day has one, by the node's clock; the genesis stands for its own day's.
    pub(crate) fn census_is_due(&self, reading: Reading) -> bool {
        let last = self.published().state.last_census_us();
        reading.wall_us / DAY_US > last / DAY_US
    }

    /// Commits to all streams as they stand.
    pub(crate) fn census(&mut self, draft: &mut Draft) -> Result<Decision, String> {
        let (root, streams) = self.ahead.census();
        let derived = v1::census_taken::Derived { root: root.0.to_vec(), streams };
        let fact = v1::CensusTaken { derived: Some(derived) };
        self.say(v1::statement::Fact::CensusTaken(fact), draft)
    }

    /// The store takes no more: the ledger goes on in another.
    pub(crate) fn close(&mut self, successor: HomeId, draft: &mut Draft) -> Result<Decision, String> {
        tracing::info!(%successor, "closing the store");
        let declared = v1::store_closed::Declared { successor: successor.0.to_vec() };
        let fact = v1::StoreClosed { declared: Some(declared) };
        self.say(v1::statement::Fact::StoreClosed(fact), draft)
    }

    /// The node speaks, as the device that it is.
    pub(crate) fn say(&mut self, fact: v1::statement::Fact, draft: &mut Draft) -> Result<Decision, String> {
        let device = self.voice.device;
        let known = self.ahead.ledger.device(device).ok_or("the node is not enrolled in its own ledger")?;
        let mut chain = DeviceChain {
            device,
            enrolment: known.tenure.enrolment,
            next_sequence: known.next_sequence,
            last: known.last,
            seen: Some(self.seen()),
        };
        let saying = Saying::new(fact, draft.reading.to_message(self.voice.boot));
        let (envelope, _) = chain.say(saying, &self.voice.key).map_err(|error| error.to_string())?;
        let decoded = statement::decode(&envelope.statement).map_err(|error| error.to_string())?;
        // The node is a device like any other: an authority may have revoked or rotated its key.
        let standing = self.ahead.ledger.standing(&decoded.statement, envelope.key_id);
        standing.map_err(|refusal| format!("the node may not speak: {refusal}"))?;
        let placed = self.ahead.place(envelope, decoded, draft.reading.wall_us);
        let placed = placed.map_err(|declined| declined.detail)?;
        Ok(self.append(placed, draft))
    }

    /// The node speaks, and what it commits to goes to the vault. An opening that belongs to nothing it said is let go:
    /// whoever asked made both.
    pub(crate) fn say_opening(
        &mut self,
        fact: v1::statement::Fact,
        openings: Vec<Disclosure>,
        draft: &mut Draft,
    ) -> Result<Decision, String> {
        let decision = self.say(fact, draft)?;
        if let Some(placed) = draft.placed.last() {
            let kept = openings.into_iter().filter_map(|opening| belonging(&placed.decoded, opening));
            let kept = self.to_keep(&placed.decoded, kept.collect());
            draft.openings.extend(kept);
        }
        Ok(decision)
    }

    pub(crate) fn append(&mut self, placed: Placed, draft: &mut Draft) -> Decision {
        self.ahead.push(&placed);
        let (index, entry) = (placed.index, placed.bytes.clone());
        let statement = &placed.decoded.statement;
        let said = Said { sequence: statement.sequence, hash: placed.decoded.hash, index };
        draft.said.insert((statement.device, statement.sequence), said);
        draft.placed.push(placed);
        Decision::Recorded { index, entry }
    }
}
