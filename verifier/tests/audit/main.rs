//! The audit of ledgers, whole and tampered with.

mod support;

mod honest;
