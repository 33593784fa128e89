//! The same answer without WebAssembly, as JSON, for `page/conformance.mjs` to compare with: `native BUNDLE TRUST`.

use std::process::ExitCode;

use verify_page::check::check;

fn main() -> ExitCode {
    let mut paths = std::env::args().skip(1);
    let (Some(bundle), Some(trust)) = (paths.next(), paths.next()) else {
        eprintln!("native BUNDLE TRUST");
        return ExitCode::FAILURE;
    };
    let (bundle, trust) = match (std::fs::read(bundle), std::fs::read(trust)) {
        (Ok(bundle), Ok(trust)) => (bundle, trust),
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("native: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = check(&bundle, &trust);
    let json = serde_json::json!({"status": outcome.status, "texts": outcome.texts(&bundle, &trust)});
    println!("{json}");
    ExitCode::SUCCESS
}
