//! Two authorities: the one proposes, the other approves, each by a statement of its own over HTTP.

use anyhow::{Context as _, bail, ensure};
use custody::id::Digest;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::disclosure::Disclosure;
use ledger_format::merkle::leaf_hash;
use ledger_node::authority::Authority;
use ledger_node::clock::Clock as _;
use locker::uplink::{HttpUplink, Uplink as _};
use prost::Message as _;

use crate::clock::Day;
use crate::ids::id;

/// Has both agree on a fact. Returns the leaf hash of the entry at which it took effect.
pub(crate) fn agree(
    authorities: &mut [Authority; 2],
    uplink: &mut HttpUplink,
    clock: &Day,
    fact: Fact,
    openings: Vec<Disclosure>,
) -> anyhow::Result<Digest> {
    let [first, second] = authorities;
    let (proposal, _) = say(first, uplink, clock, fact, openings)?;
    let declared = v1::approved::Declared { statement: proposal.0.to_vec() };
    let approval = Fact::Approved(v1::Approved { declared: Some(declared) });
    let (_, leaf) = say(second, uplink, clock, approval, Vec::new())?;
    Ok(leaf)
}

/// Has the first say what needs no second: what a person may do.
pub(crate) fn declare(
    authorities: &mut [Authority; 2],
    uplink: &mut HttpUplink,
    clock: &Day,
    fact: Fact,
    openings: Vec<Disclosure>,
) -> anyhow::Result<()> {
    let [first, _] = authorities;
    say(first, uplink, clock, fact, openings).map(|_| ())
}

/// Says one statement and has it recorded. Returns its hash and its entry's leaf hash.
fn say(
    authority: &mut Authority,
    uplink: &mut HttpUplink,
    clock: &Day,
    fact: Fact,
    openings: Vec<Disclosure>,
) -> anyhow::Result<(Digest, Digest)> {
    let time = clock.read().to_message(custody::id::BootId(id("authority boot", 0)));
    let envelope = authority.say(fact, time)?;
    let submission = v1::Submission {
        envelope: Some(envelope.to_message()),
        openings: openings.into_iter().map(|opening| opening.encoded).collect(),
    };
    let request = v1::SubmitRequest { submissions: vec![submission], seen_size: 0 };
    let answer = uplink.submit(&request.encode_to_vec())?;
    let answer = v1::SubmitResponse::decode(answer.as_slice()).context("the node's answer")?;
    let [outcome] = answer.outcomes.as_slice() else {
        bail!("{} answers to one statement", answer.outcomes.len())
    };
    ensure!(
        outcome.status() == v1::OutcomeStatus::Recorded,
        "the node did not record an authority's statement: {} {}",
        outcome.code(),
        outcome.detail()
    );
    authority.acknowledge()?;
    Ok((envelope.statement_hash(), leaf_hash(outcome.entry())))
}
