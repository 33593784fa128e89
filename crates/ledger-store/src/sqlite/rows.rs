//! Reading entries so that what is returned is what was appended, or an error.

use rusqlite::{Connection, Error, ErrorCode, OptionalExtension, Row};

use crate::batch::ENTRY_BYTES_MAX;
use crate::contract::{ReadError, ReadLimit};
use crate::leaf::leaf_hash;

/// An entry that was found whole.
pub(super) struct Entry<'row> {
    pub(super) leaf: [u8; 32],
    pub(super) bytes: &'row [u8],
}

/// How many entries the database holds: one more than its last index.
pub(super) fn size(connection: &Connection) -> rusqlite::Result<u64> {
    let last = connection
        .prepare_cached("SELECT idx FROM entries ORDER BY idx DESC LIMIT 1")?
        .query_row([], |row| row.get::<_, u64>(0))
        .optional()?;
    Ok(last.map_or(0, |idx| idx.saturating_add(1)))
}

/// The entries from `from` on, of the `size` that are known to be in, each checked against its leaf hash.
pub(super) fn read(
    connection: &Connection,
    from: u64,
    size: u64,
    limit: ReadLimit,
) -> Result<Vec<Vec<u8>>, ReadError> {
    let Some(behind) = size.checked_sub(from) else { return Err(ReadError::BeyondHead { from, size }) };
    let limit = limit.capped();
    let count = behind.min(u64::try_from(limit.entries).unwrap_or(u64::MAX));
    let mut entries = Vec::new();
    let mut bytes = 0_usize;
    scan(connection, from, count, |entry| {
        if !entries.is_empty() {
            bytes = bytes.saturating_add(entry.bytes.len());
        }
        let wanted = bytes <= limit.bytes;
        if wanted {
            entries.push(entry.bytes.to_vec());
        }
        wanted
    })?;
    Ok(entries)
}

/// Shows `count` entries from index `from` on to `seen`, in order, until it answers `false`. A row that is
/// missing, out of order, or not what its leaf hash says is [`ReadError::Corrupt`].
pub(super) fn scan(
    connection: &Connection,
    from: u64,
    count: u64,
    mut seen: impl FnMut(&Entry<'_>) -> bool,
) -> Result<(), ReadError> {
    let mut next = from;
    let end = from.saturating_add(count);
    let mut statement = connection
        .prepare_cached("SELECT idx, leaf, bytes FROM entries WHERE idx >= ?1 AND idx < ?2 ORDER BY idx")
        .map_err(|error| at(next, &error))?;
    let mut rows = statement.query([from, end]).map_err(|error| at(next, &error))?;
    while next < end {
        let row = rows.next().map_err(|error| at(next, &error))?;
        let row = row.ok_or_else(|| damaged(next, "the entry is missing"))?;
        if !seen(&checked(row, next)?) {
            return Ok(());
        }
        next = next.saturating_add(1);
    }
    Ok(())
}

/// What `row` holds, if it is the entry at `index` and whole.
fn checked<'row>(row: &'row Row<'_>, index: u64) -> Result<Entry<'row>, ReadError> {
    if row.get::<_, u64>(0).map_err(|error| at(index, &error))? != index {
        return Err(damaged(index, "the entry is missing"));
    }
    let blob = |column| match row.get_ref(column) {
        Ok(value) => value.as_blob().map_err(|_| damaged(index, "the row holds no bytes")),
        Err(error) => Err(at(index, &error)),
    };
    let (kept, bytes) = (blob(1)?, blob(2)?);
    if bytes.is_empty() || bytes.len() > ENTRY_BYTES_MAX {
        return Err(damaged(index, "the entry has an impossible length"));
    }
    let leaf = leaf_hash(bytes);
    if leaf != kept {
        return Err(damaged(index, "the bytes do not have the leaf hash kept with them"));
    }
    Ok(Entry { leaf, bytes })
}

/// The lowest index below `size` of an entry with this leaf hash, by looking at all of them.
pub(super) fn search(connection: &Connection, leaf: [u8; 32], size: u64) -> Result<Option<u64>, ReadError> {
    let mut index = 0_u64;
    let mut found = None;
    scan(connection, 0, size, |entry| {
        if entry.leaf == leaf {
            found = Some(index);
        }
        index = index.saturating_add(1);
        found.is_none()
    })?;
    Ok(found)
}

/// What a failure of SQLite while reading entry `index` means to a reader.
pub(super) fn at(index: u64, error: &Error) -> ReadError {
    let reason = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TooBig) => {
            ReadError::Corrupt { index, reason }
        }
        Some(_) => ReadError::Unavailable { reason },
        // Not SQLite but the conversion of a value failed: the row is not of our making.
        None => ReadError::Corrupt { index, reason },
    }
}

fn damaged(index: u64, reason: &str) -> ReadError {
    ReadError::Corrupt { index, reason: reason.to_owned() }
}
