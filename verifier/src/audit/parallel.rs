//! One function over many values on several threads, with exactly one result for each value, in order.

use std::num::NonZeroUsize;
use std::thread;

/// Below this many values for each thread, starting it costs more than it saves.
const PER_THREAD_MIN: usize = 16;

/// The results of `each` on every value, in the order of the values.
///
/// # Panics
/// Where the number of results is not that of the values: a result that was never computed must not look
/// like one that was.
pub(super) fn map<T: Sync, U: Send>(
    threads: NonZeroUsize,
    values: &[T],
    each: impl Fn(&T) -> U + Sync,
) -> Vec<U> {
    let per_thread = values.len().div_ceil(threads.get()).max(PER_THREAD_MIN);
    if values.len() <= per_thread {
        return values.iter().map(each).collect();
    }
    let each = &each;
    let results: Vec<U> = thread::scope(|scope| {
        let chunks = values.chunks(per_thread);
        let running: Vec<_> =
            chunks.map(|chunk| scope.spawn(move || chunk.iter().map(each).collect::<Vec<U>>())).collect();
        running
            .into_iter()
            .flat_map(|thread| match thread.join() {
                Ok(results) => results,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    });
    assert_eq!(results.len(), values.len(), "one result for each value");
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_own_result_whatever_the_number_of_threads() {
        for len in [0, 1, 15, 16, 17, 50, 51, 64, 255, 256, 257, 1000] {
            let values: Vec<usize> = (0..len).collect();
            for threads in [1, 2, 3, 7, 64] {
                let threads = NonZeroUsize::new(threads).unwrap();
                assert_eq!(map(threads, &values, |value| *value), values);
            }
        }
    }
}
