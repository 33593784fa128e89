//! A small ledger whose openings are all in its vault, bundles of it, and an operator who holds its key and forges them.

use custody::finding::Finding;
use custody::id::ExhibitId;
use custody::policy::Policy;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::manifest::WrittenSlice;
use disclosure::pack::File;
use disclosure::profile::Profile;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::entry::Entry;
use ledger_format::key::SigningKey;
use ledger_format::merkle::prove_many;
use ledger_format::note::{Note, NoteSigner};
use ledger_format::statement;
use ledger_format::stream::StreamName;
use ledger_node::disclose::{At, Decisions, Order, Scope};
use verifier::bundle::{Checked, Collected, check_files, sign_all};
use verifier::report::Outcome;
use verifier::testing::policy_text;
use verifier::testing::{World, Writer};
use verifier::trust::Trust;

use super::ledger::Ledger;
use crate::estate::acts::exhibit;
use crate::estate::{Estate, MINUTE_US};

/// To whom the tests disclose.
pub(super) const RECIPIENT: &str = "Example & Example, solicitors";

/// An order for one exhibit.
pub(super) fn order(exhibit: ExhibitId, profile: Profile) -> Order {
    Order {
        scope: Scope::Exhibits(vec![exhibit]),
        profile,
        recipient: RECIPIENT.to_owned(),
        decisions: Decisions::default(),
    }
}

/// An estate whose bundles are clean: three exhibits have gone the lawful way through one compartment, one after the
/// other, under a policy that the ledger has adopted.
pub(super) fn estate() -> Estate {
    let mut estate = adopted();
    for number in 1..=3 {
        estate.lawful_way(exhibit(number));
        estate.pass(10 * MINUTE_US);
    }
    estate
}

/// An estate in which nothing has happened but that a policy was adopted.
pub(super) fn adopted() -> Estate {
    let mut estate = Estate::new();
    let policy = Policy::parse(&policy_text()).unwrap();
    let declared =
        v1::policy_adopted::Declared { policy: policy.hash.0.to_vec(), version: policy.version.clone() };
    estate.agree(Fact::PolicyAdopted(v1::PolicyAdopted { declared: Some(declared) }));
    estate
}

/// What the node collects for an order now.
#[track_caller]
pub(super) fn collected(estate: &Estate, order: &Order) -> Collected {
    estate.node.wait(estate.node.node.collect(order, &At::Now)).unwrap().0
}

/// Who holds the ledger's key, and with it writes and signs whatever helps.
pub(super) struct Operator {
    /// Every entry of the ledger, as it is or as the operator would have it.
    pub(super) writer: Writer,
    trust: Trust,
    signer: NoteSigner,
}

impl Operator {
    /// That of an estate, now.
    pub(super) fn of(estate: &Estate) -> Self {
        let size = estate.node.head().0;
        let bytes = |index| estate.node.wait(estate.node.node.entry(index)).unwrap().unwrap().bytes;
        let key = estate.folder.read_keys().unwrap().ledger;
        Self::new(Writer::of_bytes((0..size).map(bytes)), estate.trust.clone(), key)
    }

    /// That of a node which goes on with a world's ledger, now.
    pub(super) fn of_world(world: &World, ledger: &Ledger) -> Self {
        let size = ledger.node.checkpoint().checkpoint.size();
        let bytes = |index| ledger.runtime.block_on(ledger.node.entry(index)).unwrap().unwrap().bytes;
        Self::new(Writer::of_bytes((0..size).map(bytes)), world.trust(), world.ledger_key())
    }

    fn new(writer: Writer, trust: Trust, key: SigningKey) -> Self {
        let signer = NoteSigner::new(&trust.origin, key).unwrap();
        Self { writer, trust, signer }
    }

    /// Signs any text.
    pub(super) fn sign(&self, text: &str) -> Result<Note, String> {
        self.signer.sign(text).map_err(|error| error.to_string())
    }

    /// The files of what was collected, with reports and sums as an honest program writes them.
    #[track_caller]
    pub(super) fn files(&self, collected: &Collected) -> Vec<File> {
        collected.complete(&self.trust, None, |text| self.sign(text)).unwrap().0
    }

    /// The same files with their sums made anew.
    #[track_caller]
    pub(super) fn signed(&self, mut files: Vec<File>) -> Vec<File> {
        sign_all(&mut files, |text| self.sign(text)).unwrap();
        files
    }

