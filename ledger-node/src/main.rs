//! The program `ledger-node`: parse, open, serve, nothing else.

fn main() {}
