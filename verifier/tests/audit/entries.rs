//! Whole entries dropped, repeated, swapped and spliced, by somebody who has the ledger's key and by somebody
//! who has not.

use crate::support::{
    assert_counted, assert_found, known, large, relinked, rules_found, run, run_with, small, small_of,
};
use custody::id::Digest;
use custody::rule::RuleId;
use ledger_format::entry::Entry;
use verifier::archive::MemoryArchive;
use verifier::report::{Outcome, human};
use verifier::testing::{NODE, World, Writer};

/// Changes the entries at a position.
type Tamper = fn(&mut Vec<Entry>, usize);

/// Every tampering with the order of entries, as a function of the entries and a position.
const TAMPERINGS: [(&str, Tamper); 3] = [
    ("dropped", |entries, place| {
        entries.remove(place);
    }),
    ("repeated", |entries, place| entries.insert(place, entries[place].clone())),
    ("swapped", |entries, place| {
        let other = (place + 1) % entries.len();
        entries.swap(place, other);
    }),
];

fn tampered(world: &World, tamper: Tamper, place: usize) -> Vec<Entry> {
    let mut entries = world.writer.decoded();
    tamper(&mut entries, place);
    entries
}

/// Every file of the archive is right for the bytes, and the checkpoint is signed by the ledger; only the
/// entries' own links are not made right.
#[test]
fn entries_dropped_repeated_or_swapped_are_found_by_their_links() {
    let world = small().world;
    for (name, tamper) in TAMPERINGS {
        for place in 0..world.writer.entries.len() {
            let entries = tampered(&world, tamper, place);
            if entries.len() == place && name == "dropped" {
                // The last one dropped is a shorter ledger; see the heads held elsewhere.
                continue;
            }
            let writer = Writer::of_bytes(entries.iter().map(Entry::encode));
            let report = run(&world.archive_of(&writer), &world.trust());
            assert_ne!(report.outcome(), Outcome::Verified, "{name} {place}");
            assert!(rules_found(&report).contains(&RuleId::L02), "{name} {place}: {}", human(&report));
            assert_counted(&report);
        }
    }
}

/// The ledger's key does not help against a head that somebody else holds.
#[test]
fn entries_dropped_repeated_or_swapped_and_rechained_contradict_a_head_held_elsewhere() {
    let world = small().world;
    let size = world.writer.size();
    for (name, tamper) in TAMPERINGS {
        for place in 0..world.writer.entries.len() {
            let writer = Writer::rechained(&tampered(&world, tamper, place));
            let archive = world.archive_of(&writer);
            let report = run_with(&archive, &world.trust(), &[known(&world, size)]);
            let rules = rules_found(&report);
            // The last one repeated leaves the head as it was, and stands in the ledger twice.
            let is_extended = writer.size() > size && writer.root_at(size) == world.writer.root_at(size);
            let expected = match writer.size() {
                shorter if shorter < size => RuleId::L05,
                _ if is_extended => RuleId::L07,
                _ => RuleId::L04,
            };
            assert!(rules.contains(&expected), "{name} {place}: {}", human(&report));
            assert_ne!(report.outcome(), Outcome::Verified);
            assert_counted(&report);
        }
    }
}

/// Nor does it help against the devices, which number and link what they say.
#[test]
fn a_statement_dropped_from_the_middle_of_a_devices_chain_leaves_a_gap() {
    let world = small().world;
    let entries = world.writer.decoded();
    let speaks =
        |entry: &Entry| ledger_format::statement::decode(&entry.envelope.statement).unwrap().statement;
    let mut dropped = 0;
    for place in 1..entries.len() {
        let device = speaks(&entries[place]).device;
        if entries.iter().skip(place + 1).all(|entry| speaks(entry).device != device) {
            continue;
        }
        let mut rest = entries.clone();
        rest.remove(place);
        let report = run(&world.archive_of(&Writer::rechained(&rest)), &world.trust());
        let rules = rules_found(&report);
        assert!(rules.contains(&RuleId::K02) || rules.contains(&RuleId::K01), "{place}: {}", human(&report));
        assert_ne!(report.outcome(), Outcome::Verified, "{place}");
        dropped += 1;
    }
    assert!(dropped > 10);
}

#[test]
fn a_statement_repeated_and_rechained_stands_in_the_ledger_twice() {
    let world = small().world;
    for place in 1..world.writer.entries.len() {
        let mut entries = world.writer.decoded();
        entries.push(entries[place].clone());
        let report = run(&world.archive_of(&Writer::rechained(&entries)), &world.trust());
        assert_found(&report, RuleId::L07);
    }
}

#[test]
fn two_ledgers_spliced_do_not_make_one() {
    let (ours, theirs) = (small().world, small_of("other.example").world);
    for keep in 1..=ours.writer.entries.len() {
        let mut entries = ours.writer.decoded();
        entries.truncate(keep);
        entries.extend(theirs.writer.decoded().into_iter().skip(1));
        let report = run(&ours.archive_of(&Writer::rechained(&entries)), &ours.trust());
        assert_found(&report, RuleId::K01);
    }
}

