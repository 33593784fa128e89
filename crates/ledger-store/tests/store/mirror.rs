//! A primary store and its mirror: what a cluster may do to its entries is found, and no failure of either side loses an
//! acknowledged batch.

use std::sync::Arc;

use ledger_store::copy::{CopyError, compare, copy};
use ledger_store::memory::{Fault, MemoryStore};
use ledger_store::mirror::{MirrorError, Mirrored};
use ledger_store::sqlite::SqliteStore;
use ledger_store::{AppendError, Batch, ReadError, ReadLimit, Store};
use tokio::sync::watch;

use crate::support::{Folder, batch, entry, expect_entries, fill};

/// A store in memory that holds `count` entries.
async fn holding(count: usize) -> MemoryStore {
    let store = MemoryStore::new();
    fill(&store, count).await;
    store
}

async fn mirrored(primary: &MemoryStore, mirror: &MemoryStore) -> Mirrored<MemoryStore, MemoryStore> {
    Mirrored::open(primary.reopen(), mirror.reopen()).await.unwrap()
}

/// Entries 0 to `count`, but another one at `place`.
async fn altered(count: usize, place: usize) -> MemoryStore {
    let store = MemoryStore::new();
    let other = |number| if number == place { b"another".to_vec() } else { entry(number) };
    for batch in Batch::split((0..count).map(other).collect()).unwrap() {
        let size = store.head().await.unwrap();
        store.append(size, &batch).await.unwrap();
    }
    store
}

#[tokio::test]
async fn what_the_mirror_lacks_is_copied_before_the_store_is_open() {
    for held in [0, 1, 700, 1_200] {
        let (primary, mirror) = (holding(1_200).await, holding(held).await);
        let store = mirrored(&primary, &mirror).await;
        expect_entries(&store, 1_200).await;
        expect_entries(&mirror, 1_200).await;
        compare(store.primary(), store.mirror(), 0..1_200).await.unwrap();
    }
}

#[tokio::test]
async fn a_cluster_that_holds_less_than_the_mirror_has_lost_entries_and_is_never_taken_for_empty() {
    for left in [0, 1, 4] {
        let refused = Mirrored::open(holding(left).await, holding(5).await).await.unwrap_err();
        let primary = u64::try_from(left).unwrap();
        assert!(
            matches!(refused, MirrorError::Lost { primary: size, mirror: 5 } if size == primary),
            "{refused}"
        );
        assert!(refused.to_string().contains("lost entries"), "{refused}");
    }
}

#[tokio::test]
async fn a_cluster_whose_first_or_last_entry_is_another_is_refused_and_any_other_is_found_on_request() {
    for (place, common) in [(0, 5), (4, 5), (0, 1)] {
        let refused = Mirrored::open(altered(6, place).await, holding(common).await).await.unwrap_err();
        let place = u64::try_from(place).unwrap();
        assert!(matches!(refused, MirrorError::Differs { index } if index == place), "{refused}");
    }
    let store = Mirrored::open(altered(1_000, 700).await, holding(900).await).await.unwrap();
    let compared = compare(store.primary(), store.mirror(), 0..900).await;
    assert_eq!(compared, Err(CopyError::Differs { index: 700 }));
}

#[tokio::test]
async fn what_others_append_is_in_the_mirror_without_anybody_asking() {
    let (primary, mirror) = (holding(3).await, MemoryStore::new());
    let store = mirrored(&primary, &mirror).await;
    primary.append(3, &batch(3, 4)).await.unwrap();
    assert_eq!(store.wait_beyond(6).await, Ok(7));
    expect_entries(&mirror, 7).await;
}

#[tokio::test]
async fn the_head_and_a_conflict_speak_of_the_primary_and_can_be_read_at_once() {
    let (primary, mirror) = (holding(3).await, MemoryStore::new());
    let store = mirrored(&primary, &mirror).await;
    fill(&primary, 900).await;
    let conflict = AppendError::Conflict { expected: 3, actual: 900 };
    assert_eq!(store.append(3, &batch(7, 1)).await, Err(conflict));
    assert_eq!(store.read(899, ReadLimit::MAX).await, Ok(vec![entry(899)]));
    fill(&primary, 1_000).await;
    assert_eq!(store.head().await, Ok(1_000));
    assert_eq!(store.read(999, ReadLimit::MAX).await, Ok(vec![entry(999)]));
}

