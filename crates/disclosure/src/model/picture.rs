//! An exhibit's time as a picture that every renderer draws from the same numbers.

use serde::Serialize;

use super::Instant;

/// An exhibit's time as rows of bars, from one instant to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// Where every row begins; none of an exhibit without custody.
    pub from: Option<Instant>,
    /// Where every row ends.
    pub to: Option<Instant>,
    /// Its rows, from the top.
    pub lanes: Vec<Lane>,
}

/// One row of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lane {
    /// What it shows.
    pub name: String,
    /// Its bars, in the order in which they are drawn.
    pub bars: Vec<Bar>,
}

/// One bar of a row. One that begins where it ends is drawn as a stroke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// Its beginning, in ten-thousandths of the picture's time: 0 to 10,000.
    pub from: u16,
    /// Its end, in the same.
    pub to: u16,
    /// What it stands for.
    pub kind: BarKind,
    /// The same in words, with its times.
    pub label: String,
}

/// What a bar stands for. Renderers tell kinds apart by pattern and letter as well as by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BarKind {
    /// Proven.
    Proven,
    /// Declared.
    Declared,
    /// Not proven.
    NotProven,
    /// Contradicted.
    Contradicted,
    /// In a locker's compartment.
    Locker,
    /// With a person, or at a place by a person's word.
    Person,
    /// Nobody knows where.
    Missing,
    /// Under a seal.
    Seal,
    /// A window that a camera shows.
    Shown,
    /// A part of a window that it does not show.
    Hole,
    /// An opening of the compartment.
    Opening,
    /// An opening that no custody act explains.
    Unexplained,
    /// A finding.
    Finding,
}
