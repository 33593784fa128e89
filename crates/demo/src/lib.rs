//! A recorded day, told again: an archive's entries hold every envelope, every reading of the node's clock and as much of the
//! batches as the bytes depend on, so that a node on any engine makes the same entries of them.

pub mod recording;

pub mod replay;
