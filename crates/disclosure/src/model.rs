//! The model: everything that a report says, in the words in which it says it. HTML, PDF and CASE are written from it
//! and from nothing else, so that all of them say the same.

mod picture;

use serde::Serialize;

pub use self::picture::{Bar, BarKind, Lane, Picture};

/// One report on one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The version of this form.
    pub form: &'static str,
    /// What is asked, by whom, of which ledger.
    pub cover: Cover,
    /// What was checked and who vouches for it.
    pub standing: Checks,
    /// One page for each exhibit.
    pub exhibits: Vec<Exhibit>,
    /// Every finding, gravest first.
    pub findings: Vec<Finding>,
    /// Every opening of every compartment while an exhibit of the case lay inside, in order of time.
    pub openings: Vec<Opening>,
    /// What cameras hold of each transfer and opening.
    pub footage: Vec<Footage>,
    /// What the devices said of their own condition: unused material as well.
    pub reliability: Vec<Condition>,
    /// What is withheld, erased or missing.
    pub register: Vec<Redaction>,
    /// What no record of this kind shows.
    pub not_asserted: Vec<String>,
    /// Words used here, and what they mean.
    pub glossary: Vec<Term>,
    /// Drafts of statements; empty in the defence profile.
    pub statements: Vec<Draft>,
    /// Rows of the exhibit list (MG12); empty in the defence profile.
    pub mg12: Vec<Mg12Row>,
    /// Rows of non-sensitive unused material (MG6C), numbered consecutively; empty in the defence profile.
    pub mg6c: Vec<Mg6Row>,
    /// Candidates for the sensitive schedule (MG6D); empty in the defence profile, and in a file of its own.
    pub mg6d: Vec<Mg6Row>,
}

/// An instant in words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Instant {
    /// UTC microseconds.
    pub us: u64,
    /// RFC 3339 with microseconds and `Z`.
    pub utc: String,
    /// The same instant by the civil time of the zone, with its abbreviation and offset.
    pub local: String,
    /// Bound on the clock's error, in words: `± 5 ms`; empty where no clock is named.
    pub error: String,
}

/// A committed field in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", content = "words", rename_all = "kebab-case")]
pub enum Text {
    /// Its value.
    Disclosed(String),
    /// `WITHHELD (personal data of a third party)`.
    Withheld(String),
    /// `ERASED (recorded in entry 17)`.
    Erased(String),
    /// `MISSING`.
    Missing(String),
}

impl Text {
    /// Its words, whatever its fate.
    pub fn words(&self) -> &str {
        match self {
            Self::Disclosed(words) | Self::Withheld(words) | Self::Erased(words) | Self::Missing(words) => {
                words
            }
        }
    }

    /// Its value, if it is disclosed.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Disclosed(value) => Some(value),
            _ => None,
        }
    }
}

/// The first page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cover {
    /// The case's reference, if one was registered.
    pub case_reference: Option<Text>,
    /// The case's id, where a whole case was asked for.
    pub case: Option<String>,
    /// `defence`, `cps` or `internal`.
    pub profile: &'static str,
    /// For whom.
    pub recipient: Text,
    /// When it was asked for.
    pub requested: Instant,
    /// The record is complete up to this.
    pub complete_to: Instant,
    /// The first and last instant of which something is asserted.
    pub period: Option<(Instant, Instant)>,
    /// The ledger's name.
    pub origin: String,
    /// Entries under the checkpoint.
    pub size: u64,
    /// Their root, hexadecimal.
    pub root: String,
    /// Version and SHA-256 of the policy.
    pub policy: String,
    /// The program that computed the report.
    pub program: String,
    /// Release of the time zone database, and the zone.
    pub zone: String,
    /// What this is not.
    pub caution: &'static str,
}

/// What was checked, and what the rest depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checks {
    /// One sentence.
    pub completeness: String,
    /// Each a sentence.
    pub checked: Vec<String>,
    /// Each a sentence.
    pub rests_on_audit: Vec<String>,
    /// Each a sentence.
    pub cosigned: Vec<String>,
}

/// One exhibit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exhibit {
    /// Its id.
    pub id: String,
    /// What it is called in this report: its reference, with the beginning of its id where another has the same; without
    /// a reference the beginning of its id.
    pub name: String,
    /// Its reference exactly as written.
    pub reference: Text,
    /// What it is, by the registrar's word.
    pub description: Text,
    /// `drug`, `cash` …
    pub category: String,
    /// Who will produce it.
    pub producer: Text,
    /// `PROVEN`, `DECLARED`, `NOT PROVEN`, `CONTRADICTED` or `NO CUSTODY`: the worst of any stretch.
    pub verdict: &'static str,
    /// `PROVEN 47 h 12 m of 47 h 15 m; NOT PROVEN 3 m: …`.
    pub answer: String,
    /// How many different people handled it.
    pub handlers: usize,
    /// Findings that concern it, by number in [`Report::findings`].
    pub findings: Vec<usize>,
    /// Its time, cut where its standing changes.
    pub stretches: Vec<Stretch>,
    /// Who had it.
    pub legs: Vec<Leg>,
    /// Its seals.
    pub seals: Vec<Seal>,
    /// Everything that is on record about it, in the order of the ledger.
    pub chronicle: Vec<Record>,
    /// Openings of its compartments while it lay inside, by number in [`Report::openings`].
    pub openings: Vec<usize>,
    /// What cameras hold of it, by number in [`Report::footage`].
    pub footage: Vec<usize>,
    /// Its time as a picture.
    pub picture: Picture,
}

