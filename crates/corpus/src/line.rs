//! One line of a script: what one device says, when, and how it reaches the ledger.
//!
//! A line names other lines by tokens, since no statement has a hash before it is signed; [`crate::play`] puts the
//! hashes in their place.

use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::SpeakerId;

/// One second in microseconds.
pub const SECOND: u64 = 1_000_000;
/// One minute in microseconds.
pub const MINUTE: u64 = 60 * SECOND;
/// One hour in microseconds.
pub const HOUR: u64 = 60 * MINUTE;
/// One day in microseconds.
pub const DAY: u64 = 24 * HOUR;

/// The first bytes of a token. No SHA-256 of a history begins so.
pub(crate) const TOKEN: &[u8; 24] = b"the statement of line...";

/// A line's place in its script; it stays when lines are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId(pub u64);

impl LineId {
    /// What stands for the hash of this line's statement until it is signed.
    pub fn token(self) -> Vec<u8> {
        let mut token = TOKEN.to_vec();
        token.extend(self.0.to_be_bytes());
        token
    }
}

/// How a statement reaches the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// So much later. A device's statements keep their order, and an offline device's wait.
    After(u64),
    /// Never: it was signed and is lost.
    Lost,
    /// It was never said.
    Unsaid,
}

/// What a statement says of the ledger itself, which only the ledger at that moment knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutLedger {
    /// A head of the tree.
    Head {
        /// So many entries fewer than there are.
        fewer: u64,
        /// So many entries more than there are.
        more: u64,
        /// With another root than the tree's.
        is_wrong: bool,
    },
    /// All streams' heads.
    Census {
        /// With another root.
        is_wrong: bool,
        /// So many streams more than there are.
        more: u64,
    },
}

impl AboutLedger {
    /// The newest head.
    pub const NOW: Self = Self::Head { fewer: 0, more: 0, is_wrong: false };
    /// The census as it is.
    pub const CENSUS: Self = Self::Census { is_wrong: false, more: 0 };
}

/// What becomes possible when an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A device's key is enrolled.
    Enrols(SpeakerId),
    /// A device goes on under the key of this seed.
    Rotates(SpeakerId, [u8; 32]),
}

/// What becomes of an envelope that is kept as evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// It lies beside the ledger.
    Kept,
    /// Its file is missing.
    Missing,
    /// Its file holds other bytes.
    Altered,
}

/// What somebody does to a statement between saying and recording: planted faults only.
#[derive(Debug, Clone)]
pub enum Trick {
    /// It is recorded a second time, so much later.
    Again(u64),
    /// The key of this seed signs it.
    SignedBy([u8; 32]),
    /// One bit of the signature is another.
    Spoilt,
    /// The device skips so many numbers.
    Skips(u64),
    /// It names another statement before it than the device's last.
    Unlinked,
    /// A clone of the device says another thing under the same number, and the node keeps it as evidence.
    Forked(Box<Fact>, Evidence),
    /// The node does not record it and keeps it as evidence that the device spoke after its end.
    SetAside,
    /// The statement's bytes are edited before they are signed.
    Edited(fn(Vec<u8>) -> Vec<u8>),
    /// The device has seen another root than the tree's.
    SeenWrong,
}

/// One line.
#[derive(Debug, Clone)]
pub struct Line {
    /// Who speaks.
    pub by: SpeakerId,
    /// When, by true time.
    pub at_us: u64,
    /// When, by the device's clocks.
    pub time: v1::Time,
    /// What is said.
    pub fact: Fact,
    /// The line that it continues.
    pub follows: Option<LineId>,
    /// When a declared fact is said to have occurred.
    pub occurred: Option<v1::Occurred>,
    /// How it reaches the ledger.
    pub delivery: Delivery,
    /// What of the ledger it says.
    pub about: Option<AboutLedger>,
    /// What it makes possible.
    pub effect: Option<Effect>,
    /// What is done to it.
    pub trick: Option<Trick>,
    /// So many closings of its door before it that nobody said; fewer than none where the counter goes back.
    pub unseen_closings: i64,
    /// The device does not look at the ledger's head when this is recorded.
    pub is_blind: bool,
}

impl Line {
    /// Whether anybody ever says it.
    pub fn is_said(&self) -> bool {
        self.delivery != Delivery::Unsaid
    }
}
