//! The rules: id, statement, severity, evidence, remedy. One table; `docs/rules.md` is written from it.

use core::fmt;
use core::str::FromStr;

use crate::severity::Severity;

/// One rule of the rulebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id, which never changes its meaning.
    pub id: RuleId,
    /// What must hold.
    pub statement: &'static str,
    /// What it weighs when it does not.
    pub severity: Severity,
    /// What proves that it does not.
    pub evidence: &'static str,
    /// What would explain or resolve a finding under it.
    pub remedy: &'static str,
    /// Raised where its version changes what it finds.
    pub version: u32,
}

macro_rules! rules {
    ($($id:ident $version:literal $severity:ident $reason:literal, $statement:literal, $evidence:literal, $remedy:literal;)*) => {
        /// The id of a rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RuleId {
            $(#[doc = $statement] $id,)*
        }

        /// Every rule of this version, in the order of the ids.
        pub const RULES: &[Rule] = &[$(Rule {
            id: RuleId::$id,
            statement: $statement,
            severity: Severity::$severity,
            evidence: $evidence,
            remedy: $remedy,
            version: $version,
        },)*];

        impl RuleId {
            /// As a reason in a verdict: what is broken, in a few words.
            pub(crate) fn reason(self) -> &'static str {
                match self {
                    $(Self::$id => $reason,)*
                }
            }

            /// Whether it concerns disclosure bundles alone: an audit of the whole ledger has nothing to check it on.
            pub fn is_of_bundles(self) -> bool {
                matches!(self, Self::G01 | Self::G02 | Self::G04 | Self::G05)
            }

            /// The id as written: `D02`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$id => stringify!($id),)*
                }
            }

            /// The rule with this id.
            pub fn rule(self) -> &'static Rule {
                // The enumeration and the table are written by one macro, in one order.
                const ORDERED: &[Rule] = RULES;
                match ORDERED.binary_search_by_key(&self, |rule| rule.id) {
                    Ok(place) => ORDERED.get(place).unwrap_or(&FIRST),
                    Err(_) => &FIRST,
                }
            }
        }
    };
}

const FIRST: Rule = match RULES {
    [first, ..] => *first,
    [] => panic!("the rulebook is not empty"),
};

