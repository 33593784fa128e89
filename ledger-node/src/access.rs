//! The access log: who read what about an exhibit, when, and what came of it (Data Protection Act 2018 s.62).
//!
//! A line is on the disk before the answer leaves. It names the token's label and the id that was asked for,
//! both opaque; the answer's content is not in it.

use std::path::Path;

use rusqlite::params;

use crate::side::{Side, SideError};
use crate::token::{from_sql, to_sql};

/// The name of the access log's file within the data folder.
pub const ACCESS_FILE: &str = "access.sqlite";

const VERSION: i64 = 401;

const SCHEMA: &str = "
    CREATE TABLE access (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at_us INTEGER NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        outcome INTEGER NOT NULL
    ) STRICT;
    CREATE TRIGGER access_unchanged BEFORE UPDATE ON access
        BEGIN SELECT RAISE(ABORT, 'the access log is not changed'); END;
    CREATE TRIGGER access_undeleted BEFORE DELETE ON access
        BEGIN SELECT RAISE(ABORT, 'the access log is not deleted from'); END;
";

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// When, UTC microseconds.
    pub at_us: u64,
    /// The token's label, or `operator` at the command line.
    pub who: String,
    /// What was asked for: `GET /v1/exhibits/01234567-…`.
    pub what: String,
    /// The HTTP status of the answer.
    pub outcome: u16,
}

/// The access log, open.
#[derive(Debug)]
pub struct AccessLog(Side);

impl AccessLog {
    /// Opens the log in the folder `data`, made if it is not there.
    pub fn open(data: &Path) -> Result<Self, SideError> {
        Side::open(&data.join(ACCESS_FILE), VERSION, SCHEMA).map(Self)
    }

    /// Adds a line, durable when this returns.
    pub fn record(&self, access: &Access) -> Result<(), SideError> {
        let insert = "INSERT INTO access (at_us, who, what, outcome) VALUES (?1, ?2, ?3, ?4)";
        let Access { at_us, who, what, outcome } = access;
        self.0.write(|transaction| {
            transaction.prepare_cached(insert)?.execute(params![to_sql(*at_us), who, what, outcome]).map(drop)
        })
    }

    /// The newest `count` lines, oldest first.
    pub fn newest(&self, count: u32) -> Result<Vec<Access>, SideError> {
        let mut lines = self.0.read(|connection| {
            let mut select = connection
                .prepare("SELECT at_us, who, what, outcome FROM access ORDER BY number DESC LIMIT ?1")?;
            let lines = select.query_map([count], |row| {
                Ok(Access {
                    at_us: from_sql(row.get(0)?),
                    who: row.get(1)?,
                    what: row.get(2)?,
                    outcome: row.get(3)?,
                })
            })?;
            lines.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        lines.reverse();
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at_us: u64) -> Access {
        Access { at_us, who: "auditor".into(), what: "GET /v1/exhibits/x".into(), outcome: 200 }
    }

    #[test]
    fn the_newest_lines_come_in_the_order_of_the_reads() {
        let folder = tempfile::tempdir().unwrap();
        let log = AccessLog::open(folder.path()).unwrap();
        for at_us in 1..=3 {
            log.record(&line(at_us)).unwrap();
        }
        drop(log);
        let log = AccessLog::open(folder.path()).unwrap();
        assert_eq!(log.newest(2).unwrap(), [line(2), line(3)]);
    }

    #[test]
    fn a_line_is_neither_changed_nor_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let log = AccessLog::open(folder.path()).unwrap();
        log.record(&line(1)).unwrap();
        for forbidden in ["UPDATE access SET who = 'nobody'", "DELETE FROM access"] {
            assert!(log.0.write(|transaction| transaction.execute(forbidden, [])).is_err());
        }
        assert_eq!(log.newest(10).unwrap(), [line(1)]);
    }
}
