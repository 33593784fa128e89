//! What becomes of a submission: recorded, recorded before, or declined with a reason a device can act on.

use custody::device::Refusal;
use custody::id::Digest;
use custody_proto::v1;

/// Longest detail of an outcome in bytes: what the schema allows.
pub const DETAIL_BYTES_MAX: usize = 1024;

/// Why a submission was not recorded. The names are stable: devices act on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The statement's bytes are not the canonical encoding of a statement.
    Malformed,
    /// This node does not know the kind of fact yet.
    UnknownFact,
    /// A limit on size is exceeded.
    TooLarge,
    /// The signature is not the key's, or a new key's proof of possession does not hold.
    BadSignature,
    /// The device is not enrolled.
    UnknownDevice,
    /// The device signs with another key.
    UnknownKey,
    /// The statement is bound to another enrolment.
    WrongEnrolment,
    /// The device's key was revoked.
    Revoked,
    /// The device was retired.
    Retired,
    /// The sequence number has been used for another statement.
    Forked,
    /// Earlier statements of the device have not arrived.
    Gap,
    /// The statement continues another history of its device.
    WrongPrevious,
    /// An opening does not belong to the statement.
    OpeningMismatch,
    /// Too much is waiting already.
    Overloaded,
    /// The node takes no statements now.
    Unavailable,
    /// This node of the ledger stands by: another takes statements, if any does.
    NotWriter,
}

impl Code {
    /// Every code, in order: for counters.
    pub const ALL: [Self; 16] = [
        Self::Malformed,
        Self::UnknownFact,
        Self::TooLarge,
        Self::BadSignature,
        Self::UnknownDevice,
        Self::UnknownKey,
        Self::WrongEnrolment,
        Self::Revoked,
        Self::Retired,
        Self::Forked,
        Self::Gap,
        Self::WrongPrevious,
        Self::OpeningMismatch,
        Self::Overloaded,
        Self::Unavailable,
        Self::NotWriter,
    ];

    /// The code as devices read it: `bad-signature`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownFact => "unknown-fact",
            Self::TooLarge => "too-large",
            Self::BadSignature => "bad-signature",
            Self::UnknownDevice => "unknown-device",
            Self::UnknownKey => "unknown-key",
            Self::WrongEnrolment => "wrong-enrolment",
            Self::Revoked => "revoked",
            Self::Retired => "retired",
            Self::Forked => "forked",
            Self::Gap => "gap",
            Self::WrongPrevious => "wrong-previous",
            Self::OpeningMismatch => "opening-mismatch",
            Self::Overloaded => "overloaded",
            Self::Unavailable => "unavailable",
            Self::NotWriter => "not-writer",
        }
    }

    /// True where the same bytes may be recorded later: `NOT_YET`, and not `REFUSED`.
    pub fn is_retryable(self) -> bool {
        self == Self::UnknownFact || self.is_for_now()
    }

    /// True where it says something of this node at this moment, and nothing of the bytes.
    pub fn is_for_now(self) -> bool {
        matches!(self, Self::Overloaded | Self::Unavailable | Self::NotWriter)
    }
}

/// A submission that was not recorded. Nothing of it stands in the ledger, and its device keeps its copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declined {
    /// Why, for a program.
    pub code: Code,
    /// Why, for a person: a sentence without a full stop.
    pub detail: String,
    /// Where the device's chain is at another place: the number expected next.
    pub expected_sequence: Option<u64>,
}

impl Declined {
    /// Declined with this code, for this reason.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), expected_sequence: None }
    }

    /// Not taken, because this node does not write.
    pub(crate) fn not_writer() -> Self {
        Self::new(
            Code::NotWriter,
            "this node stands by: another node of the ledger takes statements, or none does until their store can be \
             reached; keep it and send it to another, or here again later",
        )
    }
}

