//! People: what they may do, and how they were recognised.

use crate::id::{PersonId, SiteId};

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Seizes and deposits.
    Officer,
    /// Registers, chases, resolves, disposes.
    ExhibitsOfficer,
    /// Keeps a store.
    StoreManager,
    /// Carries from locker to store.
    Courier,
    /// Counts and checks.
    CustodyAuditor,
    /// Exports cases.
    DisclosureOfficer,
    /// Registers sites and lockers.
    EstateManager,
    /// Opens lockers to repair them.
    Maintainer,
    /// Opens packages to examine what is inside.
    Examiner,
}

impl Role {
    /// The word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::ExhibitsOfficer => "exhibits officer",
            Self::StoreManager => "store manager",
            Self::Courier => "courier",
            Self::CustodyAuditor => "custody auditor",
            Self::DisclosureOfficer => "disclosure officer",
            Self::EstateManager => "estate manager",
            Self::Maintainer => "maintainer",
            Self::Examiner => "examiner",
        }
    }
}

/// How a person was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Authentication {
    /// A card.
    Card,
    /// A card and a PIN.
    CardAndPin,
    /// A PIN alone.
    Pin,
    /// Another system's word (`OpenID` Connect).
    Oidc,
    /// A passkey.
    Passkey,
    /// The word of a second person.
    Vouched,
    /// Nothing: an operator let them in.
    Override,
}

/// A change of what a person may do. Said by an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleFact {
    /// From here on they may.
    Granted {
        /// Who.
        person: PersonId,
        /// What.
        role: Role,
        /// Where; `None`: everywhere.
        site: Option<SiteId>,
        /// Until when, if it ends by itself.
        until_us: Option<u64>,
    },
    /// From here on they may not.
    Revoked {
        /// Who.
        person: PersonId,
        /// What.
        role: Role,
        /// Where; `None`: everywhere.
        site: Option<SiteId>,
    },
}
