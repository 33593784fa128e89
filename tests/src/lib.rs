//! End-to-end tests, vectors and benchmarks of the whole system.
