//! The promises of [`Store`] as functions that fail where a store breaks them, run against every store.
//!
//! A store's own tests give a [`Fixture`] and call [`contract_tests!`](crate::contract_tests); what only one
//! engine can suffer (a full disk, a lost leader) that engine's tests add.
#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "each function is the body of a test: a panic is how it says that the promise is broken"
)]

pub mod appending;
pub mod enduring;
pub mod reading;

use std::future::Future;

use crate::batch::Batch;
use crate::contract::{ReadLimit, Store};

/// Where a store under test lies.
pub trait Fixture: Send {
    /// The store's type.
    type Store: Store;

    /// Opens the store: empty the first time, later with what it holds. One at a time: the one before was
    /// dropped.
    fn open(&mut self) -> impl Future<Output = Self::Store> + Send;
}

/// One `#[tokio::test]` for each promise, with one more attribute if it is given, over the fixture that the expression makes
/// anew each time.
///
/// The crate that calls it depends on tokio with `macros`, `rt` and `sync`.
#[macro_export]
macro_rules! contract_tests {
    (@all $attributes:tt $fixture:expr) => {
        $crate::contract_tests! { @each $attributes $fixture;
            appending::a_new_store_is_empty,
            appending::an_append_returns_the_size_behind_its_batch,
            appending::an_append_at_another_size_is_a_conflict_and_writes_nothing,
            appending::of_several_appends_at_one_size_exactly_one_enters,
            appending::a_batch_that_already_stands_there_answers_as_before_and_writes_nothing,
            appending::a_batch_that_stands_there_only_in_part_is_a_conflict,
            appending::the_same_entries_may_come_again_at_the_end,
            appending::an_append_given_up_is_wholly_in_or_not_at_all,
            reading::entries_read_back_in_their_order,
            reading::entries_of_every_length_survive,
            reading::the_largest_batches_enter,
            reading::a_read_keeps_its_limits,
            reading::a_read_at_the_end_is_empty_and_one_behind_it_an_error,
            reading::an_entry_is_found_by_its_leaf_hash,
            reading::a_waiter_wakes_once_there_is_more,
            reading::who_follows_misses_nothing_and_gets_nothing_twice,
            enduring::what_was_appended_is_there_after_reopening,
            enduring::a_batch_repeated_after_reopening_answers_as_before,
            enduring::a_store_does_as_its_model_does,
        }
    };
    (@each $attributes:tt $fixture:expr; $($file:ident :: $promise:ident),+ $(,)?) => {
        $($crate::contract_tests! { @one $attributes $fixture; $file::$promise })+
    };
    (@one [$($attribute:tt)*] $fixture:expr; $file:ident :: $promise:ident) => {
        #[tokio::test]
        $($attribute)*
        async fn $promise() {
            $crate::contract_suite::$file::$promise(&mut $fixture).await;
        }
    };
    (#$attribute:tt $fixture:expr) => {
        $crate::contract_tests! { @all [#$attribute] $fixture }
    };
    ($fixture:expr) => {
        $crate::contract_tests! { @all [] $fixture }
    };
}

/// A batch of `count` short entries that differ by `name` and position.
fn batch(name: &str, count: usize) -> Batch {
    Batch::new((0..count).map(|position| format!("{name} {position}").into_bytes()).collect()).unwrap()
}

/// Everything in `store`, in as many reads as it takes.
async fn all(store: &impl Store) -> Vec<Vec<u8>> {
    let size = store.head().await.unwrap();
    let mut entries = Vec::new();
    loop {
        let from = u64::try_from(entries.len()).unwrap();
        if from >= size {
            return entries;
        }
        entries.extend(store.read(from, ReadLimit::MAX).await.unwrap());
    }
}
