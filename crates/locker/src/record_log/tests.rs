//! The log under power cuts, failing writes, torn tails and rot.

use proptest::prelude::*;

use super::*;
use crate::testing::{Failure, FakeFile};

const ID: [u8; 32] = [7; 32];

type Records = Vec<Vec<u8>>;

fn open(file: &FakeFile) -> Result<(RecordLog<FakeFile>, Records), OpenError> {
    let mut records = Vec::new();
    let log = RecordLog::open(file.clone(), ID, |_, body| records.push(body))?;
    Ok((log, records))
}

fn body(number: u8) -> Vec<u8> {
    vec![number; usize::from(number) * 7 + 1]
}

/// A log of `count` records, and the file it lies on.
fn filled(count: u8) -> (FakeFile, Records) {
    let file = FakeFile::default();
    let (mut log, _) = open(&file).unwrap();
    let records: Records = (0..count).map(body).collect();
    for (mark, record) in (1..).zip(&records) {
        log.append(std::slice::from_ref(record), mark).unwrap();
    }
    (file, records)
}

#[test]
fn what_was_appended_reads_back_with_its_mark() {
    let (file, records) = filled(5);
    let (log, found) = open(&file).unwrap();
    assert_eq!((found, log.mark()), (records, 5));
}

#[test]
fn an_acknowledged_record_survives_a_power_cut_right_after() {
    let (file, records) = filled(3);
    assert_eq!(open(&file.crash(|| false)).unwrap().1, records);
}

#[test]
fn a_journal_of_another_device_is_refused() {
    let (file, _) = filled(1);
    assert!(matches!(RecordLog::open(file, [8; 32], |_, _| {}), Err(OpenError::Identity)));
}

#[test]
fn a_torn_tail_is_cut_wherever_it_was_torn() {
    let (file, records) = filled(2);
    let whole = file.bytes();
    // A third record that was never acknowledged, in every length.
    let (mut log, _) = open(&file).unwrap();
    log.append(&[body(9)], 3).unwrap();
    let longer = file.bytes();
    for cut in whole.len()..longer.len() {
        let mut image = whole.clone();
        image.extend_from_slice(&longer[whole.len()..cut]);
        let file = FakeFile::holding(image);
        let (mut log, found) = open(&file).unwrap();
        assert_eq!(found, records, "cut at {cut}");
        log.append(&[body(4)], 3).unwrap();
        assert_eq!(open(&file).unwrap().1, [records.clone(), vec![body(4)]].concat());
    }
}

#[test]
fn a_whole_record_that_was_not_acknowledged_is_kept() {
    let (file, records) = filled(2);
    let mut image = file.bytes();
    let (mut log, _) = open(&file).unwrap();
    log.append(&[body(9)], 3).unwrap();
    image.extend_from_slice(&file.bytes()[image.len()..]);
    let (_, found) = open(&FakeFile::holding(image)).unwrap();
    assert_eq!(found, [records, vec![body(9)]].concat());
}

#[test]
fn damage_below_the_committed_length_is_an_error_that_names_the_place_and_changes_nothing() {
    let (file, records) = filled(4);
    let image = file.bytes();
    let mut offset = RECORDS_OFFSET;
    for record in &records {
        let end = offset + record_bytes(record);
        for place in offset..end {
            let mut damaged = image.clone();
            damaged[usize::try_from(place).unwrap()] ^= 0x40;
            let file = FakeFile::holding(damaged.clone());
            match open(&file) {
                Err(OpenError::Damaged { offset: found, mark: 4, .. }) => assert_eq!(found, offset),
                other => panic!("{other:?}"),
            }
            assert_eq!(file.bytes(), damaged);
        }
        offset = end;
    }
}

#[test]
fn a_log_that_lost_its_acknowledged_end_is_refused() {
    let (file, _) = filled(3);
    let mut image = file.bytes();
    image.truncate(image.len() - 1);
    assert!(matches!(open(&FakeFile::holding(image)), Err(OpenError::Damaged { .. })));
}