#[tokio::test]
async fn a_batch_that_only_the_primary_has_is_unknown_and_nothing_else_enters_before_it() {
    for fault in [Fault::Lost, Fault::Kept, Fault::Full, Fault::Unavailable] {
        let (primary, mirror) = (MemoryStore::new(), MemoryStore::new());
        let store = mirrored(&primary, &mirror).await;
        store.mirror().fail_next(fault);
        let unknown = store.append(0, &batch(0, 2)).await;
        assert!(matches!(unknown, Err(AppendError::Unknown { expected: 0, .. })), "{fault:?}: {unknown:?}");
        assert_eq!(primary.head().await, Ok(2));
        for (expected, other) in [(0, batch(0, 1)), (2, batch(2, 1))] {
            let unresolved = AppendError::Unresolved { expected: 0 };
            assert_eq!(store.append(expected, &other).await, Err(unresolved), "{fault:?}");
        }
        assert_eq!(store.append(0, &batch(0, 2)).await, Ok(2), "{fault:?}");
        assert_eq!(store.append(2, &batch(2, 1)).await, Ok(3), "{fault:?}");
        expect_entries(&mirror, 3).await;
    }
}

#[tokio::test]
async fn a_mirror_that_stopped_writing_stops_the_store_until_it_is_opened_anew() {
    let (primary, mirror) = (MemoryStore::new(), MemoryStore::new());
    let store = mirrored(&primary, &mirror).await;
    store.mirror().fail_next(Fault::Broken);
    assert!(matches!(store.append(0, &batch(0, 2)).await, Err(AppendError::Unknown { .. })));
    assert!(matches!(
        store.append(0, &batch(0, 2)).await,
        Err(AppendError::Unknown { .. } | AppendError::Poisoned { .. })
    ));
    assert!(matches!(store.append(0, &batch(0, 2)).await, Err(AppendError::Poisoned { .. })));
    assert!(matches!(store.wait_beyond(0).await, Err(ReadError::Unavailable { .. })));
    drop(store);
    let store = mirrored(&primary, &mirror).await;
    assert_eq!(store.append(0, &batch(0, 2)).await, Ok(2));
    expect_entries(&store, 2).await;
}

#[tokio::test]
async fn a_primary_that_does_not_know_is_asked_again_as_if_it_stood_alone() {
    for (fault, held) in [(Fault::Kept, 2), (Fault::Lost, 0)] {
        let (primary, mirror) = (MemoryStore::new(), MemoryStore::new());
        let store = mirrored(&primary, &mirror).await;
        store.primary().fail_next(fault);
        assert!(matches!(store.append(0, &batch(0, 2)).await, Err(AppendError::Unknown { expected: 0, .. })));
        assert_eq!(store.head().await, Ok(held));
        assert_eq!(store.append(0, &batch(7, 2)).await, Err(AppendError::Unresolved { expected: 0 }));
        assert_eq!(store.append(0, &batch(0, 2)).await, Ok(2));
        expect_entries(&mirror, 2).await;
    }
}

/// A primary of which somebody cut off the end while it was open.
struct Cut {
    inner: MemoryStore,
    at: Arc<std::sync::atomic::AtomicU64>,
}

impl Cut {
    fn at(&self) -> u64 {
        self.at.load(std::sync::atomic::Ordering::SeqCst)
    }
}

impl Store for Cut {
    async fn head(&self) -> Result<u64, ReadError> {
        Ok(self.inner.head().await?.min(self.at()))
    }

    async fn append(&self, expected_size: u64, batch: &Batch) -> Result<u64, AppendError> {
        let actual = self.at();
        if actual < expected_size {
            return Err(AppendError::Conflict { expected: expected_size, actual });
        }
        self.inner.append(expected_size, batch).await
    }

    async fn read(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        self.inner.read(from, limit).await
    }

    async fn index_of(&self, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        self.inner.index_of(leaf).await
    }

    async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        self.inner.wait_beyond(size).await
    }
}

