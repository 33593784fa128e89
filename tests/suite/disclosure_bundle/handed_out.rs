//! Bundles of a real node with real openings, and bundles tampered with by whoever holds the ledger's key.

use std::collections::BTreeMap;
use std::path::PathBuf;

use custody::finding::Finding;
use custody::id::{CaseId, CompartmentId, ExhibitId};
use custody::rule::RuleId;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::lines::{self, EntryLine};
use disclosure::pack::{File, pack, unpack};
use disclosure::profile::Profile;
use ledger_format::merkle::prove_many;
use ledger_format::note::NoteSigner;
use ledger_node::disclose::{At, Decisions, Order, Scope};
use tempfile::TempDir;
use verifier::bundle::{ENTRIES_FILE, INCLUSION_FILE, check, sign_all};
use verifier::trust::Trust;

use crate::estate::acts::{OFFICER, exhibit, person};
use crate::estate::voice::submission;
use crate::estate::{Estate, MINUTE_US, ORIGIN};

/// The case of every exhibit of the estate.
pub(super) const CASE: CaseId = CaseId([0xca; 16]);

/// An estate in which three exhibits have come and gone, and a fourth lies in a locker.
pub(super) fn estate() -> Estate {
    let mut estate = Estate::new();
    for number in 1..=3 {
        estate.lawful_way(exhibit(number));
        estate.pass(20 * MINUTE_US);
    }
    estate.register(exhibit(4), person(OFFICER));
    estate.pass(5 * MINUTE_US);
    estate.deposit(exhibit(4), person(OFFICER), estate.compartments[1]);
    estate.sync_locker();
    estate.pass(5 * MINUTE_US);
    estate
}

/// Somebody says that an exhibit was put into a compartment of which no door has ever spoken.
pub(super) fn behind_no_door(estate: &mut Estate, exhibit: ExhibitId) {
    let now = estate.now();
    let mut voice = estate.voice(0x77, v1::DeviceKind::Locker);
    let act = v1::Act { person: vec![OFFICER; 16], session: vec![1; 32] };
    let item = v1::Item {
        exhibits: vec![exhibit.0.to_vec()],
        package: None,
        closure: v1::Closure::Unsealed.into(),
        seal: None,
    };
    let observed = v1::AtCompartment {
        compartment: CompartmentId([0xdd; 16]).0.to_vec(),
        door_cycle: vec![2; 32],
        label: None,
        weight_mg: None,
    };
    let declared = v1::deposited::Declared {
        item: Some(item),
        by: Some(act),
        witness: None,
        condition: v1::SealCondition::Intact.into(),
        photo: None,
        run: None,
    };
    let fact = Fact::Deposited(v1::Deposited { observed: Some(observed), declared: Some(declared) });
    let answer = estate.node.submit(vec![submission(&voice.says(fact, now))]);
    assert_eq!(answer.outcomes[0].status(), v1::OutcomeStatus::Recorded, "{answer:?}");
}

/// Somebody counts an exhibit again and again: as many entries in its stream.
pub(super) fn count_often(estate: &mut Estate, exhibit: ExhibitId, times: usize) {
    let now = estate.now();
    let mut voice = estate.voice(0x78, v1::DeviceKind::Desk);
    let mut counted = || {
        let declared = v1::item_counted::Declared {
            audit: vec![3; 16],
            exhibit: exhibit.0.to_vec(),
            compartment: None,
            seal: None,
        };
        let observed = v1::item_counted::Observed { label: None };
        let fact = v1::ItemCounted { observed: Some(observed), declared: Some(declared) };
        submission(&voice.says(Fact::ItemCounted(fact), now))
    };
    let all: Vec<_> = (0..times).map(|_| counted()).collect();
    for some in all.chunks(200) {
        let answer = estate.node.submit(some.to_vec());
        let is_recorded = |outcome: &v1::Outcome| outcome.status() == v1::OutcomeStatus::Recorded;
        assert!(answer.outcomes.iter().all(is_recorded));
    }
}