/// The same device with the same key is enrolled in both ledgers, and its number fits.
#[test]
fn a_statement_replayed_into_another_ledger_is_bound_to_the_one_it_was_made_for() {
    let mut ours = World::new("ledger.example");
    let site = ours.site();
    let mut theirs = ours.clone();
    theirs.wait_us(5_000_000);
    let (locker, same) = (ours.locker(site, 1), theirs.locker(site, 1));
    assert_eq!(ours.device(locker.speaker), theirs.device(same.speaker));
    let mut exhibit = ours.exhibit();
    ours.deposit(&locker, 0, &mut exhibit);
    for entry in ours.writer.decoded() {
        let spoken = ledger_format::statement::decode(&entry.envelope.statement).unwrap().statement;
        if spoken.device == ours.device(locker.speaker) {
            theirs.record(entry.envelope);
        }
    }
    let report = run(&theirs.archive(), &theirs.trust());
    assert_found(&report, RuleId::K01);
    assert!(report.findings.iter().any(|finding| finding.sentence.contains("bound to enrolment")));
}

#[test]
fn another_ledger_is_not_the_trusted_one() {
    let (ours, theirs) = (small().world, small_of("other.example").world);
    let report = run(&theirs.archive(), &ours.trust());
    assert_found(&report, RuleId::L03);
    // Nor is one with the same name and other authorities.
    let mut same_name = ours.trust();
    same_name.genesis = theirs.trust().genesis;
    assert_found(&run(&ours.archive(), &same_name), RuleId::L03);
}

#[test]
fn an_entry_that_says_another_index_is_found() {
    let world = small().world;
    for place in 0..world.writer.entries.len() {
        let writer = relinked(&world, |entries| entries[place].index += 1);
        assert_found(&run(&world.archive_of(&writer), &world.trust()), RuleId::L02);
    }
}

#[test]
fn an_entry_that_names_another_one_before_it_is_found() {
    let world = small().world;
    for place in 0..world.writer.entries.len() {
        let mut entries = world.writer.decoded();
        entries[place].previous.0[31] ^= 1;
        let writer = Writer::of_bytes(entries.iter().map(Entry::encode));
        assert_found(&run(&world.archive_of(&writer), &world.trust()), RuleId::L01);
    }
}

#[test]
fn a_wrong_stream_link_is_found() {
    let world = small().world;
    for place in 0..world.writer.entries.len() {
        let edits: [fn(&mut Entry); 4] = [
            |entry| entry.streams[0].revision += 1,
            |entry| entry.streams[0].previous.0[0] ^= 1,
            |entry| {
                entry.streams.pop();
            },
            |entry| entry.streams.push(entry.streams[0]),
        ];
        for edit in edits {
            let writer = relinked(&world, |entries| edit(&mut entries[place]));
            let report = run(&world.archive_of(&writer), &world.trust());
            assert_found(&report, RuleId::L01);
            let links = report.findings.iter().filter(|finding| finding.sentence.contains("linked"));
            assert_eq!(
                links.map(|finding| finding.indices.clone()).next(),
                Some(vec![u64::try_from(place).unwrap()])
            );
        }
    }
}

#[test]
fn a_wrong_census_is_fatal() {
    let mut world = small().world;
    let (root, streams) = world.writer.census();
    let mut other = root;
    other.0[0] ^= 1;
    for (root, streams) in [(other, streams), (root, streams + 1), (Digest::ZERO, 0)] {
        let mut world = world.clone();
        world.census_of(root, streams);
        assert_found(&run(&world.archive(), &world.trust()), RuleId::L03);
    }
    world.census_of(root, streams);
    assert_eq!(run(&world.archive(), &world.trust()).outcome(), Outcome::Verified);
}

/// A census covers what stands before it, not itself.
#[test]
fn a_census_that_counts_itself_is_wrong() {
    let mut world = small().world;
    let mut ahead = world.clone();
    ahead.census();
    let (root, streams) = ahead.writer.census();
    world.census_of(root, streams);
    assert_found(&run(&world.archive(), &world.trust()), RuleId::L03);
}

#[test]
fn the_bundle_before_the_last_is_checked_like_the_others() {
    let world = large().world;
    let archive = world.archive();
    for path in ["tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"] {
        let Some(bytes) = archive.files.get(path) else { continue };
        for offset in [10, bytes.len() / 2, bytes.len() - 10] {
            let mut tampered: MemoryArchive = archive.clone();
            tampered.files.get_mut(path).unwrap()[offset] ^= 4;
            let report = run(&tampered, &world.trust());
            assert_ne!(report.outcome(), Outcome::Verified, "{path} at {offset}");
            assert_counted(&report);
        }
    }
    assert!(archive.files.contains_key("tile/entries/001"));
}

#[test]
fn the_node_can_not_repeat_the_genesis() {
    let mut world = small().world;
    let genesis = world.writer.decoded()[0].envelope.clone();
    world.record(genesis);
    let report = run(&world.archive(), &world.trust());
    assert_found(&report, RuleId::L07);
    assert_eq!(world.speakers[NODE].chain.next_sequence, 2);
}
