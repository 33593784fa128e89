//! scratch
use std::num::NonZeroUsize;
fn main() {
    for seed in 0..std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(3u64) {
        let script = corpus::history::history(seed);
        let played = corpus::play::play(&script);
        let report = verifier::audit::audit(
            &played.world.archive(),
            &played.world.trust(),
            &[],
            &verifier::policies::Policies::default(),
            &verifier::audit::Options { threads: NonZeroUsize::MIN },
            &mut |_| {},
        );
        println!("seed {seed}: {} entries, {} findings", played.world.writer.size(), report.findings.len());
        for f in report.findings.iter().take(30) {
            println!("  {} {} {:?} {}", f.rule.name(), f.severity, f.indices, f.sentence);
        }
    }
}
