//! The program `ledger-node`: parse, do, and say what went wrong.
//!
//! Exit status: 0 done; 1 not done, and standard error says why; 2 the command line is wrong; 3 a node has
//! declined a statement.

mod cli;

use std::process::ExitCode;

use clap::Parser as _;
use ledger_node::problem::with_causes;

fn main() -> ExitCode {
    let args = cli::args::Args::parse();
    match cli::run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ledger-node: {}", with_causes(error.as_ref()));
            if error.is::<cli::Declined>() { ExitCode::from(3) } else { ExitCode::FAILURE }
        }
    }
}
