//! L: the ledger itself. Most of these are done by somebody who has the ledger's key and the archive, to entries that
//! touch nothing else: the last words of devices, which no later head covers.

use custody::id::Digest;
use custody::rule::RuleId;
use custody::severity::Severity;
use ledger_format::cosignature::Cosigner;
use ledger_format::entry::Entry;
use ledger_format::tile::encode_bundle;
use verifier::testing::{NODE, Writer, key_of};

use super::keys::fork;
use super::{Destroyed, Place, Planted, Planter, archive as of, fresh, script};
use crate::journey::{Plan, Until};
use crate::line::{AboutLedger, Evidence, HOUR, Line, LineId, MINUTE, SECOND, Trick};
use crate::script::Script;
use crate::sealed::Sealed;

const BREAK: Severity = Severity::Break;
const FATAL: Severity = Severity::Fatal;
const CONTRADICTION: Severity = Severity::Contradiction;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::L01, "another entry named before it", another_before),
    of(RuleId::L01, "stream linked to another entry", |sealed| {
        stream(sealed, |entry| {
            entry.streams.iter_mut().for_each(|link| link.previous = flipped(link.previous));
        })
    }),
    of(RuleId::L01, "revision of a stream left out", |sealed| {
        stream(sealed, |entry| entry.streams.iter_mut().for_each(|link| link.revision += 1))
    }),
    of(RuleId::L01, "other bytes than its leaf", other_bytes),
    of(RuleId::L02, "another index", another_index),
    of(RuleId::L02, "entry dropped", |sealed| rearranged(sealed, Rearranged::Dropped)),
    of(RuleId::L02, "entries swapped", |sealed| rearranged(sealed, Rearranged::Swapped)),
    of(RuleId::L02, "entry repeated", |sealed| rearranged(sealed, Rearranged::Repeated)),
    of(RuleId::L02, "a bundle of entries missing", bundle_missing),
    of(RuleId::L03, "checkpoint by another key", foreign_checkpoint),
    of(RuleId::L03, "checkpoint with another root", other_root),
    of(RuleId::L03, "a hash tile altered", hash_tile),
    of(RuleId::L03, "a witness's line that does not verify", bad_witness),
    script(RuleId::L03, "census with another root", |script| census(script, true, 0)),
    script(RuleId::L03, "census with another number", |script| census(script, false, 1)),
    of(RuleId::L04, "another head of the same size kept", |sealed| other_head(sealed, 0)),
    of(RuleId::L04, "another head of an earlier size kept", |sealed| other_head(sealed, 60)),
    script(RuleId::L04, "a witness saw another root", |script| head(script, Head::Witness, 0)),
    script(RuleId::L04, "the ledger signed another root", |script| head(script, Head::Checkpoint, 0)),
    script(RuleId::L04, "a device saw another root", seen_wrong),
    of(RuleId::L05, "the end cut off", |sealed| shortened(sealed, 2)),
    of(RuleId::L05, "the last entry cut off", |sealed| shortened(sealed, 1)),
    script(RuleId::L05, "a witness saw more", |script| head(script, Head::Witness, 40)),
    script(RuleId::L05, "the ledger signed more", |script| head(script, Head::Checkpoint, 25)),
    of(RuleId::L06, "unknown field in an entry", |sealed| {
        // Field 15, a number: no entry has one.
        malformed(sealed, "An entry has a field that no entry has.", |bytes| bytes.extend([0x78, 0x01]))
    }),
    of(RuleId::L06, "entry cut short", |sealed| {
        malformed(sealed, "An entry ends in the middle.", |bytes| bytes.truncate(bytes.len() - 5))
    }),
    script(RuleId::L06, "statement in another encoding", |script| {
        edited(script, "A device signed a statement that is not canonical.", not_canonical)
    }),
    script(RuleId::L06, "statement of an unknown kind", |script| {
        edited(script, "A device signed a fact of a kind that this version does not know.", unknown_fact)
    }),
    script(RuleId::L07, "a self-test recorded twice", |script| twice(script, Twice::SelfTest)),
    script(RuleId::L07, "a deposit recorded twice", |script| twice(script, Twice::Deposit)),
    script(RuleId::L07, "a start of the node recorded twice", |script| twice(script, Twice::Start)),
    of(RuleId::L08, "a file nobody refers to", |sealed| surplus(sealed, "notes.txt")),
    of(RuleId::L08, "a tile beyond the tree", |sealed| surplus(sealed, "tile/entries/900")),
    of(RuleId::L08, "an older tile that is none", |sealed| surplus(sealed, "tile/entries/000.p/9")),
    script(RuleId::L08, "evidence missing", |script| evidence(script, Evidence::Missing)),
    script(RuleId::L08, "evidence altered", |script| evidence(script, Evidence::Altered)),
];

