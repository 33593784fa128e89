//! Writing a bundle: what its maker runs. The reports are what a reader would write from the same files.

use std::collections::BTreeMap;

use custody::id::Digest;
use disclosure::lines::{self, EntryLine, OpeningLine, RegisterLine};
use disclosure::manifest::{Manifest, Written};
use disclosure::pack::{File, PackError, pack};
use ledger_format::census::CensusProof;
use ledger_format::note::Note;
use ledger_format::stream::StreamName;

use super::census;
use super::conclude::{Conclusion, conclude, policy_file};
use super::open::{
    CHECKPOINT_FILE, ENTRIES_FILE, INCLUSION_FILE, MANIFEST_FILE, OPENINGS_FILE, REGISTER_FILE,
};
use super::reports::{PAGE_FILE, in_order, report_files};
use super::sums::{NOTE_FILE, SUMS_FILE, sums};
use crate::trust::Trust;

/// What was collected for a bundle.
#[derive(Debug, Clone)]
pub struct Collected {
    /// `bundle.json`.
    pub manifest: Written,
    /// The signed checkpoint.
    pub checkpoint: Note,
    /// The exact bytes of each entry, by index.
    pub entries: BTreeMap<u64, Vec<u8>>,
    /// The proof that they stand under the checkpoint.
    pub inclusion: Vec<Digest>,
    /// Where streams ended under the census.
    pub census: BTreeMap<StreamName, CensusProof>,
    /// What is disclosed.
    pub openings: Vec<OpeningLine>,
    /// What is not.
    pub register: Vec<RegisterLine>,
    /// The texts of policies that the ledger has adopted.
    pub policies: Vec<String>,
}

/// There is no bundle of what was collected.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// What was collected is not what a reader could read.
    #[error("what was collected cannot be read: {0}")]
    Unreadable(String),
    /// The files do not fit into a bundle.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The sums could not be signed.
    #[error("the sums could not be signed: {0}")]
    Sign(String),
}

impl Collected {
    /// The files of it, without those that follow from them.
    pub fn files(&self) -> Vec<File> {
        let entries = self.entries.iter().map(|(index, bytes)| EntryLine::new(*index, bytes));
        let entries: Vec<EntryLine> = entries.collect();
        let mut files = vec![
            (MANIFEST_FILE.to_owned(), self.manifest.to_text().into_bytes()),
            (CHECKPOINT_FILE.to_owned(), self.checkpoint.to_string().into_bytes()),
            (ENTRIES_FILE.to_owned(), lines::write(&entries).into_bytes()),
            (INCLUSION_FILE.to_owned(), lines::write_hashes(&self.inclusion).into_bytes()),
            (OPENINGS_FILE.to_owned(), lines::write(&self.openings).into_bytes()),
            (REGISTER_FILE.to_owned(), lines::write(&self.register).into_bytes()),
        ];
        let proofs = self.census.iter();
        files.extend(
            proofs.map(|(stream, proof)| (census::file_name(stream), proof.to_string().into_bytes())),
        );
        let policies = self.policies.iter();
        files.extend(policies.map(|text| (policy_file(text.as_bytes()), text.clone().into_bytes())));
        files
    }

    /// The bundle, with its reports and its signed sums; `page` is the verifier in a page, if it goes along.
    pub fn write(
        &self,
        trust: &Trust,
        page: Option<&[u8]>,
        sign: impl Fn(&str) -> Result<Note, String>,
    ) -> Result<(Vec<u8>, Conclusion), WriteError> {
        let (files, conclusion) = self.complete(trust, page, sign)?;
        Ok((pack(&files)?, conclusion))
    }

    /// The same, as files in their order.
    pub fn complete(
        &self,
        trust: &Trust,
        page: Option<&[u8]>,
        sign: impl Fn(&str) -> Result<Note, String>,
    ) -> Result<(Vec<File>, Conclusion), WriteError> {
        let mut files = self.files();
        let manifest = Manifest::parse(&self.manifest.to_text());
        let manifest = manifest.map_err(|why| WriteError::Unreadable(why.to_string()))?;
        let conclusion = conclude(&files, trust).map_err(WriteError::Unreadable)?;
        files.extend(report_files(&manifest, &conclusion, self.checkpoint.to_string().as_bytes()));
        files.extend(page.map(|page| (PAGE_FILE.to_owned(), page.to_vec())));
        sign_all(&mut files, sign)?;
        Ok((files, conclusion))
    }
}

/// Puts files in their order and adds their sums, signed; sums that are there already are made anew. Whoever signs must have
/// room for [`NOTE_FILE_LEN_MAX`](super::NOTE_FILE_LEN_MAX) bytes.
pub fn sign_all(
    files: &mut Vec<File>,
    sign: impl Fn(&str) -> Result<Note, String>,
) -> Result<(), WriteError> {
    files.retain(|(name, _)| name != SUMS_FILE && name != NOTE_FILE);
    in_order(files);
    let text = sums(files);
    let note = sign(&text).map_err(WriteError::Sign)?;
    files.push((SUMS_FILE.to_owned(), text.into_bytes()));
    files.push((NOTE_FILE.to_owned(), note.to_string().into_bytes()));
    Ok(())
}
