//! How much a finding weighs.

use core::fmt;

use crate::verdict::Standing;

/// How much a finding weighs. Ordered from the lightest to the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Information,
    /// Must be explained.
    Warning,
    /// Two facts cannot both be true.
    Contradiction,
    /// Continuity or integrity is not proven for an interval.
    Break,
    /// The record set as a whole is not reliable.
    Fatal,
}

impl Severity {
    /// Every severity, gravest first.
    pub const ALL: [Self; 5] =
        [Self::Fatal, Self::Break, Self::Contradiction, Self::Warning, Self::Information];

    /// What a finding of this weight leaves of the time it speaks of; `None`: all of it. A fatal one leaves nothing
    /// proven anywhere, which is not a matter of one interval.
    pub(crate) fn standing(self) -> Option<Standing> {
        match self {
            Self::Contradiction => Some(Standing::Contradicted),
            Self::Break | Self::Fatal => Some(Standing::NotProven),
            Self::Warning | Self::Information => None,
        }
    }

    /// The word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Contradiction => "contradiction",
            Self::Break => "break",
            Self::Fatal => "fatal",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