/// What the node hands out.
#[track_caller]
pub(super) fn bundle(estate: &Estate, scope: Scope, profile: Profile) -> Vec<u8> {
    let recipient = "Example & Example, solicitors".to_owned();
    let order = Order { scope, profile, recipient, decisions: Decisions::default() };
    estate.node.wait(estate.node.node.disclose(&order, &At::Now, None)).unwrap().bytes
}

/// Whether the verifier finds a bundle to be what it says it is: whole, signed and unaltered, nothing left out and
/// nothing unaccounted for. What it shows of the exhibits is another question.
pub(super) fn is_what_it_says(bundle: &[u8], trust: &Trust) -> bool {
    amiss(bundle, trust).is_empty()
}

/// The rules of the record and of bundles that the verifier finds broken in one.
pub(super) fn amiss(bundle: &[u8], trust: &Trust) -> Vec<String> {
    let checked = check(bundle, trust);
    let of_the_bundle = |finding: &&Finding| {
        matches!(finding.rule.name().as_bytes(), [b'L' | b'K', ..])
            || matches!(finding.rule, RuleId::G01 | RuleId::G02 | RuleId::G03 | RuleId::G04)
    };
    let findings = checked.findings.iter().filter(of_the_bundle);
    let findings = findings.map(|finding| format!("{}: {}", finding.rule, finding.sentence));
    checked.could_not_check.into_iter().chain(checked.not_checked).chain(findings).collect()
}

/// The files of a bundle, to be tampered with.
pub(super) struct Files<'a> {
    pub(super) files: Vec<File>,
    estate: &'a Estate,
}

impl<'a> Files<'a> {
    pub(super) fn of(bundle: &[u8], estate: &'a Estate) -> Self {
        Self { files: unpack(bundle).unwrap(), estate }
    }

    #[track_caller]
    pub(super) fn file(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.files.iter_mut().find(|(found, _)| found == name).unwrap().1
    }

    /// The lines of a file, and what to put in their place.
    pub(super) fn lines(&mut self, name: &str, edit: impl FnOnce(&mut Vec<String>)) {
        let file = self.file(name);
        let mut lines: Vec<String> = String::from_utf8_lossy(file).lines().map(str::to_owned).collect();
        edit(&mut lines);
        *file = lines.into_iter().map(|line| line + "\n").collect::<String>().into_bytes();
    }

    /// The entries, and the proof that belongs to what is left of them.
    pub(super) fn entries(&mut self, edit: impl FnOnce(&mut BTreeMap<u64, Vec<u8>>)) {
        let entries: Vec<EntryLine> = lines::read(self.file(ENTRIES_FILE)).unwrap();
        let mut entries = entries.iter().map(|line| (line.index, line.bytes().unwrap())).collect();
        edit(&mut entries);
        let indices: Vec<u64> = entries.keys().copied().collect();
        let size = self.size();
        let proof = self.estate.node.node.look(|state, _| prove_many(state.tree(), &indices, size)).unwrap();
        *self.file(INCLUSION_FILE) = lines::write_hashes(&proof).into_bytes();
        let written: Vec<_> = entries.iter().map(|(index, bytes)| EntryLine::new(*index, bytes)).collect();
        *self.file(ENTRIES_FILE) = lines::write(&written).into_bytes();
    }

    fn size(&mut self) -> u64 {
        let checkpoint = String::from_utf8(self.file("checkpoint").clone()).unwrap();
        checkpoint.lines().nth(1).unwrap().parse().unwrap()
    }

    /// A bundle of the files as they are, under the sums that were there.
    pub(super) fn packed(&self) -> Vec<u8> {
        pack(&self.files).unwrap()
    }

    /// The same with new sums, signed by the ledger's key.
    pub(super) fn signed_again(mut self) -> Vec<u8> {
        let key = self.estate.folder.read_keys().unwrap().ledger;
        let signer = NoteSigner::new(ORIGIN, key).unwrap();
        sign_all(&mut self.files, |text| signer.sign(text).map_err(|error| error.to_string())).unwrap();
        pack(&self.files).unwrap()
    }
}

/// Files in a folder of their own, and a trust file beside them.
pub(super) fn folder_of(files: &[File], trust: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path: PathBuf = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::write(folder.path().join("trust.toml"), trust).unwrap();
    folder
}
