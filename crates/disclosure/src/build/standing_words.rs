//! Words that stand in every report: what is never asserted, and what the terms mean.

use crate::model::Term;

/// What no record of this kind shows. Every report prints it.
pub const NOT_ASSERTED: &[&str] = &[
    "that a record was true when it was made",
    "what was inside a package",
    "who a person is, beyond the credential that was used",
    "custody before the first deposit or after the last collection",
];

const TERMS: &[(&str, &str)] = &[
    (
        "PROVEN",
        "A device recorded both ends of the stretch, and nothing was open between them that no custody act explains.",
    ),
    ("DECLARED", "Accounted for by the word of a named handler alone, who can be called."),
    ("NOT PROVEN", "No record accounts for it. That is no proof that anything happened."),
    ("CONTRADICTED", "Two records exclude each other."),
    ("NO CUSTODY", "No entry of the bundle says who had it."),
    (
        "observed",
        "Sensed by a device. Whether the device worked properly can be questioned: see the reliability pack.",
    ),
    ("declared", "Said, typed or scanned by a person, whose word it is."),
    ("derived", "Computed by a named rule from other records."),
    ("imported", "Another system's word."),
    (
        "custody leg",
        "From one transfer to the next: who had it, from whom and when received, to whom and when passed.",
    ),
    (
        "seal",
        "A numbered closure of a package. Its number is always declared: a person says that it is this bag's.",
    ),
    ("entry", "One signed statement as the ledger keeps it; its index is its place in the ledger."),
    ("statement", "What one device says, signed with its key."),
    ("opening", "One door cycle of a compartment: from its release or forcing to its lock."),
    (
        "close counter",
        "The door controller's count of closings, which nothing resets: an opening that nobody recorded shows in it.",
    ),
    (
        "window",
        "The time of a door cycle, wider by the clocks' errors and the policy's margin, in which a camera had to record.",
    ),
    (
        "fate",
        "What became of committed footage: still held as far as is on record (committed), kept beyond retention (preserved), let go (lapsed), or not what it was (altered).",
    ),
    ("person 1a2b3c4d", "A pseudonym: the same one is the same person. One person may have had several."),
    (
        "commitment",
        "A number that fixes a value without showing it; whoever shows the value later can be checked.",
    ),
    ("WITHHELD", "It exists and is not shown, on the ground named."),
    ("ERASED", "It was destroyed, and an entry records that."),
    ("MISSING", "Nobody says what became of it: a finding."),
    ("finding", "What a rule says is wrong or must be explained. No finding can be left out of a report."),
    (
        "census",
        "A commitment to the last entry of every history in the ledger: what shows that none was left out.",
    ),
    (
        "checkpoint",
        "The ledger's signed size and root; a cosignature is an independent party's over the same.",
    ),
];

pub(super) fn glossary() -> Vec<Term> {
    TERMS.iter().map(|(word, meaning)| Term { word, meaning }).collect()
}