fn flipped(digest: Digest) -> Digest {
    let mut other = digest;
    if let Some(byte) = other.0.get_mut(20) {
        *byte ^= 0x40;
    }
    other
}

fn another_before(sealed: &mut Sealed<'_>) -> Option<Planted> {
    let index = sealed.in_tail()?;
    sealed.publish_edited(index, |entry| entry.previous = flipped(entry.previous))?;
    Some(Planted::new("An entry names another one before it.").needs(
        RuleId::L01,
        FATAL,
        [Place::Entry(index)],
    ))
}

fn stream(sealed: &mut Sealed<'_>, edit: fn(&mut Entry)) -> Option<Planted> {
    let index = sealed.in_tail()?;
    sealed.publish_edited(index, edit)?;
    Some(Planted::new("An entry is linked wrongly to its stream.").needs(
        RuleId::L01,
        FATAL,
        [Place::Entry(index)],
    ))
}

/// Somebody without the ledger's key changes one entry where it lies.
fn other_bytes(sealed: &mut Sealed<'_>) -> Option<Planted> {
    let index = sealed.in_tail()?;
    let mut entries = sealed.entries();
    entries.get_mut(usize::try_from(index).ok()?)?.recorded_at_us += 1_000_000;
    let writer = Writer::of_bytes(entries.iter().map(Entry::encode));
    let changed = sealed.played.world.archive_of(&writer);
    for (path, bytes) in changed.files.into_iter().filter(|(path, _)| path.starts_with("tile/entries/")) {
        sealed.archive.files.insert(path, bytes);
    }
    let here = [Place::Entry(index), Place::Entry(index + 1)];
    let anywhere = [Place::Ledger, Place::Entry(index)];
    Some(
        Planted::new("An entry's bytes are not those that its leaf was made of.")
            // It, and the next one, which names it as it was.
            .needs_up_to(2, RuleId::L01, FATAL, here)
            // The tile and the root say the same.
            .needs_up_to(3, RuleId::L03, FATAL, anywhere),
    )
}

