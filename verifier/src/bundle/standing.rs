//! What a bundle's check amounts to, in sentences: what was checked with its numbers, and what rests on others.

use civil_time::zone_database;
use custody::verdict::Verdict;
use disclosure::material::Standing;

use super::open::Opened;
use super::openings::Fates;
use super::replay::Replay;
use super::slices::Streams;
use super::stated;
use crate::report::escaped;

/// What was checked, and what rests on others: the same whoever reads, so that it can be printed in the bundle.
pub(super) fn standing(
    opened: &Opened<'_>,
    replay: &Replay,
    streams: &Streams,
    fates: &Fates,
    verdicts: &[Verdict],
) -> Standing {
    let (written, counts) = (&opened.manifest.written, &replay.counts);
    let beyond = written.size.saturating_sub(written.census.saturating_add(1));
    let checked = vec![
        format!("{} entries stand under the checkpoint of {} entries.", counts.entries, written.size),
        format!("{} signatures of devices were verified, one for each entry.", counts.signatures),
        format!(
            "{} slices of streams were followed without a gap; {} entries have a place in a stream.",
            opened.manifest.slices.len(),
            streams.count()
        ),
        format!(
            "{} fields are disclosed and open their commitments; {} are in the redaction register.",
            fates.disclosed,
            fates.register.len()
        ),
        format!(
            "{} exhibits were judged anew under the rules, and every report was written again.",
            verdicts.len()
        ),
    ];
    let mut rests = vec![
        "That the census holds the true heads of all streams: whoever built it vouches for it, and an auditor who replayed the whole ledger can.".to_owned(),
        format!("That what lies between the entries shown is of no concern to these exhibits: {} numbers of devices are skipped.", counts.skipped_numbers),
        format!("That {} earlier heads of the ledger, which devices say they verified, are heads of this one.", counts.heads_not_compared),
        "Roles given and taken, policies and firmware that were approved: those in the bundle are genuine, and whether there are more only the whole ledger shows.".to_owned(),
        "That no other exhibit bears the same seal, and no other lay in the same compartment: the operator states what it found of that.".to_owned(),
    ];
    rests.push(if beyond == 0 {
        "What happened after the census: the bundle ends there.".to_owned()
    } else {
        format!("What happened after the census: {beyond} entries under the checkpoint are later than it.")
    });
    rests.extend(stated::stated_better(&opened.manifest.stated, verdicts));
    let others = opened.note.signatures().iter().filter(|line| line.name() != written.origin);
    let mut cosigned: Vec<String> =
        others.map(|line| format!("A line by {} stands on the checkpoint.", escaped(line.name()))).collect();
    if cosigned.is_empty() {
        cosigned.push("Nobody but the ledger has signed the checkpoint.".to_owned());
    }
    Standing {
        completeness: format!(
            "Complete up to entry {} as stated by the ledger's operator. Who else vouches for that depends on whom the reader trusts: the verifier says it under the reader's own trust file.",
            written.census
        ),
        checked,
        rests_on_audit: rests,
        cosigned,
        program: format!(
            "{} (times by release {} of the time zone database)",
            escaped(&written.program),
            zone_database()
        ),
    }
}
