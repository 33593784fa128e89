//! The verifier for a browser: what the page `verify.html` calls when it is given a bundle and a trust file.
//!
//! [`check`] is the answer and knows nothing of browsers; [`exports`] is the door through which the page hands in bytes and takes
//! out text. The module imports nothing: it cannot ask for a file, a clock, a random number or a network, and neither can
//! anything in the bundle. What is checked is the business of the crate `verifier`; the page itself lies in `page/`, and
//! `.ci/build_page` puts both into one file.

pub mod check;

pub mod words;

pub mod exports;