impl From<Refusal> for Declined {
    fn from(refusal: Refusal) -> Self {
        let (code, expected_sequence) = match refusal {
            Refusal::UnknownDevice { .. } => (Code::UnknownDevice, None),
            Refusal::UnknownKey { .. } => (Code::UnknownKey, None),
            Refusal::Enrolment { .. } => (Code::WrongEnrolment, None),
            Refusal::Revoked { .. } => (Code::Revoked, None),
            Refusal::Retired { .. } => (Code::Retired, None),
            Refusal::Earlier { expected, .. } => (Code::Forked, Some(expected)),
            Refusal::Gap { expected, .. } => (Code::Gap, Some(expected)),
            Refusal::Previous { .. } => (Code::WrongPrevious, None),
        };
        Self { code, detail: refusal.to_string(), expected_sequence }
    }
}

/// An entry and what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipted {
    /// Its position.
    pub index: u64,
    /// Its exact bytes.
    pub entry: Vec<u8>,
    /// Its receipt (C2SP tlog-proof).
    pub receipt: String,
}

/// The outcome of one submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Appended by this request.
    Recorded(Receipted),
    /// It was there already; nothing was appended.
    AlreadyRecorded(Receipted),
    /// Not recorded.
    Declined(Declined),
}

/// The answer to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// One for each submission, in their order.
    pub outcomes: Vec<Outcome>,
    /// The newest signed checkpoint; every receipt of the answer is under it.
    pub checkpoint: String,
    /// From the size the device had seen to that checkpoint. Empty where there is nothing to prove, or where
    /// the device has seen more than the checkpoint covers, which is for the device to raise.
    pub consistency: Vec<Digest>,
}

impl From<Outcome> for v1::Outcome {
    fn from(outcome: Outcome) -> Self {
        let status = match &outcome {
            Outcome::Recorded(_) => v1::OutcomeStatus::Recorded,
            Outcome::AlreadyRecorded(_) => v1::OutcomeStatus::AlreadyRecorded,
            Outcome::Declined(declined) if declined.code.is_retryable() => v1::OutcomeStatus::NotYet,
            Outcome::Declined(_) => v1::OutcomeStatus::Refused,
        };
        let mut message = Self { status: status.into(), ..Self::default() };
        match outcome {
            Outcome::Recorded(receipted) | Outcome::AlreadyRecorded(receipted) => {
                message.entry = Some(receipted.entry);
                message.receipt = Some(receipted.receipt);
            }
            Outcome::Declined(Declined { code, detail, expected_sequence }) => {
                message.code = Some(code.name().to_owned());
                message.detail = Some(cut(detail));
                message.expected_sequence = expected_sequence;
            }
        }
        message
    }
}

/// At most [`DETAIL_BYTES_MAX`] bytes of it, in whole characters.
fn cut(mut detail: String) -> String {
    let fits = |(place, character): &(usize, char)| place + character.len_utf8() <= DETAIL_BYTES_MAX;
    let end = detail.char_indices().take_while(fits).last();
    detail.truncate(end.map_or(0, |(place, character)| place + character.len_utf8()));
    detail
}

impl From<Answer> for v1::SubmitResponse {
    fn from(answer: Answer) -> Self {
        Self {
            outcomes: answer.outcomes.into_iter().map(Into::into).collect(),
            checkpoint: Some(answer.checkpoint),
            consistency: answer.consistency.into_iter().map(|hash| hash.0.to_vec()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_of_its_own_and_four_may_be_tried_again() {
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        let retryable: Vec<_> = Code::ALL.iter().filter(|code| code.is_retryable()).collect();
        let expect = [Code::UnknownFact, Code::Overloaded, Code::Unavailable, Code::NotWriter];
        assert_eq!(retryable, expect.iter().collect::<Vec<_>>());
        assert!(Code::ALL.is_sorted());
    }

    #[test]
    fn a_long_detail_is_cut_at_a_character() {
        let declined = Declined::new(Code::Malformed, "é".repeat(1000));
        let message = v1::Outcome::from(Outcome::Declined(declined));
        assert_eq!(message.detail.unwrap(), "é".repeat(512));
        assert_eq!(message.status, i32::from(v1::OutcomeStatus::Refused));
    }
}
