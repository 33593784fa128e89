//! Collecting: the proofs, openings and statements that go with the entries of a bundle.

use std::collections::{BTreeMap, BTreeSet};

use civil_time::LONDON;
use custody::finding::Finding;
use custody::id::{Digest, ExhibitId};
use custody::verdict::Verdict;
use custody_proto::schema::Stream;
use custody_proto::v1::statement::Fact as Message;
use disclosure::lines::{OpeningLine, RegisterLine};
use disclosure::manifest::{FORM, Written, WrittenFinding, WrittenSlice, WrittenStated, WrittenStretch};
use ledger_format::census::{Census, CensusProof, StreamHead};
use ledger_format::checkpoint::Checkpoint;
use ledger_format::merkle::{HashReader as _, prove_many};
use ledger_format::note::Note;
use ledger_format::stream::StreamName;
use ledger_store::Store;
use prost::Message as _;
use verifier::bundle::Collected;

use super::order::{DiscloseError, Order, Scope};
use super::select::Selection;
use crate::node::Node;
use crate::state::State;
use crate::vault::Content;

/// What writes bundles, by name and version.
const PROGRAM: &str = concat!("ledger-node ", env!("CARGO_PKG_VERSION"));

impl<S: Store> Node<S> {
    /// What goes with the entries selected, under the checkpoint of `note`; `then` is the ledger as it was there, where
    /// more has come since.
    pub(super) fn gather(
        &self,
        order: &Order,
        then: Option<&State>,
        selection: Selection,
        (request, census): (u64, u64),
        note: &Note,
    ) -> Result<Collected, DiscloseError> {
        let checkpoint = Checkpoint::parse(note.text());
        let checkpoint = checkpoint.map_err(|error| DiscloseError::Broken { reason: error.to_string() })?;
        let size = checkpoint.size();
        let indices: Vec<u64> = selection.entries.keys().copied().collect();
        let (inclusion, heads, genesis) = self.look_at(then, |state| {
            let inclusion = prove_many(state.tree(), &indices, size);
            let heads = stream_heads(state, census);
            (inclusion, heads, state.genesis().map(|genesis| (genesis.leaf, genesis.origin.clone())))
        });
        // Hashing every stream of a large ledger takes a while, for which nobody else should wait.
        let proofs = census_proofs(&heads, &selection);
        let inclusion = inclusion.map_err(|error| DiscloseError::Broken { reason: error.to_string() })?;
        let (genesis, origin) = genesis.ok_or(DiscloseError::Beyond { index: 0 })?;
        let (openings, register) = self.fates(order, &selection)?;
        let stated = self.look_at(then, |state| stated(state, &selection));
        let written = Written {
            form: FORM.to_owned(),
            origin,
            genesis: genesis.to_string(),
            size,
            root: checkpoint.root().to_string(),
            profile: order.profile.name().to_owned(),
            case: match &order.scope {
                Scope::Case(case) => Some(case.to_string()),
                Scope::Exhibits(_) => None,
            },
            exhibits: selection.exhibits.iter().map(ToString::to_string).collect(),
            request,
            census,
            slices: selection
                .slices
                .iter()
                .map(|slice| WrittenSlice {
                    stream: slice.stream.to_string(),
                    first: slice.first,
                    last: slice.last,
                })
                .collect(),
            stated,
            withheld: u64::try_from(register.len()).unwrap_or(u64::MAX),
            zone: LONDON.to_owned(),
            program: PROGRAM.to_owned(),
        };
        Ok(Collected {
            manifest: written,
            checkpoint: note.clone(),
            entries: selection.entries.into_iter().map(|(index, shown)| (index, shown.bytes)).collect(),
            inclusion,
            census: proofs,
            openings,
            register,
            policies: self.look_at(then, adopted_policies),
        })
    }

    /// What becomes of every commitment: disclosed, withheld, erased or missing.
    fn fates(
        &self,
        order: &Order,
        selection: &Selection,
    ) -> Result<(Vec<OpeningLine>, Vec<RegisterLine>), DiscloseError> {
        let erased = erasures(selection);
        let newest = selection.entries.keys().next_back().copied().unwrap_or_default();
        let (mut openings, mut register) = (Vec::new(), Vec::new());
        for (index, shown) in &selection.entries {
            let decoded = &shown.decoded;
            if decoded.commitments.is_empty() {
                continue;
            }
            let kept = self.shared.vault.of_statement(decoded.hash)?;
            let mut commitments = decoded.commitments.clone();
            commitments.sort_by(|one, other| (one.field, one.digest).cmp(&(other.field, other.digest)));
            commitments.dedup();
            for one in commitments {
                let line = |fate: &str, basis: Option<String>, erased_at: Option<u64>| RegisterLine {
                    number: u64::try_from(register.len()).unwrap_or(u64::MAX).saturating_add(1),
                    index: *index,
                    field: one.field.to_owned(),
                    commitment: one.digest.to_string(),
                    fate: fate.to_owned(),
                    basis,
                    erased_at,
                };
                let kept = kept.iter().find(|kept| kept.digest == one.digest).map(|kept| &kept.content);
                let line = match (erased.get(&(decoded.hash, one.digest)), kept) {
                    (Some(at), _) => line("erased", None, Some(*at)),
                    (None, Some(Content::Erased(entry))) if *entry > newest => {
                        return Err(DiscloseError::ErasedSince { entry: *entry });
                    }
                    // Erased without an entry that the bundle holds is no better than not there.
                    (None, None | Some(Content::Erased(_))) => line("missing", None, None),
                    (None, Some(Content::Closed)) => return Err(DiscloseError::Closed { index: *index }),
                    (None, Some(Content::Open(disclosure))) => {
                        let basis = order.decisions.basis(order.profile, one.field, decoded.hash);
                        let Some(basis) = basis else {
                            openings.push(OpeningLine {
                                statement: decoded.hash.to_string(),
                                field: one.field.to_owned(),
                                disclosure: disclosure.clone(),
                            });
                            continue;
                        };
                        line("withheld", Some(basis.name().to_owned()), None)
                    }
                };
                register.push(line);
            }
        }
        Ok((openings, register))
    }
}