/// One stretch of an exhibit's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stretch {
    /// Its beginning.
    pub from: Instant,
    /// Its end.
    pub to: Instant,
    /// `PROVEN`, `DECLARED`, `NOT PROVEN` or `CONTRADICTED`.
    pub standing: &'static str,
    /// Who had it.
    pub holder: String,
    /// Why it stands no better.
    pub reasons: Vec<String>,
    /// How long, in words.
    pub long: String,
}

/// A cell and where it comes from: `observed`, `declared`, `derived` or `imported`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Its class.
    pub class: &'static str,
}

/// One custody leg in the terms of a continuity statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leg {
    /// Who, and thereby where.
    pub holder: Cell,
    /// From whom.
    pub received_from: Option<Cell>,
    /// When.
    pub received: Instant,
    /// Where the time comes from.
    pub received_class: &'static str,
    /// Where: site and store, as named then.
    pub place: Option<Cell>,
    /// To whom.
    pub passed_to: Option<Cell>,
    /// When.
    pub passed: Option<Instant>,
    /// Where that time comes from.
    pub passed_class: Option<&'static str>,
    /// The seal at its beginning.
    pub seal_in: Option<Cell>,
    /// The seal at its end.
    pub seal_out: Option<Cell>,
    /// The second person.
    pub witness: Option<Cell>,
    /// Index of the entry at its beginning.
    pub begins_index: u64,
    /// Index of the entry at its end.
    pub ends_index: Option<u64>,
}

/// One entry about an exhibit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// The entry.
    pub index: u64,
    /// When its device says that it spoke.
    pub at: Instant,
    /// When it is said to have happened, where that is another time.
    pub occurred: Option<(Instant, Instant)>,
    /// What it is: `deposited`, `corrected` …
    pub what: String,
    /// By whose word.
    pub by: Vec<String>,
    /// The device that signed it.
    pub device: String,
    /// Its committed fields by name.
    pub fields: Vec<(String, Text)>,
}

/// One step of the seals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seal {
    /// Its number.
    pub seal: Option<String>,
    /// What was done to it.
    pub how: String,
    /// When, by the device.
    pub at: Instant,
    /// The entry.
    pub index: u64,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its number in this report, from 1.
    pub number: usize,
    /// The rule.
    pub rule: &'static str,
    /// What the rule demands: one sentence.
    pub demands: &'static str,
    /// `fatal`, `break`, `contradiction`, `warning` or `information`.
    pub severity: &'static str,
    /// One sentence.
    pub sentence: String,
    /// What would explain or resolve it.
    pub remedy: String,
    /// When.
    pub from: Option<Instant>,
    /// Until when.
    pub to: Option<Instant>,
    /// Entries that prove it.
    pub indices: Vec<u64>,
    /// Exhibits of this bundle that it affects, by reference or id.
    pub exhibits: Vec<String>,
    /// Devices, compartments, people and cameras concerned.
    pub concerns: Vec<String>,
    /// What was said of it later.
    pub said_later: Vec<String>,
    /// Who could give evidence about it.
    pub witnesses: Vec<String>,
}

/// One opening of a compartment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opening {
    /// Its number in this report, from 1.
    pub number: usize,
    /// The compartment's label and its locker.
    pub compartment: String,
    /// When it was unlocked or opened.
    pub from: Instant,
    /// When it was closed or locked; none while it stands open.
    pub to: Option<Instant>,
    /// Who was recognised, and how; or that nobody was.
    pub who: String,
    /// What it was for: deposit, collection, forced, master key …
    pub what: String,
    /// The controller's count of closings after it.
    pub close_counter: Option<u64>,
    /// The entries.
    pub indices: Vec<u64>,
}

/// What one camera holds of one window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Footage {
    /// Its number in this report, from 1.
    pub number: usize,
    /// The camera: its name if disclosed, otherwise its id.
    pub camera: String,
    /// What the window is about.
    pub about: String,
    /// Its beginning.
    pub from: Instant,
    /// Its end.
    pub to: Instant,
    /// Covered so far, in percent of the window, rounded down.
    pub percent: u64,
    /// Holes, each in words.
    pub holes: Vec<String>,
    /// The recorder's clock against a reference, in words.
    pub clock: String,
    /// `committed`, `preserved`, `lapsed`, `altered`, `not committed`.
    pub fate: String,
    /// SHA-256 of the segments it rests on, hexadecimal.
    pub segments: Vec<String>,
    /// What a validator said of the signatures in the stream.
    pub signed: String,
}

/// What a device said of its own condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// Which device.
    pub device: String,
    /// When.
    pub at: Instant,
    /// What: self-test, fault, firmware, key, power, clock …
    pub what: String,
    /// The entry.
    pub index: u64,
}

/// One line of the redaction register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Redaction {
    /// Its number, from 1.
    pub number: u64,
    /// The entry.
    pub index: u64,
    /// The kind of fact and its field.
    pub field: String,
    /// The commitment, hexadecimal.
    pub commitment: String,
    /// What became of it.
    pub fate: Text,
}

/// A word and its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Term {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// A draft statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// `MG11 continuity statement` or `system custodian's statement`.
    pub kind: &'static str,
    /// Who would make it.
    pub maker: String,
    /// Its paragraphs, without signature or date.
    pub paragraphs: Vec<String>,
}

/// One row of the exhibit list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mg12Row {
    /// Consecutive, from 1.
    pub number: usize,
    /// The reference as written.
    pub reference: Text,
    /// The description.
    pub description: Text,
    /// Who produces it.
    pub producer: Text,
    /// Where it is now.
    pub location: String,
    /// The seal last recorded.
    pub seal: Option<String>,
}

/// One item of unused material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mg6Row {
    /// Consecutive across the schedules.
    pub number: usize,
    /// An individual description.
    pub description: String,
    /// Where it is held.
    pub location: String,
    /// Why it may matter: for the disclosure officer to decide on.
    pub remark: String,
}
