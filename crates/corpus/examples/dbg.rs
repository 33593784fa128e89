//! scratch
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let seed: u64 = a[1].parse().unwrap();
    let kind = &a[2];
    let all = corpus::plant::planters();
    let chosen: Vec<_> = match kind.as_str() {
        "clean" => vec![],
        "single" => corpus::score::single(seed, &all),
        "several" => corpus::score::several(seed, &all),
        k => all.iter().filter(|p| p.kind == k).copied().collect(),
    };
    let (used, case) = corpus::score::case_of(seed, &chosen).expect("room");
    println!("used {used}");
    for f in &case.faults {
        println!(
            "{:?} {} {}\n  {:?}\n  {:?}",
            f.planter.rule, f.planter.kind, f.planted.story, f.planted.required, f.planted.allowed
        );
    }
    let report = case.audit(None, std::num::NonZeroUsize::MIN);
    for f in &report.findings {
        println!(
            "{} {} {:?} {:?} ex{:?} dev{:?} comp{:?} cam{:?}: {}",
            f.rule.name(),
            f.severity,
            f.indices,
            f.interval,
            f.exhibits,
            f.devices,
            f.compartments,
            f.cameras,
            f.sentence
        );
    }
    let want: Vec<u64> = a[3..].iter().map(|x| x.parse().unwrap()).collect();
    for (line, id) in case.script.lines.iter().zip(0..) {
        let l = corpus::line::LineId(id);
        let idx: Vec<u64> = case.played.indices(l).collect();
        if want.iter().any(|w| idx.contains(w)) {
            println!(
                "{idx:?} L{id} by {} at {} rec? {:?} follows {:?} occ {:?}\n    {:?}",
                line.by, line.at_us, line.delivery, line.follows, line.occurred, line.fact
            );
        }
    }
}
