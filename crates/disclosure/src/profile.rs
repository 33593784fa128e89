//! For whom a bundle is made, and what is withheld from whom unless somebody decides otherwise.

use core::fmt;
use core::str::FromStr;

use custody_proto::v1;

/// For whom a bundle is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// The defence, and whoever instructs an expert for it.
    Defence,
    /// The Crown Prosecution Service.
    Cps,
    /// The force itself.
    Internal,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Defence, Self::Cps, Self::Internal];

    /// The word on the command line and in `bundle.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Defence => "defence",
            Self::Cps => "cps",
            Self::Internal => "internal",
        }
    }

    /// As the ledger records it.
    pub fn to_message(self) -> v1::DisclosureProfile {
        match self {
            Self::Defence => v1::DisclosureProfile::Defence,
            Self::Cps => v1::DisclosureProfile::Cps,
            Self::Internal => v1::DisclosureProfile::Internal,
        }
    }

    /// As the ledger recorded it; `None` for a value that no version knows.
    pub fn of_message(profile: v1::DisclosureProfile) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.to_message() == profile)
    }

    /// Whether statement drafts and schedules go along: they are the prosecution's own working papers.
    pub fn has_drafts(self) -> bool {
        self != Self::Defence
    }

    /// Why a committed field is withheld under this profile where nobody has decided; `None`: it is disclosed.
    ///
    /// Credentials, and what links one pseudonym to another, open more than one case and go to nobody outside. Names of
    /// people and places of premises go to the defence only where somebody decides so.
    pub fn withholds(self, field: &str) -> Option<Basis> {
        match (self, field) {
            (Self::Internal, _) => None,
            (_, "credential" | "former") | (Self::Defence, "name" | "report") => Some(Basis::Sensitive),
            (Self::Defence, "identity") => Some(Basis::ThirdParty),
            _ => None,
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text names no profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a profile: defence, cps or internal")]
pub struct UnknownProfile;

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, UnknownProfile> {
        Self::ALL.into_iter().find(|profile| profile.name() == text).ok_or(UnknownProfile)
    }
}

/// Why a field is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Personal data of somebody whom the case does not concern.
    ThirdParty,
    /// Disclosure would put premises, methods or people at risk (an MG6D matter).
    Sensitive,
    /// Public interest immunity has been, or is to be, applied for.
    PublicInterest,
    /// It has no bearing on the case.
    NotRelevant,
}

impl Basis {
    /// Every basis.
    pub const ALL: [Self; 4] = [Self::ThirdParty, Self::Sensitive, Self::PublicInterest, Self::NotRelevant];

    /// The word in a register and in a file of decisions.
    pub fn name(self) -> &'static str {
        match self {
            Self::ThirdParty => "third-party",
            Self::Sensitive => "sensitive",
            Self::PublicInterest => "public-interest",
            Self::NotRelevant => "not-relevant",
        }
    }

    /// As a reader is told.
    pub fn words(self) -> &'static str {
        match self {
            Self::ThirdParty => "personal data of a third party",
            Self::Sensitive => "sensitive material",
            Self::PublicInterest => "public interest immunity",
            Self::NotRelevant => "not relevant to the case",
        }
    }
}

/// A text names no basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a basis: third-party, sensitive, public-interest or not-relevant")]
pub struct UnknownBasis;

impl FromStr for Basis {
    type Err = UnknownBasis;

    fn from_str(text: &str) -> Result<Self, UnknownBasis> {
        Self::ALL.into_iter().find(|basis| basis.name() == text).ok_or(UnknownBasis)
    }
}