#[tokio::test]
async fn a_cluster_that_loses_entries_while_it_is_open_is_found_by_the_next_append_and_by_the_head() {
    let open = async || {
        let at = Arc::new(std::sync::atomic::AtomicU64::new(u64::MAX));
        let primary = Cut { inner: holding(5).await, at: Arc::clone(&at) };
        let store = Mirrored::open(primary, MemoryStore::new()).await.unwrap();
        at.store(3, std::sync::atomic::Ordering::SeqCst);
        store
    };
    let store = open().await;
    let poisoned = store.append(5, &batch(5, 1)).await.unwrap_err();
    assert!(
        matches!(&poisoned, AppendError::Poisoned { reason } if reason.contains("lost entries")),
        "{poisoned}"
    );
    let store = open().await;
    assert_eq!(store.head().await, Err(ReadError::BeyondHead { from: 5, size: 3 }));
    // What the mirror holds can still be read, and nothing is written any more.
    assert_eq!(store.read(4, ReadLimit::MAX).await, Ok(vec![entry(4)]));
    assert!(matches!(store.append(5, &batch(5, 1)).await, Err(AppendError::Poisoned { .. })));
}

/// A primary that is reached or not.
#[derive(Debug)]
struct Reached {
    inner: MemoryStore,
    is_reached: Arc<watch::Sender<bool>>,
}

impl Reached {
    fn try_now(&self) -> Result<(), ReadError> {
        let unreached = || ReadError::Unavailable { reason: "nobody answers".to_owned() };
        if *self.is_reached.borrow() { Ok(()) } else { Err(unreached()) }
    }
}

impl Store for Reached {
    async fn head(&self) -> Result<u64, ReadError> {
        self.try_now()?;
        self.inner.head().await
    }

    async fn append(&self, expected_size: u64, batch: &Batch) -> Result<u64, AppendError> {
        self.try_now().map_err(|error| AppendError::Unavailable { reason: error.to_string() })?;
        self.inner.append(expected_size, batch).await
    }

    async fn read(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        self.try_now()?;
        self.inner.read(from, limit).await
    }

    async fn index_of(&self, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        self.try_now()?;
        self.inner.index_of(leaf).await
    }

    async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        let mut is_reached = self.is_reached.subscribe();
        is_reached.wait_for(|is_reached| *is_reached).await.unwrap();
        self.inner.wait_beyond(size).await
    }
}

fn unreached(primary: MemoryStore) -> (Reached, Arc<watch::Sender<bool>>) {
    let is_reached = Arc::new(watch::Sender::new(false));
    (Reached { inner: primary, is_reached: Arc::clone(&is_reached) }, is_reached)
}

#[tokio::test]
async fn a_primary_that_is_not_reached_at_the_start_is_compared_before_it_is_asked_for_anything() {
    let (primary, is_reached) = unreached(holding(700).await);
    let store = Mirrored::open(primary, holding(600).await).await.unwrap();
    assert_eq!(store.read(599, ReadLimit::MAX).await, Ok(vec![entry(599)]), "what the mirror holds is there");
    assert!(matches!(store.head().await, Err(ReadError::Unavailable { .. })));
    assert!(matches!(store.append(600, &batch(600, 1)).await, Err(AppendError::Unavailable { .. })));
    is_reached.send_replace(true);
    assert_eq!(store.append(700, &batch(700, 1)).await, Ok(701));
    expect_entries(&store, 701).await;

    for (primary, expect) in [(holding(3).await, "lost entries"), (altered(9, 4).await, "not the same")] {
        let (primary, is_reached) = unreached(primary);
        let store = Mirrored::open(primary, holding(5).await).await.unwrap();
        is_reached.send_replace(true);
        let refused = store.append(5, &batch(5, 1)).await.unwrap_err();
        assert!(matches!(&refused, AppendError::Poisoned { reason } if reason.contains(expect)), "{refused}");
        let told = store.wait_beyond(5).await.unwrap_err();
        assert!(matches!(told, ReadError::BeyondHead { .. } | ReadError::Corrupt { .. }), "{told}");
    }
}

#[tokio::test]
async fn an_empty_mirror_of_a_primary_that_is_not_reached_is_no_ledger() {
    let (primary, _) = unreached(holding(7).await);
    let refused = Mirrored::open(primary, MemoryStore::new()).await.unwrap_err();
    assert!(matches!(refused, MirrorError::Primary(ReadError::Unavailable { .. })), "{refused}");
}

#[tokio::test]
async fn dropping_the_store_lets_the_mirror_go_at_once() {
    let folder = Folder::with_entries(0).await;
    let primary = MemoryStore::new();
    for size in 0..20 {
        let mirror = SqliteStore::open(&folder.database()).expect("let go by the one before");
        let _open = Mirrored::open(primary.reopen(), mirror).await.unwrap();
        primary.append(size, &batch(size.try_into().unwrap(), 1)).await.unwrap();
    }
}

