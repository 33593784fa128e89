//! The bytes of the ledger: statement, envelope, entry, tree, streams, census, checkpoint, receipt. Pure.
