//! Contenders and baselines take turns, round after round, so that whatever else the machine does meets all of
//! them; each ratio is taken within one round.

use std::time::{Duration, Instant};

/// What one turn amounts to.
pub(crate) struct Done {
    count: usize,
    took: Duration,
}

impl Done {
    /// How many there were a second.
    fn rate(&self) -> f64 {
        float(self.count) / self.took.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// Times `work`, which does `count` things.
pub(crate) fn timed(count: usize, work: impl FnOnce()) -> Done {
    let begun = Instant::now();
    work();
    Done { count, took: begun.elapsed() }
}

/// Something that is measured.
pub(crate) struct Contender<'a> {
    name: String,
    is_baseline: bool,
    turn: Box<dyn FnMut() -> Done + 'a>,
}

impl<'a> Contender<'a> {
    /// One of ours.
    pub(crate) fn ours(name: impl Into<String>, turn: impl FnMut() -> Done + 'a) -> Self {
        Self { name: name.into(), is_baseline: false, turn: Box::new(turn) }
    }

    /// What ours is compared with.
    pub(crate) fn naive(name: impl Into<String>, turn: impl FnMut() -> Done + 'a) -> Self {
        Self { name: format!("naive: {}", name.into()), is_baseline: true, turn: Box::new(turn) }
    }
}

/// Gives everybody one turn that does not count and `rounds` that do, A B C A B C …, and prints rates and
/// ratios to every baseline: the median, and the least and greatest.
pub(crate) fn contest(title: &str, unit: &str, rounds: usize, mut contenders: Vec<Contender<'_>>) {
    println!("\n{title}");
    println!("{rounds} rounds, everybody in turn, after one that does not count; median (least-greatest)\n");
    for contender in &mut contenders {
        (contender.turn)();
    }
    let mut rates: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    for _ in 0..rounds {
        for (contender, rates) in contenders.iter_mut().zip(&mut rates) {
            rates.push((contender.turn)().rate());
        }
    }
    println!("  {:<46} {:>30} {:>12}", "", format!("{unit}/s"), "each");
    for (contender, rates) in contenders.iter().zip(&rates) {
        let [least, median, greatest] = spread(rates.clone());
        let range = format!("{} ({}-{})", whole(median), whole(least), whole(greatest));
        println!("  {:<46} {range:>30} {:>12}", contender.name, each(median));
    }
    for (baseline, theirs) in contenders.iter().zip(&rates).filter(|(contender, _)| contender.is_baseline) {
        println!("\n  times as fast as {}", baseline.name);
        for (contender, ours) in contenders.iter().zip(&rates).filter(|(contender, _)| !contender.is_baseline)
        {
            let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
            let [least, median, greatest] = spread(ratios);
            println!("  {:<46} {median:>10.2} ({least:.2}-{greatest:.2})", contender.name);
        }
    }
}

/// The least, the median and the greatest.
pub(crate) fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let middle = values.get(values.len() / 2).copied();
    [values.first().copied(), middle, values.last().copied()].map(|value| value.unwrap_or(f64::NAN))
}

/// A count as a float; none here is over four thousand million.
fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("counts of a benchmark are small"))
}

/// Rounded, with thin groups of three digits.
fn whole(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// The time for one at this rate.
fn each(rate: f64) -> String {
    let us = 1e6 / rate;
    if us < 10_000.0 { format!("{us:.2} µs") } else { format!("{:.2} ms", us / 1e3) }
}
