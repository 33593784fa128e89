//! The command: what it prints, and what its exit status says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::files::write;
use crate::support::{Small, small, small_of};
use custody::policy::{DEFAULT_TEXT, Policy};
use custody_proto::v1::{self, statement::Fact};
use ledger_format::merkle::inclusion_proof;
use ledger_format::note::{self, Note, VerifierKey};
use ledger_format::receipt::Receipt;
use tempfile::TempDir;
use verifier::testing::{World, Writer, policy_text};

/// An archive and its trust file in a folder of their own.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new(world: &World) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        write(&world.archive(), &place.path("archive"));
        let trust = world.trust();
        let text = format!(
            "origin = \"{}\"\ngenesis = \"{}\"\nledger_key = \"{}\"\nwitnesses = []\nauditors = []\n",
            trust.origin, trust.genesis, trust.ledger_key
        );
        fs::write(place.path("trust.toml"), text).unwrap();
        fs::write(place.path("policy.toml"), policy_text()).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn audit(&self, more: &[&str]) -> Output {
        let mut command = verifier();
        command.arg("audit").arg(self.path("archive")).arg("--trust").arg(self.path("trust.toml"));
        command.arg("--policy").arg(self.path("policy.toml"));
        command.args(more).output().unwrap()
    }
}

fn verifier() -> Command {
    Command::new(env!("CARGO_BIN_EXE_verifier"))
}

#[track_caller]
fn check(output: &Output, status: i32, says: &str) {
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{text}");
    assert!(text.contains(says), "{text}");
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_zone_that_nobody_knows_is_refused_before_anything_is_read() {
    let place = Place::new(&small().world);
    check(&place.audit(&["--zone", "Europe/Nowhere"]), 2, "no time zone 'Europe/Nowhere'");
    check(&place.audit(&["--zone", "europe/paris"]), 0, "beside it Europe/Paris by release");
}

#[test]
fn a_whole_ledger_is_0() {
    let place = Place::new(&small().world);
    check(&place.audit(&[]), 0, "Every required rule was checked");
}

#[test]
fn a_finding_is_1() {
    let mut small = small();
    let mut exhibit = small.world.exhibit();
    small.world.deposit(&small.locker, 0, &mut exhibit);
    // Opened without a custody event.
    let cycle = small.world.cycle(&small.locker, 0);
    small.world.leave(&small.locker, &cycle);
    let place = Place::new(&small.world);
    check(&place.audit(&[]), 1, "[D02]");
}

#[test]
fn what_could_not_be_checked_is_2() {
    let world = small().world;
    let place = Place::new(&world);
    fs::remove_dir_all(place.path("archive/tile")).unwrap();
    check(&place.audit(&[]), 2, "NOT REPLAYED");
    fs::remove_file(place.path("archive/checkpoint")).unwrap();
    check(&place.audit(&[]), 2, "NOTHING COULD BE CHECKED");
    fs::remove_dir_all(place.path("archive")).unwrap();
    check(&place.audit(&[]), 2, "could not check");
    let place = Place::new(&world);
    fs::write(place.path("trust.toml"), "surprise = 1\n").unwrap();
    check(&place.audit(&[]), 2, "could not check");
    fs::remove_file(place.path("trust.toml")).unwrap();
    check(&place.audit(&[]), 2, "could not check");
}

#[test]
fn a_foreign_ledger_is_not_0() {
    let place = Place::new(&small().world);
    fs::remove_dir_all(place.path("archive")).unwrap();
    write(&small_of("other.example").world.archive(), &place.path("archive"));
    let output = place.audit(&[]);
    assert!(matches!(output.status.code(), Some(1 | 2)), "{output:?}");
}

#[test]
fn a_wrong_command_line_is_not_0() {
    assert_eq!(verifier().output().unwrap().status.code(), Some(2));
    assert_eq!(verifier().args(["audit", "x"]).output().unwrap().status.code(), Some(2));
}

#[test]
fn a_known_head_is_compared_and_one_that_cannot_be_read_stops_the_audit() {
    let world = small().world;
    let place = Place::new(&world);
    let head = place.path("head");
    fs::write(&head, world.checkpoint(world.writer.size()).to_string()).unwrap();
    check(&place.audit(&["--known-head", name(&head)]), 0, "agrees with this ledger");
    let short = Writer::of_bytes(world.writer.entries.iter().take(10).cloned());
    fs::remove_dir_all(place.path("archive")).unwrap();
    write(&world.archive_of(&short), &place.path("archive"));
    check(&place.audit(&["--known-head", name(&head)]), 1, "[L05]");
    fs::write(&head, "nothing\n").unwrap();
    check(&place.audit(&["--known-head", name(&head)]), 2, "could not check");
    check(&place.audit(&["--known-head", name(&place.path("absent"))]), 2, "could not check");
}

#[test]
fn the_report_for_programs_is_the_same_bytes_whatever_the_machine_does() {
    let place = Place::new(&small().world);
    let one = place.audit(&["--json", "-", "--threads", "1"]);
    let four = place.audit(&["--json", "-", "--threads", "4"]);
    check(&one, 0, "\"exit_status\": 0");
    assert_eq!(one.stdout, four.stdout);
    let file = place.path("report.json");
    check(&place.audit(&["--json", name(&file)]), 0, "WHAT WAS CHECKED");
    assert_eq!(fs::read(file).unwrap(), one.stdout);
}

#[test]
fn footage_is_looked_at_where_it_is_given() {
    let place = Place::new(&small().world);
    check(&place.audit(&[]), 0, "V04 NOT CHECKED");
    let footage = place.path("footage");
    check(&place.audit(&["--footage", name(&footage)]), 2, "could not check");
    fs::create_dir(&footage).unwrap();
    check(&place.audit(&["--footage", name(&footage)]), 0, "V04 checked against 0 committed segments");
    fs::write(footage.join("surprise.mp4"), "nothing").unwrap();
    check(&place.audit(&["--footage", name(&footage)]), 1, "surprise.mp4");
}

#[test]
fn a_report_that_cannot_be_written_is_2() {
    let place = Place::new(&small().world);
    let nowhere = place.path("no/such/folder/report.json");
    check(&place.audit(&["--json", name(&nowhere)]), 2, "could not check");
}

#[test]
fn a_receipt_is_checked_offline() {
    let Small { world, .. } = small();
    let place = Place::new(&world);
    let size = world.writer.size();
    let proof = inclusion_proof(world.writer.tree(), 5, size).unwrap();
    let receipt = Receipt::new(5, proof, world.checkpoint(size)).unwrap().to_string();
    fs::write(place.path("receipt"), &receipt).unwrap();
    fs::write(place.path("entry"), &world.writer.entries[5]).unwrap();
    fs::write(place.path("other"), &world.writer.entries[6]).unwrap();
    let run = |entry: &str| {
        let mut command = verifier();
        command.arg("receipt").arg(place.path("receipt")).arg("--entry").arg(place.path(entry));
        command.arg("--trust").arg(place.path("trust.toml")).output().unwrap()
    };
    check(&run("entry"), 0, "The entry at index 5");
    check(&run("other"), 1, "NOT PROVED");
    for offset in 0..receipt.len() {
        let mut bytes = receipt.clone().into_bytes();
        bytes[offset] ^= 1;
        let entry = &world.writer.entries[5];
        assert!(verifier::receipt::check(&bytes, entry, &world.trust()).is_err(), "byte {offset}");
    }
}

/// The ledger says which policy was in force; an audit that does not have it has not judged under it.
#[test]
fn an_adopted_policy_that_was_not_given_leaves_the_audit_incomplete() {
    let mut world = World::new("ledger.example.test/policy");
    let text = policy_text().replace("without-estate", "ours");
    let adopted = v1::policy_adopted::Declared {
        policy: Policy::parse(&text).unwrap().hash.0.to_vec(),
        version: "ours".to_owned(),
    };
    world.agree(Fact::PolicyAdopted(v1::PolicyAdopted { declared: Some(adopted) }));
    let place = Place::new(&world);
    check(&place.audit(&[]), 2, "was not given (--policy)");
    fs::write(place.path("ours.toml"), text).unwrap();
    check(&place.audit(&["--policy", name(&place.path("ours.toml"))]), 0, "Every required rule was checked");
}

#[test]
fn the_default_policy_is_printed_as_it_is_read() {
    let output = verifier().arg("policy").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), DEFAULT_TEXT);
}

