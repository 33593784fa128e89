//! How fast the parts are beside the simplest thing that could stand in their place, in one run.
//!
//! `cargo bench -p suite` measures, `cargo bench -p suite -- --quick` only goes through every step. Nothing
//! here fails because something was slow; it fails where work was not really done. What is measured and what
//! came out once stands in `docs/benchmarks.md`.

mod rounds;

mod sizes;

mod machine;

mod appends;

mod acts;

mod lockers;

mod estate;

mod admissions;

mod http;

mod clusters;

mod one_by_one;

mod day;

mod audits;

mod in_a_loop;

mod proofs;

use sizes::Sizes;

fn main() {
    let sizes = Sizes::read();
    machine::describe(&sizes);
    appends::run(&sizes);
    admissions::run(&sizes);
    clusters::run(&sizes);
    let world = day::record(sizes.entries);
    audits::run(&sizes, &world);
    proofs::run(&sizes, &world);
}
