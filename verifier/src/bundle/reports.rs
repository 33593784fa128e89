//! The files that are written from the conclusion, and the comparison with those in the bundle (G04).

use custody::finding::Finding;
use custody::rule::RuleId;
use disclosure::manifest::Manifest;
use disclosure::pack::File;

use super::census;
use super::conclude::{Conclusion, policy_file};
use super::open::{
    CHECKPOINT_FILE, ENTRIES_FILE, INCLUSION_FILE, MANIFEST_FILE, OPENINGS_FILE, Opened, REGISTER_FILE,
};
use super::sums::{NOTE_FILE, SUMS_FILE};
use ledger_format::receipt::Receipt;

/// How to check the bundle by hand and in one command.
pub const README_FILE: &str = "README.txt";
/// The report for people.
pub const REPORT_FILE: &str = "report.html";
/// CASE/UCO.
pub const CASE_FILE: &str = "case.jsonld";
/// The verifier in a page.
pub const PAGE_FILE: &str = "verify.html";
/// The folder of receipts.
const RECEIPTS: &str = "receipts/";

/// Every file that follows from the others, by name: the reports, the drafts, the README and the receipts.
pub fn report_files(manifest: &Manifest, concluded: &Conclusion, checkpoint: &[u8]) -> Vec<File> {
    let mut files = vec![
        (README_FILE.to_owned(), readme(manifest).into_bytes()),
        (REPORT_FILE.to_owned(), disclosure::html::html(&concluded.report).into_bytes()),
        (CASE_FILE.to_owned(), concluded.case.clone().into_bytes()),
    ];
    files.extend(receipts(manifest, concluded, checkpoint));
    let drafts = disclosure::drafts::files(&concluded.report);
    files.extend(drafts.into_iter().map(|(name, text)| (name, text.into_bytes())));
    files
}

/// A receipt for each entry of an exhibit in scope.
fn receipts(manifest: &Manifest, concluded: &Conclusion, checkpoint: &[u8]) -> Vec<File> {
    let Some(proven) = &concluded.proven else { return Vec::new() };
    let Ok(note) = ledger_format::note::Note::parse(checkpoint) else { return Vec::new() };
    let is_exhibits = |said: &disclosure::material::Said| {
        said.decoded.streams.iter().any(|stream| {
            stream.kind == custody_proto::schema::Stream::Exhibit
                && manifest.exhibits.iter().any(|exhibit| exhibit.0 == stream.id)
        })
    };
    let receipt = |(index, _): (&u64, _)| {
        let receipt = Receipt::new(*index, proven.path(*index)?, note.clone()).ok()?;
        Some((format!("{RECEIPTS}{index}.tlog-proof"), receipt.to_string().into_bytes()))
    };
    concluded.entries.iter().filter(|(_, said)| is_exhibits(said)).filter_map(receipt).collect()
}

/// Where a file stands in the order of a bundle; `None`: it does not belong in one.
fn rank(name: &str) -> Option<u32> {
    let rank = match name {
        README_FILE => 0,
        REPORT_FILE => 1,
        MANIFEST_FILE => 2,
        CHECKPOINT_FILE => 3,
        ENTRIES_FILE => 4,
        INCLUSION_FILE => 5,
        _ if name.starts_with(census::FOLDER) => 6,
        OPENINGS_FILE => 7,
        REGISTER_FILE => 8,
        _ if name.starts_with("policies/") => 9,
        _ if name.starts_with(RECEIPTS) => 10,
        CASE_FILE => 11,
        _ if name.starts_with("drafts/") => 12,
        _ if name.starts_with("sensitive/") => 13,
        PAGE_FILE => 14,
        SUMS_FILE => 15,
        NOTE_FILE => 16,
        _ => return None,
    };
    Some(rank)
}

/// Puts files in the order of a bundle: that of the kinds, and within one by length and then name, which is that of the
/// numbers in it.
pub(super) fn in_order(files: &mut [File]) {
    files.sort_by(|(one, _), (other, _)| {
        let key = |name: &str| (rank(name), name.len(), name.to_owned());
        key(one).cmp(&key(other))
    });
}

/// What of the bundle's files is not what follows from the others, and what does not belong in it.
pub(super) fn differences(files: &[File], opened: &Opened<'_>, concluded: &Conclusion) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut ordered = files.to_vec();
    in_order(&mut ordered);
    if ordered.iter().map(|(name, _)| name).ne(files.iter().map(|(name, _)| name)) {
        let sentence = "The files of the bundle are not in their order.".to_owned();
        findings.push(Finding::new(RuleId::L08, sentence));
    }
    let checkpoint = opened.files.get(CHECKPOINT_FILE).copied().unwrap_or_default();
    let written = report_files(&opened.manifest, concluded, checkpoint);
    for (name, bytes) in &written {
        let sentence = match opened.files.get(name.as_str()) {
            Some(found) if found == bytes => continue,
            Some(_) => format!(
                "The file {name} is not what the bundle's entries give: it was edited, or written by another version."
            ),
            None => format!("The file {name} is missing."),
        };
        findings.push(Finding::new(RuleId::G04, sentence));
    }
    for (name, bytes) in &opened.files {
        let belongs = match rank(name) {
            None | Some(1 | 0 | 10..=13) => written.iter().any(|(one, _)| one == name),
            // One that the ledger never adopted judges nothing, and could say anything.
            Some(9) => {
                let adopted: Vec<_> = concluded.replay.in_force.adopted().map(|policy| policy.hash).collect();
                *name == policy_file(bytes) && adopted.iter().any(|hash| name.contains(&hash.to_string()))
            }
            Some(_) => true,
        };
        if !belongs {
            let sentence = format!("The file {name} does not belong in the bundle.");
            findings.push(Finding::new(RuleId::L08, sentence));
        }
    }
    findings
}

/// `README.txt`: what a reader does with the bundle, by hand and in one command.
pub fn readme(manifest: &Manifest) -> String {
    let written = &manifest.written;
    include_str!("readme.txt")
        .replace("{origin}", &written.origin)
        .replace("{size}", &written.size.to_string())
        .replace("{genesis}", &written.genesis)
        .replace("{profile}", &written.profile)
        .replace("{census}", &written.census.to_string())
}
