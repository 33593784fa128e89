//! The verifier: replays a ledger and says what it proves.
