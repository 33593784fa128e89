//! The ledger service: admission, the single writer, read models, HTTP API.
