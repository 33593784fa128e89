//! The check of one disclosure bundle: recomputes everything, and says what it cannot know.
//!
//! A bundle has some of a ledger's entries. What they show alone is replayed under the same rulebook as an audit; what
//! would need all of them rests on somebody having replayed the ledger, and is listed as that. Nothing that the bundle
//! says of itself is believed: its reports are written again and compared, and where its maker states worse than the
//! entries show, the worse counts.
//!
//! [`conclude`] is what the maker of a bundle runs over the same files before there is a report; [`check`] is what a
//! reader runs over the whole.

mod about;
mod census;
mod conclude;
mod extract;
mod human;
mod open;
mod openings;
mod replay;
mod reports;
mod scope;
mod slices;
mod standing;
mod stated;
mod sums;
mod two_people;
mod write;

use custody::finding::Finding;
use custody::severity::Severity;
use custody::verdict::Verdict;
use disclosure::material::Request;
use disclosure::model;
use disclosure::pack::File;

pub use conclude::{Conclusion, conclude};
pub use extract::extract;
pub use human::text;
pub use open::{
    CHECKPOINT_FILE, ENTRIES_FILE, ENTRIES_MAX, INCLUSION_FILE, MANIFEST_FILE, OPENINGS_FILE, REGISTER_FILE,
};
pub use reports::{CASE_FILE, PAGE_FILE, README_FILE, REPORT_FILE, readme, report_files};
pub use sums::{NOTE_FILE, NOTE_FILE_LEN_MAX, SUMS_FILE, sums};
pub use write::{Collected, WriteError, sign_all};

use crate::report::{Cosigned, Outcome};
use crate::trust::Trust;

/// What a check of a bundle found out.
#[derive(Debug)]
pub struct Checked {
    /// Why nothing could be checked at all, if so.
    pub could_not_check: Option<String>,
    /// What was asked for, as the entries say.
    pub request: Option<Request>,
    /// The verdict on each exhibit in scope.
    pub verdicts: Vec<Verdict>,
    /// Every finding, gravest first.
    pub findings: Vec<Finding>,
    /// How many more there are than could be kept.
    pub findings_not_kept: u64,
    /// Something that had to be checked and could not be.
    pub not_checked: Vec<String>,
    /// Who of the trust file has cosigned the checkpoint.
    pub cosigned: Vec<Cosigned>,
    /// How complete the record is, and by whose word.
    pub completeness: String,
    /// What was checked, with its numbers.
    pub checked: Vec<String>,
    /// What rests on the audit.
    pub rests_on_audit: Vec<String>,
    /// The report written again from the entries.
    pub report: Option<model::Report>,
}

impl Checked {
    fn nothing(why: String) -> Self {
        Self {
            could_not_check: Some(why),
            request: None,
            verdicts: Vec::new(),
            findings: Vec::new(),
            findings_not_kept: 0,
            not_checked: Vec::new(),
            cosigned: Vec::new(),
            completeness: String::new(),
            checked: Vec::new(),
            rests_on_audit: Vec::new(),
            report: None,
        }
    }

    /// What a caller may conclude.
    pub fn outcome(&self) -> Outcome {
        if self.could_not_check.is_some() || !self.not_checked.is_empty() {
            return Outcome::NotChecked;
        }
        let is_graver = |finding: &Finding| finding.severity > Severity::Information;
        if self.findings_not_kept > 0 || self.findings.iter().any(is_graver) {
            return Outcome::Findings;
        }
        Outcome::Verified
    }
}

/// Checks a bundle against a trust file. Never panics, whatever the bytes are.
pub fn check(bytes: &[u8], trust: &Trust) -> Checked {
    match disclosure::pack::unpack(bytes) {
        Ok(files) => check_files(&files, trust),
        Err(why) => Checked::nothing(format!("the file is no bundle: {why}")),
    }
}

/// Checks the files of a bundle, in their order.
pub fn check_files(files: &[File], trust: &Trust) -> Checked {
    match conclude::conclude_and_compare(files, trust) {
        Ok(checked) => checked,
        Err(why) => Checked::nothing(why),
    }
}
