//! What was told to a node, read out of the entries that it made of it.

use anyhow::{Context as _, bail, ensure};
use custody::fact::Fact;
use custody::id::DeviceId;
use custody_proto::v1;
use ledger_format::entry::Entry;
use ledger_format::envelope::Envelope;
use ledger_format::statement;
use ledger_node::clock::Reading;
use ledger_node::queue::SUBMISSIONS_MAX;
use prost::Message as _;

/// Microseconds of a day: on each, a node takes a census by itself.
const DAY_US: u64 = 24 * 60 * 60 * 1_000_000;

/// One thing that a node is told or does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// It starts, and claims an epoch at this reading of its clock.
    Start(Reading),
    /// It is handed these, in one request, at this wall time.
    Submit {
        /// UTC microseconds since 1970.
        wall_us: u64,
        /// What devices signed.
        envelopes: Vec<Envelope>,
    },
    /// It is asked for a census at this reading of its clock.
    Census(Reading),
    /// It takes the first census of a day by itself, before what comes next.
    FirstOfDay(Reading),
}

/// Entry 0, which the node did not make, and what made it make the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// The genesis.
    pub genesis: Vec<u8>,
    /// In their order.
    pub acts: Vec<Act>,
}

impl Recording {
    /// Reads a recording out of all entries of a ledger.
    ///
    /// Of the groups in which they were appended only that matters which the bytes show: a statement of the node names the
    /// checkpoint before its group. So this is for ledgers of which each such statement is the first of its group, and the
    /// node said nothing but epochs and censuses.
    ///
    /// # Errors
    ///
    /// The entry that cannot be told again, and why.
    pub fn of(entries: &[Vec<u8>]) -> anyhow::Result<Self> {
        let (genesis, rest) = entries.split_first().context("there is no entry")?;
        let first = Entry::decode(genesis).context("entry 0")?;
        let node = statement::decode(&first.envelope.statement).context("entry 0")?.statement.device;
        let (mut acts, mut census_us) = (Vec::new(), first.recorded_at_us);
        for bytes in rest {
            let entry = Entry::decode(bytes)?;
            let act = act(&entry, node, census_us).with_context(|| format!("entry {}", entry.index))?;
            if let Act::Census(reading) | Act::FirstOfDay(reading) = &act {
                census_us = reading.wall_us;
            }
            join(&mut acts, act);
        }
        Ok(Self { genesis: genesis.clone(), acts })
    }
}

/// What made the node make this entry. The last census was at `census_us`.
fn act(entry: &Entry, node: DeviceId, census_us: u64) -> anyhow::Result<Act> {
    let decoded = statement::decode(&entry.envelope.statement)?;
    if decoded.statement.device != node {
        let envelopes = vec![entry.envelope.clone()];
        return Ok(Act::Submit { wall_us: entry.recorded_at_us, envelopes });
    }
    let said = v1::Statement::decode(entry.envelope.statement.as_slice())?;
    let seen = said.seen.map_or(0, |seen| seen.size);
    ensure!(
        seen == entry.index,
        "the node said it behind other entries of its group, which the ledger does not show"
    );
    let reading = reading(said.time)?;
    match decoded.statement.fact {
        Fact::EpochClaimed { .. } => Ok(Act::Start(reading)),
        Fact::CensusTaken { .. } if reading.wall_us / DAY_US > census_us / DAY_US => {
            Ok(Act::FirstOfDay(reading))
        }
        Fact::CensusTaken { .. } => Ok(Act::Census(reading)),
        _ => bail!("the node said {} of its own accord", decoded.name),
    }
}

fn reading(time: Option<v1::Time>) -> anyhow::Result<Reading> {
    let v1::Time { monotonic_us, wall_us, clock, .. } = time.context("it has no time")?;
    let error_us = clock.context("it has no state of the clock")?.error_us;
    Ok(Reading { wall_us, monotonic_us, error_us })
}

/// Puts an act behind those before: statements of one instant are one request, as far as one may be.
fn join(acts: &mut Vec<Act>, act: Act) {
    if let (Some(Act::Submit { wall_us: before, envelopes }), Act::Submit { wall_us, envelopes: more }) =
        (acts.last_mut(), &act)
        && before == wall_us
        && envelopes.len() < SUBMISSIONS_MAX
    {
        envelopes.extend(more.iter().cloned());
        return;
    }
    acts.push(act);
}
