//! The program of a smart locker.
fn main() {}