/// What the node concludes from the whole record about each exhibit in scope.
fn stated(state: &State, selection: &Selection) -> Vec<WrittenStated> {
    let streams = selection.entries.values().flat_map(|shown| &shown.decoded.streams);
    let named = streams.filter(|stream| stream.kind == Stream::Exhibit).map(|stream| ExhibitId(stream.id));
    // What is found of an exhibit that shares an act with one in scope may be about both.
    let named: BTreeSet<ExhibitId> = named.chain(selection.exhibits.iter().copied()).collect();
    let verdicts: BTreeMap<ExhibitId, Verdict> =
        named.iter().filter_map(|exhibit| Some((*exhibit, state.verdict(*exhibit)?))).collect();
    let closing = state.ledger().closing_findings(state.policy());
    let of_verdicts = verdicts.values().flat_map(|verdict| &verdict.findings);
    let findings: Vec<&Finding> = state.findings().chain(&closing).chain(of_verdicts).collect();
    let stated = |exhibit: &ExhibitId| {
        let verdict = verdicts.get(exhibit).into_iter();
        let stretches =
            verdict.clone().flat_map(|verdict| &verdict.stretches).map(|stretch| WrittenStretch {
                from_us: stretch.interval.from_us,
                to_us: stretch.interval.to_us,
                standing: stretch.standing.name().to_owned(),
            });
        let own = verdict.flat_map(|verdict| &verdict.findings);
        let of_it = findings.iter().copied().filter(|finding| finding.exhibits.contains(exhibit));
        let mut found: Vec<WrittenFinding> = own.chain(of_it).map(written).collect();
        found.sort();
        found.dedup();
        WrittenStated { exhibit: exhibit.to_string(), stretches: stretches.collect(), findings: found }
    };
    selection.exhibits.iter().map(stated).collect()
}

fn written(finding: &Finding) -> WrittenFinding {
    WrittenFinding {
        rule: finding.rule.name().to_owned(),
        severity: finding.severity.name().to_owned(),
        from_us: finding.interval.map(|interval| interval.from_us),
        to_us: finding.interval.map(|interval| interval.to_us),
        indices: finding.indices.clone(),
    }
}

/// The erasures among the entries, by what they erased.
fn erasures(selection: &Selection) -> BTreeMap<(Digest, Digest), u64> {
    let erasure = |(index, shown): (&u64, &crate::reading::Shown)| {
        if shown.decoded.name != "field_erased" {
            return None;
        }
        let statement =
            custody_proto::v1::Statement::decode(shown.entry.envelope.statement.as_slice()).ok()?;
        let Some(Message::FieldErased(fact)) = statement.fact else { return None };
        let declared = fact.declared?;
        let digest = |bytes: &[u8]| Digest::try_from(bytes).ok();
        Some(((digest(&declared.statement)?, digest(&declared.commitment)?), *index))
    };
    selection.entries.iter().filter_map(erasure).collect()
}

/// Where every stream ended before the entry `census`.
fn stream_heads(state: &State, census: u64) -> BTreeMap<StreamName, StreamHead> {
    let head = |(name, indices): (&StreamName, &[u64])| {
        let revision = indices.partition_point(|index| *index < census).checked_sub(1)?;
        let leaf = state.tree().node(0, *indices.get(revision)?).ok()?;
        let revision = u64::try_from(revision).ok()?;
        Some((*name, StreamHead { key: name.census_key(), revision, head: leaf }))
    };
    state.streams().filter_map(head).collect()
}

/// The proofs, under the census, of where every slice's stream ended, and that some streams did not exist.
fn census_proofs(
    heads: &BTreeMap<StreamName, StreamHead>,
    selection: &Selection,
) -> BTreeMap<StreamName, CensusProof> {
    let mut tree: Census = heads.values().copied().collect();
    tree.root();
    let ends = selection
        .slices
        .iter()
        .filter(|slice| heads.get(&slice.stream).is_some_and(|head| head.revision == slice.last));
    let wanted = ends.map(|slice| slice.stream).chain(selection.absent.iter().copied());
    let wanted = wanted.filter(|stream| stream.kind != Stream::Case || selection.case.is_some());
    wanted.map(|stream| (stream, tree.proof(&stream.census_key()))).collect()
}

/// The policies that the ledger has adopted and that are at hand.
fn adopted_policies(state: &State) -> Vec<String> {
    state.in_force().adopted().map(|policy| policy.text.clone()).collect()
}
