//! What the database file is: its identity, its one table, and the triggers that let it only grow.

/// `PRAGMA application_id`: "LDGR" in ASCII, so that `file` and this store tell it from any other database.
pub(super) const APPLICATION_ID: i32 = 0x4c44_4752;

/// `PRAGMA user_version`: the version of [`OBJECTS`]. 1: entries with their leaf hash.
pub(super) const USER_VERSION: i32 = 1;

/// Kind, name and text of everything in the schema, in the order of creation. A database whose schema is not
/// exactly this is not opened: a dropped trigger is a store that can be rewritten.
///
/// There is no index by leaf hash: hashes fall everywhere, so each entry would dirty a page of its own, and
/// appends would run at less than half the speed. `lookup.rs` keeps that index in memory.
///
/// The triggers guard against mistakes and against programs that mean no harm. Who means harm owns the file
/// and can drop them; that is found here at the next opening, and by the verifier in any case.
pub(super) const OBJECTS: [(&str, &str, &str); 4] = [
    (
        "table",
        "entries",
        "CREATE TABLE entries (
    idx   INTEGER PRIMARY KEY CHECK (idx >= 0),
    leaf  BLOB NOT NULL CHECK (length(leaf) = 32),
    bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65535)
) STRICT",
    ),
    (
        "trigger",
        "entries_only_follow",
        "CREATE TRIGGER entries_only_follow BEFORE INSERT ON entries
WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM entries)
BEGIN SELECT RAISE(ABORT, 'an entry goes behind the last one'); END",
    ),
    (
        "trigger",
        "entries_never_change",
        "CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'an entry never changes'); END",
    ),
    (
        "trigger",
        "entries_never_go",
        "CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'an entry never goes'); END",
    ),
];
