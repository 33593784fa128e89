//! The edge as its clients meet it: through the router, and once through a socket with TLS.

mod world;

mod access;

mod bounds;

mod description;

mod submitting;

mod disclosing;

mod erasing;

mod reading;

mod alerts;

mod silence;

mod socket;