#[test]
fn the_page_of_an_exhibit_holds_its_legs_and_its_seals() {
    let mut small = small();
    let mut exhibit = small.world.exhibit();
    small.world.deposit(&small.locker, 0, &mut exhibit);
    small.world.collect(&small.locker, 0, &mut exhibit);
    let place = Place::new(&small.world);
    let id = exhibit.exhibit.to_string();
    check(&place.audit(&["--exhibit", &id]), 0, "received from");
    check(&place.audit(&["--exhibit", "00000000-0000-0000-0000-000000000000"]), 0, "No entry names it");
}

/// RFC 8410 §10.3.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

/// An audit that cosigns under that key.
fn cosigning(place: &Place) -> Output {
    fs::write(place.path("auditor.pem"), KEY).unwrap();
    let (key, cosigned) = (place.path("auditor.pem"), place.path("cosigned"));
    place.audit(&[
        "--cosign",
        name(&key),
        "--cosigner",
        "auditor.example.test/a1",
        "--cosigned",
        name(&cosigned),
    ])
}

#[test]
fn an_auditor_vouches_for_what_was_replayed() {
    let place = Place::new(&small().world);
    check(&cosigning(&place), 0, "cosigned by no witness and no auditor");
    let mut vkey = verifier();
    vkey.arg("cosigner").arg(place.path("auditor.pem")).args(["--name", "auditor.example.test/a1"]);
    let vkey = String::from_utf8(vkey.output().unwrap().stdout).unwrap();
    let keys: [VerifierKey; 1] = [vkey.trim().parse().unwrap()];
    let cosigned = fs::read(place.path("cosigned")).unwrap();
    let cosigned_note = Note::parse(&cosigned).unwrap();
    assert!(note::verify(&cosigned_note, &keys).unwrap().is_by(&keys[0]));
    // Whoever trusts the auditor is told so.
    let trust = fs::read_to_string(place.path("trust.toml")).unwrap();
    let trust = trust.replace("auditors = []", &format!("auditors = [\"{}\"]", vkey.trim()));
    fs::write(place.path("trust.toml"), trust).unwrap();
    fs::write(place.path("archive/checkpoint"), cosigned).unwrap();
    check(&place.audit(&[]), 0, "cosigned by auditor auditor.example.test/a1");
}

#[test]
fn nobody_vouches_for_what_is_not_reliable() {
    let place = Place::new(&small().world);
    let bundle = place.path("archive/tile/entries/000.p");
    let partial = fs::read_dir(&bundle).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&partial).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&partial, bytes).unwrap();
    check(&cosigning(&place), 2, "the checkpoint is not cosigned");
    assert!(!place.path("cosigned").exists());
}