fn another_index(sealed: &mut Sealed<'_>) -> Option<Planted> {
    let index = sealed.in_tail()?;
    sealed.publish_edited(index, |entry| entry.index += 3)?;
    Some(Planted::new("An entry says another index.").needs(RuleId::L02, FATAL, [Place::Entry(index)]))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rearranged {
    Dropped,
    Swapped,
    Repeated,
}

fn rearranged(sealed: &mut Sealed<'_>, how: Rearranged) -> Option<Planted> {
    let index = sealed.in_tail()?;
    let place = usize::try_from(index).ok()?;
    let mut entries: Vec<Vec<u8>> = sealed.entries().iter().map(Entry::encode).collect();
    match how {
        Rearranged::Dropped => {
            entries.remove(place);
        }
        Rearranged::Swapped => entries.swap(place, place + 1),
        Rearranged::Repeated => entries.insert(place, entries.get(place)?.clone()),
    }
    let size = u64::try_from(entries.len()).ok()?;
    sealed.publish(entries);
    // From here on every entry stands where another one should.
    let rest: Vec<Place> = (index..=size).map(Place::Entry).collect();
    let many = usize::try_from(size - index).ok()? + 1;
    let planted = Planted::new(match how {
        Rearranged::Dropped => "An entry was dropped.",
        Rearranged::Swapped => "Two entries were swapped.",
        Rearranged::Repeated => "An entry was repeated.",
    });
    let planted = planted
        .needs_up_to(many, RuleId::L02, FATAL, rest.clone())
        // Entries name another one before them, and the repeated one another place in its stream.
        .needs_up_to(3, RuleId::L01, FATAL, rest.clone());
    Some(match how {
        Rearranged::Repeated => planted.needs(RuleId::L07, CONTRADICTION, rest),
        Rearranged::Dropped | Rearranged::Swapped => planted,
    })
}

/// The last bundle is not there: nobody can say anything of what stood in it.
fn bundle_missing(sealed: &mut Sealed<'_>) -> Option<Planted> {
    let size = sealed.size();
    let first = (size - 1) / 256 * 256;
    if first == 0 {
        return None;
    }
    let path = format!("tile/entries/{:03}.p/{}", first / 256, size % 256);
    sealed.archive.files.remove(&path)?;
    let places = [Place::Entry(first), Place::Entry(size - 1)];
    Some(
        Planted::new(format!("The entries from {first} on are missing."))
            .needs(RuleId::L02, FATAL, places)
            .may(1, RuleId::L08, BREAK, [Place::File(path)])
            .destroying(Destroyed::Entries(first, size)),
    )
}

fn foreign_checkpoint(sealed: &mut Sealed<'_>) -> Option<Planted> {
    let (size, root) = (sealed.size(), sealed.played.world.writer.root_at(sealed.size()));
    let note = sealed.checkpoint(size, root, key_of("somebody"))?;
    sealed.set_checkpoint(&note);
    Some(Planted::new("The checkpoint is signed by another key.").needs(RuleId::L03, FATAL, [Place::Ledger]))
}

fn other_root(sealed: &mut Sealed<'_>) -> Option<Planted> {
    let size = sealed.size();
    let root = flipped(sealed.played.world.writer.root_at(size));
    let note = sealed.checkpoint(size, root, sealed.played.world.ledger_key())?;
    sealed.set_checkpoint(&note);
    Some(Planted::new("The checkpoint has another root than the entries.").needs(
        RuleId::L03,
        FATAL,
        [Place::Ledger],
    ))
}

fn hash_tile(sealed: &mut Sealed<'_>) -> Option<Planted> {
    let tiles: Vec<String> = sealed
        .archive
        .files
        .keys()
        .filter(|path| path.starts_with("tile/") && !path.starts_with("tile/entries/"))
        .cloned()
        .collect();
    let path = sealed.rng.pick(&tiles)?;
    let length = sealed.archive.files.get(&path)?.len();
    let place = sealed.rng.place(length);
    *sealed.archive.files.get_mut(&path)?.get_mut(place)? ^= 0x20;
    Some(Planted::new(format!("The hash tile {path} was altered.")).needs(
        RuleId::L03,
        FATAL,
        [Place::Ledger, Place::File(path)],
    ))
}

fn bad_witness(sealed: &mut Sealed<'_>) -> Option<Planted> {
    let size = sealed.size();
    let world = &sealed.played.world;
    let witness = Cosigner::new("witness.example.test", key_of("witness")).ok()?;
    let earlier = world.checkpoint(size - 1);
    let text = ledger_format::checkpoint::Checkpoint::parse(earlier.text()).ok()?;
    let line = witness.cosign(&text, 1_790_000_000).ok()?;
    let mut note = world.checkpoint(size);
    note.push(line).ok()?;
    sealed.trust.witnesses.push(witness.verifier().clone());
    sealed.set_checkpoint(&note);
    Some(Planted::new("A witness's line on the checkpoint is of another head.").needs(
        RuleId::L03,
        FATAL,
        [Place::Ledger],
    ))
}

/// A quiet second for what the node says.
fn moment(script: &mut Script) -> u64 {
    let (low, high) = (script.span.from_us / MINUTE, script.span.to_us / MINUTE);
    let at = script.rng.between(low + 8 * 60, high - 8 * 60) * MINUTE;
    at + 50 * SECOND
}

fn census(script: &mut Script, is_wrong: bool, more: u64) -> Option<Planted> {
    let at = moment(script);
    let line = script.census(at);
    script.line(line).about = Some(AboutLedger::Census { is_wrong, more });
    Some(Planted::new("The node took a census that is wrong.").needs(RuleId::L03, FATAL, [line]))
}

/// A head that somebody kept is not the ledger's: its key has signed two histories.
fn other_head(sealed: &mut Sealed<'_>, fewer: u64) -> Option<Planted> {
    let size = sealed.size() - fewer;
    let root = flipped(sealed.played.world.writer.root_at(size));
    let note = sealed.checkpoint(size, root, sealed.played.world.ledger_key())?;
    sealed.know(&note)?;
    Some(Planted::new("Somebody holds a signed head that contradicts this ledger.").needs(
        RuleId::L04,
        FATAL,
        [Place::Ledger],
    ))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    Witness,
    Checkpoint,
}

fn head(script: &mut Script, kind: Head, more: u64) -> Option<Planted> {
    let at = moment(script);
    let line = match kind {
        Head::Witness => script.cosigned(at),
        Head::Checkpoint => script.checkpoint(at),
    };
    let fewer = script.rng.between(0, 20);
    let about = match more {
        0 => AboutLedger::Head { fewer, more, is_wrong: true },
        _ => AboutLedger::Head { fewer: 0, more, is_wrong: false },
    };
    script.line(line).about = Some(about);
    Some(match more {
        0 => Planted::new("A head on record has another root than the ledger.").needs(
            RuleId::L04,
            FATAL,
            [line],
        ),
        _ => Planted::new("A head on record covers more entries than there were.")
            .needs(RuleId::L05, FATAL, [line])
            // Nor has the ledger that root when it has grown so long.
            .may(1, RuleId::L04, FATAL, [line]),
    })
}

fn seen_wrong(script: &mut Script) -> Option<Planted> {
    let (central, at) = (script.central, moment(script));
    let desk = script.site(central).desk;
    let line = script.self_test(desk, at);
    script.line(line).trick = Some(Trick::SeenWrong);
    Some(Planted::new("A device has seen another root than the ledger's.").needs(RuleId::L04, FATAL, [line]))
}

fn shortened(sealed: &mut Sealed<'_>, by: usize) -> Option<Planted> {
    sealed.in_tail()?;
    let whole = sealed.played.world.checkpoint(sealed.size());
    let size = sealed.size();
    let mut entries: Vec<Vec<u8>> = sealed.entries().iter().map(Entry::encode).collect();
    entries.truncate(entries.len() - by);
    let kept = u64::try_from(entries.len()).ok()?;
    sealed.publish(entries);
    sealed.know(&whole)?;
    Some(
        Planted::new(format!("The last {by} entries were cut off; somebody kept a head that covers them."))
            .needs(RuleId::L05, FATAL, [Place::Ledger])
            .destroying(Destroyed::Entries(kept, size)),
    )
}

fn malformed(sealed: &mut Sealed<'_>, story: &str, edit: fn(&mut Vec<u8>)) -> Option<Planted> {
    let index = sealed.in_tail()?;
    sealed.publish_bytes(index, edit)?;
    Some(
        Planted::new(story)
            .needs(RuleId::L06, FATAL, [Place::Entry(index)])
            .destroying(Destroyed::Entries(index, index + 1)),
    )
}

/// A device of the planter's own signs other bytes than canonical ones, as its last word.
fn edited(script: &mut Script, story: &str, edit: fn(Vec<u8>) -> Vec<u8>) -> Option<Planted> {
    let central = script.central;
    let site = script.site(central).id;
    let kind = custody_proto::v1::DeviceKind::Desk;
    let who = script.enrol_at(script.span.early_us - 5 * HOUR, kind, Some(site));
    let at = moment(script);
    script.self_test(who, at - HOUR);
    let line = script.self_test(who, at);
    script.line(line).trick = Some(Trick::Edited(edit));
    Some(Planted::new(story).needs(RuleId::L06, FATAL, [line]))
}

/// The statement's first field stands a second time at its end.
fn not_canonical(mut bytes: Vec<u8>) -> Vec<u8> {
    let first: Vec<u8> = bytes.iter().take(18).copied().collect();
    bytes.extend(first);
    bytes
}

/// The field number of the self-test, 128, becomes 119, which no fact has.
fn unknown_fact(mut bytes: Vec<u8>) -> Vec<u8> {
    // Tags: (128 << 3 | 2) and (119 << 3 | 2), as varints.
    let place = bytes.windows(2).rposition(|pair| pair == [0x82, 0x08]);
    if let Some(tag) = place.and_then(|place| bytes.get_mut(place..place + 2)) {
        tag.copy_from_slice(&[0xba, 0x07]);
    }
    bytes
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Twice {
    SelfTest,
    Deposit,
    Start,
}

fn twice(script: &mut Script, what: Twice) -> Option<Planted> {
    let line: LineId = match what {
        Twice::SelfTest => {
            let (central, at) = (script.central, moment(script));
            let desk = script.site(central).desk;
            script.self_test(desk, at)
        }
        Twice::Deposit => {
            let plan = Plan { until: Until::Received, ..script.plan() };
            fresh(script, plan)?.deposited().act
        }
        Twice::Start => {
            if has_started(script) {
                return None;
            }
            let at = moment(script);
            script.say(NODE, at, start())
        }
    };
    script.line(line).trick = Some(Trick::Again(90 * MINUTE));
    Some(Planted::new("A statement stands in the ledger twice.").needs(RuleId::L07, CONTRADICTION, [line]))
}

/// Whether the node has said already that it starts.
pub(super) fn has_started(script: &Script) -> bool {
    let is_start = |line: &Line| matches!(line.fact, custody_proto::v1::statement::Fact::EpochClaimed(_));
    script.lines.iter().any(is_start)
}

/// The node starts for the first time.
fn start() -> custody_proto::v1::statement::Fact {
    let observed =
        custody_proto::v1::epoch_claimed::Observed { epoch: 1, software: "ledger-node".to_owned() };
    custody_proto::v1::statement::Fact::EpochClaimed(custody_proto::v1::EpochClaimed {
        observed: Some(observed),
    })
}

fn surplus(sealed: &mut Sealed<'_>, path: &str) -> Option<Planted> {
    let bytes = encode_bundle([b"nobody".as_slice()]).ok()?;
    sealed.archive.files.insert(path.to_owned(), bytes);
    Some(Planted::new(format!("The archive holds {path}, to which nothing refers.")).needs(
        RuleId::L08,
        BREAK,
        [Place::File(path.to_owned())],
    ))
}

fn evidence(script: &mut Script, kept: Evidence) -> Option<Planted> {
    let line = fork(script, kept);
    let what = if kept == Evidence::Missing { "is missing" } else { "was altered" };
    Some(
        Planted::new(format!("The evidence of a cloned device {what}."))
            .needs(RuleId::L08, BREAK, [line])
            // The node's word that there was a clone stands all the same.
            .needs(RuleId::K02, CONTRADICTION, [line]),
    )
}
