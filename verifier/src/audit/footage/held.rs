//! One held file: what it hashes to, and how long it says it is.

use std::io::{self, Read as _, Seek as _, SeekFrom};

use custody::id::Digest;
use sha2::{Digest as _, Sha256};

use super::committed::Committed;
use crate::footage::{FootageReader, HeldFile};
use crate::report::escaped;

/// What is hashed at once.
const BUFFER_BYTES: usize = 64 * 1024;

/// By how much a file may be longer or shorter than its segment was said to be: a recorder ends a segment where the next
/// begins, up to two seconds before its own last picture, and a container rounds.
const LENGTH_TOLERATED_US: u64 = 2_000_000;

/// What is held at a path.
#[derive(Debug)]
pub(super) enum Held {
    /// What was committed to: the candidate's place among the candidates.
    Whole(usize),
    /// Something else, and what is wrong with it.
    Altered(String),
    /// Nobody knows: it cannot be read.
    Unread(String),
}

/// Compares a file with the segments that it may be. Never reads more of it than the longest of them has, and a byte.
pub(super) fn look_at(footage: &dyn FootageReader, path: &str, candidates: &[Committed]) -> Held {
    let mut file = match footage.open(path) {
        Ok(Some(file)) => file,
        Ok(None) => return Held::Unread("it is gone again".to_owned()),
        Err(why) => return Held::Unread(escaped(&why.to_string())),
    };
    let bytes_max = candidates.iter().map(|candidate| candidate.bytes).max().unwrap_or(0);
    let (bytes, sha256) = match hash(&mut file, bytes_max) {
        Ok(hashed) => hashed,
        Err(why) => return Held::Unread(escaped(&why.to_string())),
    };
    let is_it = |candidate: &Committed| candidate.bytes == bytes && candidate.sha256 == sha256;
    let Some(which) = candidates.iter().position(is_it) else {
        return Held::Altered(differs(candidates, bytes, bytes_max, sha256));
    };
    let Some(candidate) = candidates.get(which) else { return Held::Whole(which) };
    match length_objection(&mut file, candidate) {
        Ok(None) => Held::Whole(which),
        Ok(Some(why)) => Held::Altered(why),
        Err(why) => Held::Unread(escaped(&why.to_string())),
    }
}

fn differs(candidates: &[Committed], bytes: u64, bytes_max: u64, sha256: Digest) -> String {
    if bytes > bytes_max {
        return format!("it has more than the {bytes_max} bytes committed to");
    }
    match candidates {
        [only] if only.bytes != bytes => {
            format!("it has {bytes} bytes, and {} were committed to", only.bytes)
        }
        [only] => format!("it hashes to {sha256}, and {} was committed to", only.sha256),
        several => format!("it hashes to {sha256}, which is none of the {} committed to", several.len()),
    }
}

/// Number of bytes and SHA-256, of at most one byte more than `bytes_max`.
fn hash(file: &mut Box<dyn HeldFile>, bytes_max: u64) -> io::Result<(u64, Digest)> {
    let mut limited = file.take(bytes_max.saturating_add(1));
    let (mut hasher, mut total) = (Sha256::new(), 0_u64);
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let count = match limited.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(buffer.get(..count).unwrap_or_default());
        total = total.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }
    Ok((total, Digest(hasher.finalize().into())))
}

/// Whether the video itself is as long as was committed to. Bytes may be right and the manifest a lie all the same.
fn length_objection(file: &mut Box<dyn HeldFile>, committed: &Committed) -> io::Result<Option<String>> {
    file.seek(SeekFrom::Start(0))?;
    let facts = match media::read(file) {
        Ok(facts) => facts,
        Err(media::MediaProblem::Io(error)) => return Err(error),
        Err(problem) => {
            let problem = escaped(&problem.to_string());
            return Ok(Some(format!("its bytes are, and no length can be read from them: {problem}")));
        }
    };
    let said_us = committed.end_us.saturating_sub(committed.start_us);
    if facts.duration_us.abs_diff(said_us) > LENGTH_TOLERATED_US {
        return Ok(Some(format!(
            "it is {} ms long, and {} ms were committed to",
            facts.duration_us / 1_000,
            said_us / 1_000
        )));
    }
    let frames = u64::from(committed.frames);
    Ok((facts.frames != frames)
        .then(|| format!("it has {} pictures, and {frames} were committed to", facts.frames)))
}