/// Random appends here and past it, with every fault on either side, against what was acknowledged. The mirror is at
/// every moment a beginning of the primary.
#[tokio::test]
async fn no_fault_of_either_side_loses_what_was_acknowledged() {
    const STEPS: usize = 4_000;
    let mut draw = Draw(0x2545_f491_4f6c_dd1d);
    let (primary, mirror) = (MemoryStore::new(), MemoryStore::new());
    let mut store = mirrored(&primary, &mirror).await;
    let (mut next, mut acknowledged, mut unknown) = (0_usize, 0, None);
    for _ in 0..STEPS {
        match draw.below(12) {
            0 => store.primary().fail_next(draw.fault()),
            1 => store.mirror().fail_next(draw.fault()),
            2 => {
                drop(store);
                store = mirrored(&primary, &mirror).await;
                // A process that ends forgets what it asked.
                unknown = None;
            }
            3 => {
                let size = primary.head().await.unwrap();
                primary.append(size, &batch(1_000_000 + next, 2)).await.unwrap();
                next += 2;
            }
            _ => {
                let (expected, asked) = match unknown.take() {
                    Some(asked) => asked,
                    None => (primary.head().await.unwrap(), batch(next, draw.count())),
                };
                next += asked.entries().len();
                match store.append(expected, &asked).await {
                    Ok(size) => {
                        assert_eq!(size, expected + asked.count());
                        acknowledged = size;
                        for store in [&primary, &mirror] {
                            let limit = ReadLimit::entries(asked.entries().len());
                            assert_eq!(store.read(expected, limit).await.unwrap(), asked.entries());
                        }
                    }
                    Err(AppendError::Unknown { .. } | AppendError::Unresolved { .. }) => {
                        unknown = Some((expected, asked));
                    }
                    Err(AppendError::Poisoned { .. }) => {
                        drop(store);
                        store = mirrored(&primary, &mirror).await;
                    }
                    Err(AppendError::Full | AppendError::Unavailable { .. }) => {
                        // Whoever was in doubt still is, and asks again.
                        unknown = Some((expected, asked));
                    }
                    Err(AppendError::Conflict { actual, .. }) => assert!(actual > expected),
                    Err(error) => panic!("{error}"),
                }
            }
        }
        let held = mirror.head().await.unwrap();
        assert!(acknowledged <= held && held <= primary.head().await.unwrap());
    }
    assert!(acknowledged > 1_000);
    let size = mirrored(&primary, &mirror).await.head().await.unwrap();
    compare(&primary, &mirror, 0..size).await.unwrap();
    assert_eq!(mirror.head().await, Ok(size));
}

#[tokio::test]
async fn a_copy_is_every_entry_byte_for_byte_and_goes_on_where_it_was_interrupted() {
    for held in [0, 1, 650, 1_300] {
        let (source, target) = (holding(1_300).await, holding(held).await);
        for fault in [Fault::Lost, Fault::Kept, Fault::Unavailable] {
            target.fail_next(fault);
            assert_eq!(copy(&source, &target).await, Ok(1_300));
            expect_entries(&target, 1_300).await;
        }
    }
}

#[tokio::test]
async fn nothing_is_copied_onto_what_is_no_beginning_of_the_source() {
    let source = holding(5).await;
    let longer = holding(6).await;
    let behind = CopyError::Behind { source_size: 5, target_size: 6 };
    assert_eq!(copy(&source, &longer).await, Err(behind));
    let other = altered(3, 1).await;
    assert_eq!(copy(&source, &other).await, Err(CopyError::Differs { index: 1 }));
    assert_eq!(other.head().await, Ok(3));
    let full = MemoryStore::new();
    full.fail_next(Fault::Full);
    assert_eq!(copy(&source, &full).await, Err(CopyError::Append(AppendError::Full)));
}

/// A fixed sequence of numbers (xorshift64): the same steps in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn count(&mut self) -> usize {
        usize::try_from(self.below(5)).unwrap() + 1
    }

    fn fault(&mut self) -> Fault {
        match self.below(5) {
            0 => Fault::Lost,
            1 => Fault::Kept,
            2 => Fault::Full,
            3 => Fault::Unavailable,
            _ => Fault::Broken,
        }
    }
}
