//! The protobuf schema of the custody ledger and the code generated from it.