rules! {
    A01 1 Break
        "it was not where a count looked for it",
        "What lies in a transit store is counted within the policy's period, and every count finds what the record says.",
        "counts, and what the doors say lay there when the count began",
        "Look again, in pairs; mark missing what is not there.";
    A02 1 Warning
        "a discrepancy is open",
        "Every discrepancy is resolved, by another person than raised it, within the policy's period.",
        "discrepancies and their resolutions",
        "Have somebody else resolve it.";
    A03 1 Warning
        "it stayed too long",
        "Nothing stays in a transit store longer than the policy allows, and equipment comes back by the day it is due.",
        "deposits, collections, and the ledger's newest entry",
        "Move it on, or record why it must stay.";
    A04 1 Break
        "it was never registered",
        "What is reserved is deposited; what is deposited is registered within the policy's period.",
        "reservations, deposits and registrations",
        "Register it, or identify it with the exhibit it is.";
    D01 2 Break
        "no single complete door cycle goes with an act",
        "A deposit, a collection or an act on equipment goes with exactly one complete door cycle of the same compartment in the same session, soon before it.",
        "door events",
        "An attended check of the compartment, and the controller's own log.";
    D02 1 Break
        "the compartment was opened without a custody event",
        "An occupied compartment is not opened without a custody event.",
        "close counter and door events",
        "An attended check, and the footage of the opening.";
    D03 1 Break
        "the compartment was opened unseen",
        "Between two readings of a door's close counter the door closed as often as was recorded.",
        "close counter and door events",
        "The controller's own log, the footage, and an attended check.";
    D04 2 Break
        "nobody looked after a door in trouble",
        "After a door was forced, left open, released in an emergency, tampered with, or did not close on an exhibit, somebody goes and looks.",
        "door events, tamper switches and attended checks",
        "An attended check, recorded even if late.";
    D05 1 Break
        "the master key was used without authority",
        "The master key opens a compartment only within a maintenance window that two people have authorised.",
        "door events and maintenance authorities",
        "The record of who had the key and why; an attended check.";
    D06 2 Contradiction
        "something else lay in the compartment",
        "A compartment holds one package at a time, unless it is a drop slot; exhibits and equipment never share one.",
        "deposits and collections of the compartment",
        "Find out which package lay where; correct the record with an attended check.";
    D07 1 Warning
        "nobody looked after a power cut",
        "Locks stay shut without power, and after a power cut what lay in a compartment is sensed or seen to be there.",
        "power events, presence sensors and attended checks",
        "An attended check of each compartment that was occupied.";
    E01 1 Contradiction
        "its reference stands for two exhibits",
        "Within a case no exhibit reference stands for two exhibits.",
        "reference tags of the registrations",
        "Re-attribute or renumber one of them.";
    E02 1 Break
        "another label was scanned",
        "At every custody transfer point the label scanned is that of the exhibit or of its package.",
        "the scan",
        "Examine the item and its label; record what it was by Misdeposited or Reattributed.";
    E03 2 Break
        "its seal is another",
        "At every custody transfer point, and wherever else a seal is read, its number is the one last recorded.",
        "declared seal numbers",
        "Compare bag and photograph; record a mistyped number as a correction.";
    E04 1 Break
        "its seal's lineage is broken",
        "Every seal that is broken has who broke it and why on record, and before the next transfer a successor, with the old package inside the new one.",
        "seal and package facts, and how seals looked at transfer points",
        "The examiner's notes; a statement of whoever opened the package.";
    E05 1 Contradiction
        "its seal's number is on another package",
        "No seal number is on two packages at once.",
        "declared seal numbers",
        "Look at both bags; record a mistyped number as a correction.";
    E06 1 Warning
        "the sensor says otherwise",
        "What a compartment's sensors say agrees with what is recorded to lie in it.",
        "presence and weight sensors",
        "An attended check; a test of the sensor.";
    E07 1 Warning
        "its package was opened for no examination",
        "A package is opened only under an examination authority.",
        "package facts",
        "The authority, recorded as an annotation.";
    G01 1 Fatal
        "what is disclosed is not what was committed to",
        "Every value disclosed is what its commitment opens to; salts have 128 bits at least, and none is used twice.",
        "openings and commitments",
        "None for this value: ask the operator for the opening as it was submitted.";
    G02 1 Break
        "something is withheld without a word",
        "What is withheld is enumerated, each with its basis; nothing that was committed to is missing.",
        "the redaction register and the commitments",
        "Ask the operator for the opening, or for who erased it under which authority.";
    G03 1 Break
        "an opening was erased unlawfully",
        "An erasure is recorded with its authority where it belongs, and nothing is erased under a hold.",
        "erasures, holds, and the records of exhibits",
        "The authority for the erasure; another copy of what was erased.";
    G04 1 Break
        "the bundle is not what it says it is",
        "A bundle holds what it says it holds: counts agree, and nothing adverse is left out.",
        "the bundle's files, streams and findings",
        "Ask the operator for a new bundle of the same request.";
    G05 1 Warning
        "that two people are two is not shown",
        "Where two people acted, that they are two is shown in what is disclosed.",
        "sessions, credentials and pseudonyms",
        "Disclose what binds each pseudonym to its person, or a statement of each of them.";
    K01 1 Fatal
        "the device may not say so",
        "Every statement is signed by a key enrolled for its device, in force, and speaks of what that device may speak of.",
        "enrolment chain and signature",
        "None: what was not signed by the device was not said by the device.";
    K02 1 Break
        "the device's chain has a gap",
        "A device's statements are numbered without a gap and form one chain; so are the node's starts.",
        "device chain",
        "Recover the device's journal; declare what is lost with ChainResumed.";
    K03 2 Break
        "the key had ended or was compromised",
        "A device says nothing after its key was revoked or the device retired, and nothing counts after a declared compromise.",
        "revocation, and the dates of what the device had said",
        "Find out who used the key.";
    K04 1 Warning
        "the key was replaced without the old one",
        "A key is rotated by the old key and two authorities; without the old key it is an exception.",
        "rotation and approvals",
        "The authorities' record of why the old key could not sign.";
    K05 1 Warning
        "the firmware is not approved",
        "A device runs firmware that two authorities have approved.",
        "what devices say they run, and approvals",
        "Approve the version, or update the device.";
    L01 1 Fatal
        "the record is not reliable",
        "Every entry hashes to its leaf, and names the leaf hash of the entry before it.",
        "canonical bytes",
        "None for these bytes; look for another copy of the ledger.";
    L02 1 Fatal
        "the record is not reliable",
        "Entry indices run without a gap from the genesis.",
        "indices",
        "None for these bytes; look for another copy of the ledger.";
    L03 1 Fatal
        "the record is not reliable",
        "The checkpoint is signed by the ledger, its root is that of the entries, and every tile and census agrees.",
        "checkpoint, tiles, consistency",
        "None for these bytes; ask the operator and the witnesses for theirs.";
    L04 1 Fatal
        "the record is not reliable",
        "No other signed checkpoint, and no head that a statement names, contradicts this ledger.",
        "checkpoints and receipts held elsewhere, heads that statements name",
        "None: the ledger's key signed two histories. Keep both.";
    L05 2 Fatal
        "the record is not reliable",
        "The ledger is at least as long as every checkpoint of it that is known.",
        "checkpoints and receipts held elsewhere, heads that statements record",
        "Obtain the whole ledger; a restored backup must not be continued.";
    L06 1 Fatal
        "the record is not reliable",
        "Every byte of the record is of a known form, canonical and within its limits.",
        "strict decoding",
        "A newer verifier, where the form is newer; otherwise none.";
    L07 1 Contradiction
        "a statement stands twice",
        "No statement stands in the ledger twice.",
        "statement hashes",
        "Find out why the node appended it again.";
    L08 1 Break
        "a file is missing",
        "Every file that the record refers to is there and is what the record says of it, and there is no other.",
        "files of the archive, evidence kept beside the ledger",
        "Obtain the missing file; keep the surplus one and find out who put it there.";
    P01 1 Break
        "somebody acted outside a role of theirs",
        "Who acts had at that time, at that site, a role that may do so.",
        "roles granted and revoked",
        "The record of why that person acted; a grant that was forgotten.";
    P02 1 Break
        "two people were needed",
        "Where two people are needed, two different people act, each recognised by a means of their own, at the same time and place.",
        "sessions and witnesses",
        "Statements of both.";
    P03 1 Break
        "duties were not kept apart",
        "Who deposited an exhibit does not authorise its disposal, who authorises it does not carry it out, and who keeps a store does not audit it.",
        "custody acts, authorities, roles and counts",
        "A second authority, or a second audit.";
    P04 1 Warning
        "one person was at two places",
        "Nobody is recognised at two sites within less time than it takes to go from one to the other.",
        "sessions",
        "Ask the person; a lent card or a copied PIN is an incident.";
    P05 1 Break
        "the authority did not allow it",
        "A collection, a return to the owner and a disposal have an authority that names the exhibit and the recipient, had not expired, and was not overtaken by a refusal or a hold.",
        "authorities, refusals and holds",
        "The authority that was meant; a statement of whoever acted.";
    S01 1 Break
        "an act was not lawful where it was",
        "Each custody act is lawful where the exhibit then is.",
        "custody acts in causal order",
        "Look for the act that is missing in between; record it as a late entry.";
    S02 1 Break
        "it had no holder, or two",
        "At every instant from the first leg to the last, an exhibit has exactly one holder.",
        "custody legs",
        "Statements of the handlers on either side.";
    S03 1 Contradiction
        "it has two origins",
        "An exhibit has one origin.",
        "registrations and first deposits",
        "Find out which is the exhibit's; re-attribute the other.";
    S04 1 Break
        "who gave was not who had it",
        "Who gives is who has received before, and both sides act in sessions of their own.",
        "handshakes and sessions",
        "Statements of both handlers.";
    S05 1 Contradiction
        "something happened after its custody ended",
        "Nothing happens to an exhibit after its custody ended.",
        "custody acts in causal order",
        "Find out which of the acts is wrong.";
    S06 1 Break
        "it was due back",
        "What was temporarily released comes back by the day it is due, as it went.",
        "release, return, and the ledger's newest entry",
        "The statement of the person it was released to; a new release with a new day.";
    S07 1 Break
        "its record was put right the wrong way",
        "Only declared fields are corrected, of a statement on record, with another person's approval; nothing is re-attributed by one person.",
        "corrections and re-attributions",
        "A correction with an approver; for what a device observed, an annotation.";
    S08 1 Warning
        "quantities do not add up",
        "What an exhibit is split into, or made of, adds up to what was counted and weighed.",
        "counts, weighings, splits and consolidations",
        "Count and weigh again, in pairs.";
    T01 1 Break
        "a clock went back",
        "Within one run of a device its monotonic clock does not go back, and its wall clock only where it says so.",
        "device times and clock events",
        "The device's clock record; until then its times are only its word.";
    T02 1 Warning
        "the clock's error was large",
        "At every custody transfer point the clock's error is within the policy's bound.",
        "clock states",
        "The time service's record; the interval is as wide as the error.";
    T03 1 Warning
        "a statement came late",
        "A statement reaches the ledger soon after it was made, unless the device said it was offline, and never before.",
        "device clock and recording time",
        "The device's clock record, or the network's outage record.";
    T04 1 Contradiction
        "the clocks contradict the order of the acts",
        "What caused something did not happen after it, whatever the clocks' errors.",
        "device chains, what statements follow, and intervals of time",
        "Measure both clocks; a wrong clock that is measured and disclosed can be explained.";
    T05 1 Break
        "a time-stamp contradicts its time",
        "What was on record when a time-stamping authority vouched for the ledger's head was not made after that.",
        "time-stamp tokens and device times",
        "The device's clock record; the token itself.";
    T06 1 Warning
        "an entry was made late",
        "A late entry says when the act occurred, is made by somebody who took part in it, soon after, and contradicts no record.",
        "late entries and the record around them",
        "The handler's statement; the note made at the time.";
    V01 1 Break
        "it was not under a camera in a transit store",
        "An exhibit lies in a locker for exhibits that stands, at that instant, in a designated transit store, in the view of a camera of the coverage map then in force.",
        "designations, coverage maps and custody acts",
        "Designate the store or approve the map for the time; move the exhibit.";
    V02 1 Break
        "no camera recorded the door",
        "The footage of one camera that the map assigns covers every custody transfer point, and every opening of an occupied compartment, with a margin for clocks and people.",
        "segments that recorders have committed to",
        "The recorder itself; other cameras; statements of those who were there.";
    V03 1 Break
        "footage was committed to late",
        "Footage of a custody transfer point is committed to the ledger within the policy's time.",
        "when manifests were recorded",
        "The recorder's and the network's outage record.";
    V04 1 Fatal
        "the footage is not what was committed to",
        "Footage that is still held is what was committed to.",
        "SHA-256 and length of the segments",
        "None for this segment: find out who altered it; look for another copy.";
    V05 1 Warning
        "the footage is thin",
        "A segment holds as many pictures as the policy asks of its length.",
        "frame counts",
        "The recorder's log; what the pictures that are there show.";
    V06 1 Warning
        "the recorder's clock was not measured",
        "The offset of a recorder's clock has been measured within the policy's period, and is used.",
        "time checks in manifests",
        "A time check now, and its comparison with the next.";
    V07 1 Break
        "footage was let go before its time",
        "Footage lapses only after retention and a decision, and none lapses that somebody asked to keep.",
        "lapses, preservation requests, holds",
        "Another copy; the record of who deleted it.";
    V08 1 Break
        "the video's own signature does not hold",
        "Where a camera signs its video, the signature is there and verifies.",
        "validators' verdicts in manifests",
        "The validator's report; the camera's certificate.";
    V09 1 Warning
        "the camera was not well",
        "No outage or interference of an assigned camera falls into a time when an exhibit was in its view, and its survey is not too old.",
        "camera outages and surveys",
        "Compartment shut and its counter unchanged; the maintenance record; a new survey.";
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text names no rule of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such rule in this version")]
pub struct UnknownRule;

impl FromStr for RuleId {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        RULES.iter().find(|rule| rule.id.name() == text).map(|rule| rule.id).ok_or(UnknownRule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_finds_its_own_rule_and_reads_back() {
        for rule in RULES {
            assert_eq!(rule.id.rule().id, rule.id);
            assert_eq!(rule.id.name().parse(), Ok(rule.id));
        }
    }
}
