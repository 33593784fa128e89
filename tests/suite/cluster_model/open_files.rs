//! How many schedules fit into the files that a process may open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files of one schedule: nine runtimes, three members, two vaults, and the connections between them; rounded up.
const OF_SCHEDULE: u64 = 100;

/// Files that other tests of this binary may have open meanwhile.
const OF_OTHERS: u64 = 700;

/// Schedules at once where files are no matter. Most of the time each waits for a pause to end.
const AT_ONCE_MAX: u64 = 24;

/// Raises the limit as far as it goes, if it must, and returns how many schedules may run at once.
pub(crate) fn at_once() -> u64 {
    let wanted = OF_OTHERS + AT_ONCE_MAX * OF_SCHEDULE;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = wanted.min(maximum.unwrap_or(u64::MAX));
    let is_raised = current.is_some_and(|current| current < raised)
        && setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum }).is_ok();
    let limit = if is_raised { raised } else { current.unwrap_or(u64::MAX) };
    (limit.saturating_sub(OF_OTHERS) / OF_SCHEDULE).clamp(1, AT_ONCE_MAX)
}
