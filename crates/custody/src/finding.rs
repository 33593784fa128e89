//! Findings: what the rulebook has to say about the record, in words an exhibits officer understands.

use alloc::string::String;
use alloc::vec::Vec;

use crate::fact::Interval;
use crate::id::{CameraId, CompartmentId, DeviceId, ExhibitId, PersonId};
use crate::rule::RuleId;
use crate::severity::Severity;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: RuleId,
    /// How much it weighs here; a rule may weigh less in lighter cases.
    pub severity: Severity,
    /// One plain English sentence, with a full stop.
    pub sentence: String,
    /// What would explain or resolve it: one sentence, with a full stop.
    pub remedy: String,
    /// Ledger indices of the entries that prove it, ascending.
    pub indices: Vec<u64>,
    /// The time concerned, by the devices' clocks.
    pub interval: Option<Interval>,
    /// Exhibits affected.
    pub exhibits: Vec<ExhibitId>,
    /// Devices concerned.
    pub devices: Vec<DeviceId>,
    /// Compartments concerned.
    pub compartments: Vec<CompartmentId>,
    /// People concerned, as pseudonyms.
    pub people: Vec<PersonId>,
    /// Cameras concerned.
    pub cameras: Vec<CameraId>,
    /// What was said of it later. It explains; it removes nothing.
    pub beside: Vec<Beside>,
}

/// A later statement about what a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Beside {
    /// Its entry.
    pub index: u64,
    /// What it is.
    pub what: Remark,
}

/// What a later statement makes of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// A remark on it.
    Annotated,
    /// One of its declared fields was wrong.
    Corrected,
    /// Somebody said that something is wrong.
    DiscrepancyRaised,
    /// Somebody said how that was put right.
    DiscrepancyResolved,
    /// Somebody went to the compartment and looked.
    AttendedCheck,
}

impl Remark {
    /// The words used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Annotated => "annotated",
            Self::Corrected => "corrected",
            Self::DiscrepancyRaised => "discrepancy raised",
            Self::DiscrepancyResolved => "discrepancy resolved",
            Self::AttendedCheck => "attended check",
        }
    }
}

/// Why nothing is proven, where so many findings are fatal for all; none where there are none.
pub fn fatal_objection(count: usize) -> Option<String> {
    (count > 0).then(|| alloc::format!("the record is not reliable, by {count} fatal findings"))
}

impl Finding {
    /// A finding under a rule, with the rule's own severity and nothing yet of who and what.
    pub fn new(rule: RuleId, sentence: String) -> Self {
        Self {
            rule,
            severity: rule.rule().severity,
            sentence,
            remedy: rule.rule().remedy.into(),
            indices: Vec::new(),
            interval: None,
            exhibits: Vec::new(),
            devices: Vec::new(),
            compartments: Vec::new(),
            people: Vec::new(),
            cameras: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// Whether it leaves nothing proven anywhere. V04 is fatal for its segment alone: what rested on it is not proven
    /// already.
    pub fn is_fatal_for_all(&self) -> bool {
        self.severity == Severity::Fatal && self.rule != RuleId::V04
    }

    /// With the entries that prove it.
    #[must_use]
    pub fn at(mut self, indices: impl IntoIterator<Item = u64>) -> Self {
        self.indices.extend(indices);
        self.indices.sort_unstable();
        self.indices.dedup();
        self
    }

    /// With another weight than the rule's own.
    #[must_use]
    pub fn weighing(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// With the time concerned.
    #[must_use]
    pub fn during(mut self, interval: Interval) -> Self {
        self.interval = Some(interval);
        self
    }

    /// With the exhibits affected.
    #[must_use]
    pub fn of_exhibits(mut self, exhibits: impl IntoIterator<Item = ExhibitId>) -> Self {
        self.exhibits.extend(exhibits);
        self.exhibits.sort_unstable();
        self.exhibits.dedup();
        self
    }

    /// With a device concerned.
    #[must_use]
    pub fn by_device(mut self, device: DeviceId) -> Self {
        self.devices.push(device);
        self
    }

    /// With a compartment concerned.
    #[must_use]
    pub fn in_compartment(mut self, compartment: CompartmentId) -> Self {
        self.compartments.push(compartment);
        self
    }

    /// With a camera concerned.
    #[must_use]
    pub fn of_camera(mut self, camera: CameraId) -> Self {
        self.cameras.push(camera);
        self
    }

    /// With a person concerned.
    #[must_use]
    pub fn by_person(mut self, person: PersonId) -> Self {
        self.people.push(person);
        self
    }
}