    /// What a reader of this ledger is told of files.
    pub(super) fn check(&self, files: &[File]) -> Checked {
        check_files(files, &self.trust)
    }

    /// What a reader is told of what was collected, written honestly.
    #[track_caller]
    pub(super) fn judge(&self, collected: &Collected) -> Checked {
        self.check(&self.files(collected))
    }

    /// Proves the entries anew, under the checkpoint of the first `size` entries.
    pub(super) fn prove(&self, collected: &mut Collected, size: u64) {
        let indices: Vec<u64> = collected.entries.keys().copied().collect();
        collected.inclusion = prove_many(self.writer.tree(), &indices, size).unwrap();
        let checkpoint = Checkpoint::new(&self.trust.origin, size, self.writer.root_at(size)).unwrap();
        collected.checkpoint = self.signer.sign(&checkpoint.to_string()).unwrap();
        collected.manifest.size = size;
        collected.manifest.root = checkpoint.root().to_string();
    }

    /// Leaves an entry out, and makes everything right again that does not speak of it.
    pub(super) fn without(&self, collected: &Collected, index: u64) -> Collected {
        let mut less = collected.clone();
        let bytes = less.entries.remove(&index).unwrap();
        let hash = Entry::decode(&bytes).unwrap().envelope.statement_hash().to_string();
        less.openings.retain(|line| line.statement != hash);
        less.register.retain(|line| line.index != index);
        renumber(&mut less);
        self.prove(&mut less, collected.manifest.size);
        less
    }
}

/// Numbers the register anew and says how many lines it has.
pub(super) fn renumber(collected: &mut Collected) {
    for (number, line) in (1..).zip(&mut collected.register) {
        line.number = number;
    }
    collected.manifest.withheld = u64::try_from(collected.register.len()).unwrap();
}

/// Where an entry stands: each stream and the revision in it.
pub(super) fn places(bytes: &[u8]) -> Vec<(StreamName, u64)> {
    let entry = Entry::decode(bytes).unwrap();
    let streams = statement::decode(&entry.envelope.statement).unwrap().streams;
    streams.into_iter().zip(entry.streams.iter().map(|link| link.revision)).collect()
}

/// Whether a slice holds a place.
pub(super) fn holds(slice: &WrittenSlice, (stream, revision): &(StreamName, u64)) -> bool {
    slice.stream == stream.to_string() && (slice.first..=slice.last).contains(revision)
}

/// The file of a name, to be changed.
#[track_caller]
pub(super) fn file<'a>(files: &'a mut [File], name: &str) -> &'a mut Vec<u8> {
    let found = files.iter_mut().find(|(found, _)| found == name);
    &mut found.unwrap_or_else(|| panic!("there is no {name}")).1
}

/// Everything that is said against a bundle, as one text a line.
pub(super) fn said(checked: &Checked) -> Vec<String> {
    let grave = checked.findings.iter().filter(|finding| finding.severity > Severity::Information);
    let findings = grave.map(|finding: &Finding| format!("{}: {}", finding.rule, finding.sentence));
    checked.could_not_check.iter().chain(&checked.not_checked).cloned().chain(findings).collect()
}

/// That everything was checked and nothing graver than information was found.
#[track_caller]
pub(super) fn is_clean(checked: &Checked) {
    assert_eq!(said(checked), [""; 0]);
    assert_eq!(checked.outcome(), Outcome::Verified);
}

/// That a bundle is not taken for sound, and that this rule says why in these words.
#[track_caller]
pub(super) fn finds(checked: &Checked, rule: RuleId, words: &str) {
    assert_ne!(checked.outcome(), Outcome::Verified);
    let is_it = |finding: &Finding| {
        finding.rule == rule && finding.severity > Severity::Information && finding.sentence.contains(words)
    };
    assert!(checked.findings.iter().any(is_it), "no {rule} {words:?} in {:#?}", said(checked));
}

/// That nothing could be checked, in these words.
#[track_caller]
pub(super) fn refuses(checked: &Checked, words: &str) {
    assert_eq!(checked.outcome(), Outcome::NotChecked);
    let why = checked.could_not_check.as_deref().unwrap_or_default();
    assert!(why.contains(words), "no {words:?} in {why:?}");
}
