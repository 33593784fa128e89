//! The append-only store of ledger entries: the contract and the embedded engine.