#[test]
fn one_damaged_slot_is_survived_and_two_are_not() {
    let (file, records) = filled(3);
    let image = file.bytes();
    let damage = |offsets: &[u64]| {
        let mut image = image.clone();
        for offset in offsets {
            image[usize::try_from(*offset).unwrap()] ^= 1;
        }
        open(&FakeFile::holding(image))
    };
    for offset in SLOT_OFFSETS {
        assert_eq!(damage(&[offset]).unwrap().1, records);
    }
    assert!(matches!(damage(&SLOT_OFFSETS), Err(OpenError::Header(_))));
}

#[test]
fn after_a_failed_write_everything_is_refused_until_reopened() {
    let (file, records) = filled(2);
    let (mut log, _) = open(&file).unwrap();
    file.fail_at(file.operations(), Failure::Lost);
    assert!(matches!(log.append(&[body(5)], 3), Err(LogError::Write(_))));
    assert!(matches!(log.append(&[body(5)], 3), Err(LogError::Failed)));
    assert!(matches!(log.clear(), Err(LogError::Failed)));
    assert_eq!(open(&file.crash(|| true)).unwrap().1, records);
}

#[test]
fn a_cleared_log_is_empty_or_whole_after_a_cut_at_any_step() {
    for step in 0..4 {
        for failure in [Failure::Lost, Failure::Persisted] {
            let (file, records) = filled(3);
            let (mut log, _) = open(&file).unwrap();
            file.fail_at(file.operations() + step, failure);
            let cleared = log.clear().is_ok();
            let (_, found) = open(&file.crash(|| true)).unwrap();
            assert!(found.is_empty() || (!cleared && found == records), "step {step}");
        }
    }
    let (file, _) = filled(3);
    let (mut log, _) = open(&file).unwrap();
    log.clear().unwrap();
    log.append(&[body(6)], 0).unwrap();
    assert_eq!(open(&file).unwrap().1, [body(6)]);
}

#[test]
fn making_a_log_may_be_cut_at_any_step() {
    for step in 0..6 {
        for failure in [Failure::Lost, Failure::Persisted] {
            let file = FakeFile::default();
            file.fail_at(step, failure);
            let _ = open(&file);
            for survives in [false, true] {
                assert_eq!(open(&file.crash(|| survives)).unwrap().1, Records::new(), "step {step}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Appends until the power fails at some operation, then reopens what survived.
    #[test]
    fn after_any_crash_everything_acknowledged_is_there_and_nothing_else_but_what_was_being_written(
        batches in proptest::collection::vec(1usize..4, 1..8),
        fail_at in 0usize..40,
        persisted: bool,
        survival in proptest::collection::vec(any::<bool>(), 64),
    ) {
        let file = FakeFile::default();
        file.fail_at(fail_at, if persisted { Failure::Persisted } else { Failure::Lost });
        let (mut acknowledged, mut attempted, mut number) = (Records::new(), Records::new(), 0u8);
        if let Ok((mut log, _)) = open(&file) {
            for count in batches {
                let batch: Records = (0..count).map(|_| { number += 1; body(number) }).collect();
                attempted.extend(batch.clone());
                if log.append(&batch, u64::from(number)).is_err() { break; }
                acknowledged.extend(batch);
            }
        }
        let mut survival = survival.into_iter().cycle();
        let file = file.crash(|| survival.next().unwrap());
        let (mut log, found) = open(&file).unwrap();
        prop_assert!(found.starts_with(&acknowledged));
        prop_assert!(attempted.starts_with(&found));
        // And the log goes on from there.
        log.append(&[body(99)], 7).unwrap();
        prop_assert_eq!(open(&file).unwrap().1, [found, vec![body(99)]].concat());
    }

    #[test]
    fn any_bytes_are_refused_or_opened_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..6000)) {
        let _ = open(&FakeFile::holding(bytes));
    }
}
