//! The promises that outlast one opening of the store.

use super::{Fixture, all, batch};
use crate::batch::Batch;
use crate::contract::{AppendError, ReadError, ReadLimit, Store};
use crate::leaf::leaf_hash;

/// Size, entries and look-ups, and the next append goes on where the last one ended.
pub async fn what_was_appended_is_there_after_reopening(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    store.append(0, &batch("before", 5)).await.unwrap();
    drop(store);
    let store = fixture.open().await;
    assert_eq!(store.head().await, Ok(5));
    assert_eq!(all(&store).await, batch("before", 5).entries());
    assert_eq!(store.index_of(leaf_hash(b"before 4")).await, Ok(Some(4)));
    assert_eq!(store.wait_beyond(4).await, Ok(5));
    assert_eq!(store.append(5, &batch("after", 1)).await, Ok(6));
}

/// So an outcome that was unknown when the process ended is known after the restart.
pub async fn a_batch_repeated_after_reopening_answers_as_before(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    store.append(0, &batch("entry", 4)).await.unwrap();
    drop(store);
    let store = fixture.open().await;
    assert_eq!(store.append(0, &batch("entry", 4)).await, Ok(4));
    let conflict = AppendError::Conflict { expected: 0, actual: 4 };
    assert_eq!(store.append(0, &batch("other", 4)).await, Err(conflict));
    assert_eq!(all(&store).await, batch("entry", 4).entries());
}

/// Two hundred operations drawn by a fixed generator, each answered as a plain vector would answer it.
pub async fn a_store_does_as_its_model_does(fixture: &mut impl Fixture) {
    const OPERATIONS: usize = 200;
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    let mut model: Vec<Vec<u8>> = Vec::new();
    let mut store = fixture.open().await;
    for _ in 0..OPERATIONS {
        let size = u64::try_from(model.len()).unwrap();
        match draw.below(10) {
            0 => {
                drop(store);
                store = fixture.open().await;
            }
            1..5 => {
                // Mostly at the end, sometimes a little off it.
                let expected = if draw.below(4) == 0 { draw.below(size + 3) } else { size };
                let batch = draw.batch();
                let expect = append(&mut model, expected, &batch);
                assert_eq!(store.append(expected, &batch).await, expect);
            }
            5..8 => {
                let limit = ReadLimit { entries: draw.small(6), bytes: draw.small(40) };
                let from = draw.below(size + 2);
                assert_eq!(store.read(from, limit).await, read(&model, from, limit));
            }
            _ => {
                let leaf = leaf_hash(&draw.entry());
                let expect = (0_u64..).zip(&model).find(|(_, entry)| leaf_hash(entry) == leaf);
                assert_eq!(store.index_of(leaf).await, Ok(expect.map(|(index, _)| index)));
            }
        }
        assert_eq!(store.head().await, Ok(u64::try_from(model.len()).unwrap()));
    }
    assert_eq!(all(&store).await, model);
}

fn append(model: &mut Vec<Vec<u8>>, expected: u64, batch: &Batch) -> Result<u64, AppendError> {
    let actual = u64::try_from(model.len()).unwrap();
    let behind: Vec<_> = model.iter().skip(usize::try_from(expected).unwrap()).cloned().collect();
    if expected == actual {
        model.extend_from_slice(batch.entries());
    } else if !behind.starts_with(batch.entries()) {
        return Err(AppendError::Conflict { expected, actual });
    }
    Ok(expected + batch.count())
}

fn read(model: &[Vec<u8>], from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
    let size = u64::try_from(model.len()).unwrap();
    if from > size {
        return Err(ReadError::BeyondHead { from, size });
    }
    let mut room = limit.bytes;
    let mut entries: Vec<Vec<u8>> = Vec::new();
    for entry in model.iter().skip(usize::try_from(from).unwrap()).take(limit.entries) {
        if !entries.is_empty() {
            let Some(left) = room.checked_sub(entry.len()) else { break };
            room = left;
        }
        entries.push(entry.clone());
    }
    Ok(entries)
}

/// A fixed sequence of numbers (xorshift64): the same operations in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn small(&mut self, bound: u64) -> usize {
        usize::try_from(self.below(bound)).unwrap()
    }

    /// One of few entries, so that the same ones come again.
    fn entry(&mut self) -> Vec<u8> {
        let byte = u8::try_from(self.below(4)).unwrap();
        vec![byte; self.small(12) + 1]
    }

    fn batch(&mut self) -> Batch {
        let count = self.small(5) + 1;
        Batch::new((0..count).map(|_| self.entry()).collect()).unwrap()
    }
}
