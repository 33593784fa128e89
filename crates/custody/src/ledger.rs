//! The state of the whole ledger, and the two levels of the rulebook over it.

mod act;
mod key;
mod trouble;

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use self::trouble::{fork, lost, set_aside};
use crate::approval::{Proposal, Proposals};
use crate::device::{Device, Devices, Refusal, Tenure};
use crate::door::{Cause, DoorFact, Doors};
use crate::estate::Estate;
use crate::exhibit::{ExhibitRecord, Flaw, Registration, What};
use crate::fact::{DeviceKind, DoorEvent, Fact, Interval, Key, Statement};
use crate::finding::Finding;
use crate::id::{CaseId, DeviceId, Digest, ExhibitId};
use crate::judge;
use crate::policy::Policy;
use crate::rule::RuleId;
use crate::scope::may_say;
use crate::seal::Seals;
use crate::session::Sessions;
use crate::severity::Severity;
use crate::verdict::{Holder, Verdict};

/// One entry of the ledger as the rulebook sees it.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'a> {
    /// Its position.
    pub index: u64,
    /// Its leaf hash.
    pub leaf: Digest,
    /// SHA-256 of the statement.
    pub hash: Digest,
    /// The node's clock, UTC microseconds.
    pub recorded_at_us: u64,
    /// What was said.
    pub statement: &'a Statement,
}

/// Everything that the entries so far have established.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    devices: Devices,
    proposals: Proposals,
    estate: Estate,
    sessions: Sessions,
    doors: Doors,
    exhibits: BTreeMap<ExhibitId, ExhibitRecord>,
    /// By case and reference tag, the exhibit first registered under it and the entry.
    references: BTreeMap<(CaseId, Digest), (ExhibitId, u64)>,
    seals: Seals,
    /// The node's clock at the newest entry, UTC microseconds.
    newest_us: u64,
    checkpoint_key: Option<Key>,
    node: Option<DeviceId>,
    policy: Option<Digest>,
    epoch: u64,
}

impl Ledger {
    /// Before entry 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// The key that must have signed this statement if it may stand next in the chain: the one question of
    /// admission. The genesis answers for itself: it may stand before all others, under its node's key.
    ///
    /// # Errors
    ///
    /// The first reason why it may not. [`Refusal::Gap`] and [`Refusal::Previous`] are raised only where the key
    /// is right, so that who replays a chain may note the break, check the signature all the same, and go on.
    pub fn standing(&self, statement: &Statement, key_id: Digest) -> Result<Key, Refusal> {
        match &statement.fact {
            Fact::Genesis { node, .. } if self.checkpoint_key.is_none() => {
                key::genesis_standing(statement, node, key_id)
            }
            _ => self.devices.standing(statement, key_id),
        }
    }

    /// Folds one more authentic entry, in chain order, whatever it says; returns what chain order decides.
    ///
    /// The caller has found the signature good under the key that [`Ledger::standing`] names, and reports
    /// itself what it did not; entries that are not authentic are not folded.
    pub fn evolve(&mut self, recorded: &Recorded<'_>, policy: &Policy) -> Vec<Finding> {
        let statement = recorded.statement;
        if let Fact::Genesis { authorities, node, ledger_key, format_version, .. } = &statement.fact {
            return self.found(recorded, authorities, node, *ledger_key, *format_version);
        }
        self.newest_us = self.newest_us.max(recorded.recorded_at_us);
        let mut findings = Vec::new();
        let Some(kind) = self.devices.get(statement.device).map(|device| device.kind) else {
            return findings;
        };
        findings.extend(self.arrival(recorded, kind, policy));
        findings.extend(self.check_clocks(recorded));
        if let Some(device) = self.devices.0.get_mut(&statement.device) {
            device.said(statement, recorded.hash);
        }
        if let Some(objection) = self.scope_objection(statement, kind) {
            // The device's own word, believed of nothing: it breaks what it touches, not the whole record.
            findings.push(
                Finding::new(RuleId::K01, objection)
                    .weighing(Severity::Break)
                    .at([recorded.index])
                    .by_device(statement.device),
            );
            return findings;
        }
        if self.proposals.propose(recorded.hash, &statement.fact, statement.device, kind, recorded.index) {
            return findings;
        }
        self.fold(recorded, kind, &mut findings);
        findings
    }

    fn fold(&mut self, recorded: &Recorded<'_>, kind: DeviceKind, findings: &mut Vec<Finding>) {
        let statement = recorded.statement;
        let device = statement.device;
        match &statement.fact {
            Fact::Approved { statement } if kind == DeviceKind::Authority => {
                if let Some(proposal) = self.proposals.approve(*statement, device) {
                    self.take_effect(&proposal, recorded, findings);
                }
            }
            Fact::EpochClaimed { epoch } => findings.extend(self.claim_epoch(recorded, *epoch)),
            Fact::ForkEvidenced { device, sequence, .. } => findings.push(fork(recorded, *device, *sequence)),
            Fact::StatementSetAside { device, sequence, .. } => {
                findings.push(set_aside(recorded, *device, *sequence));
            }
            Fact::ChainResumed { lost_from, lost_to } => findings.push(lost(recorded, *lost_from, *lost_to)),
            Fact::OfflineEntered { since_us } => self.offline(device, *since_us),
            Fact::OfflineDrained => {
                if let Some(device) = self.devices.0.get_mut(&device) {
                    device.is_offline = false;
                }
            }
            Fact::SessionOpened { person } => self.sessions.open(recorded.hash, device, *person),
            Fact::SessionClosed { session } => self.sessions.close(*session, device),
            Fact::Door { event, compartment, cycle, close_counter, session } => {
                let fact = DoorFact {
                    event: *event,
                    compartment: *compartment,
                    cycle: *cycle,
                    session: *session,
                    close_counter: *close_counter,
                    hash: recorded.hash,
                    index: recorded.index,
                    device,
                    wall_us: statement.time.wall_us,
                };
                self.door(&fact, findings);
            }
            Fact::AttendedCheck { compartment, door_cycle, by, result } => {
                self.attended_check(recorded, *compartment, *door_cycle, *by, *result, findings);
            }
            Fact::ExhibitRegistered { exhibit, case, reference_tag, registrar, holder, package, seal } => {
                self.check_session(recorded, *registrar, &[*exhibit], findings);
                self.check_reference(recorded, *exhibit, *case, *reference_tag, findings);
                // Two exhibits of one bag are registered with one seal; which bag, only its id can tell.
                let seal_of_package = seal.as_deref().filter(|_| package.is_some());
                let elsewhere = self.seals.declare(recorded, seal_of_package, &[*exhibit], *package);
                let flaws = elsewhere.iter().map(|_| Flaw::Seal).collect();
                findings.extend(elsewhere);
                let registration =
                    Registration { case: *case, holder: *holder, package: *package, seal: seal.clone() };
                self.note(*exhibit, recorded, What::Registered(registration), flaws);
            }
            Fact::Movement(movement) => self.movement(recorded, movement, findings),
            // The rest is a proposal by nobody who may propose, or says nothing that a rule reads.
            _ => {}
        }
    }

    /// E01: within a case no reference stands for two exhibits.
    fn check_reference(
        &mut self,
        recorded: &Recorded<'_>,
        exhibit: ExhibitId,
        case: CaseId,
        tag: Digest,
        findings: &mut Vec<Finding>,
    ) {
        let (first, index) = *self.references.entry((case, tag)).or_insert((exhibit, recorded.index));
        if first != exhibit {
            let sentence = format!("Two exhibits of case {case} are registered under one reference.");
            findings.push(
                Finding::new(RuleId::E01, sentence).at([index, recorded.index]).of_exhibits([first, exhibit]),
            );
        }
    }

    /// The verdict on one exhibit over all facts so far; `None` for one that no fact names.
    pub fn judge(&self, exhibit: ExhibitId) -> Option<Verdict> {
        let record = self.exhibits.get(&exhibit)?;
        let until_us = |holder: Holder| match holder {
            Holder::Compartment(compartment) => {
                let device = self.estate.speaker(compartment)?;
                self.devices.get(device).map(|device| device.last_wall_us)
            }
            Holder::Release(_) => Some(self.newest_us),
            Holder::Person(_) | Holder::Place(_) | Holder::Missing | Holder::Ended => None,
        };
        Some(judge::judge(exhibit, record, &self.doors, until_us))
    }

    /// What is still open where the entries end: openings that no custody event explains (D02), doors that nobody
    /// has looked after (D04), statements that came late from a device that never said it was offline (T03), and a
    /// backlog whose last good statement never came (K03).
    pub fn closing_findings(&self) -> Vec<Finding> {
        let late = self.devices.iter().filter(|(_, device)| !device.late.is_empty()).map(|(id, device)| {
            let sentence = format!(
                "{} statements reached the ledger late from a device that had not said it was offline.",
                device.late.len()
            );
            Finding::new(RuleId::T03, sentence).at(device.late.iter().map(|(index, _)| *index)).by_device(id)
        });
        let openings = self.doors.openings().filter(|opening| opening.cause == Cause::Unexplained);
        let openings = openings.map(|opening| {
            let is_under_way = !opening.is_forced
                && self.doors.is_last_cycle(opening)
                && opening.session.is_some_and(|session| self.sessions.is_open(&session));
            let severity = RuleId::D02.rule().severity;
            let (severity, what) = if is_under_way {
                (Severity::Information, "stands open in a session that has not ended")
            } else if opening.is_forced {
                (severity, "was forced open")
            } else {
                (severity, "was opened without a custody event")
            };
            let sentence = match opening.occupant_count {
                1 => format!("A compartment with an exhibit inside {what}."),
                count => format!("A compartment with {count} exhibits inside {what}."),
            };
            Finding::new(RuleId::D02, sentence)
                .weighing(severity)
                .at(opening.indices.iter().copied())
                .during(opening.interval)
                .of_exhibits(opening.occupants.iter().copied())
                .by_device(opening.device)
                .in_compartment(opening.compartment)
        });
        let troubles = self.doors.troubles().map(|(compartment, trouble)| {
            let sentence = String::from(match trouble.event {
                DoorEvent::Forced => {
                    "Nobody has looked after a compartment since its door was forced on an exhibit."
                }
                DoorEvent::LeftOpen => {
                    "Nobody has looked after a compartment since its door was left open on an exhibit."
                }
                _ => "Nobody has looked after a compartment since its door did not close on an exhibit.",
            });
            Finding::new(RuleId::D04, sentence)
                .at([trouble.index])
                .during(Interval { from_us: trouble.wall_us, to_us: trouble.wall_us })
                .of_exhibits(trouble.occupants.iter().copied())
                .by_device(trouble.device)
                .in_compartment(compartment)
        });
        let backlogs = self.devices.iter().filter_map(|(id, device)| {
            let (count, index) = device.open_backlog()?;
            let sentence = format!(
                "{count} statements of device {id} were recorded after its key was revoked, and the last one that the revocation calls good is not among them."
            );
            Some(Finding::new(RuleId::K03, sentence).weighing(Severity::Warning).at([index]).by_device(id))
        });
        late.chain(openings).chain(troubles).chain(backlogs).collect()
    }

    /// Every exhibit that a fact names, by id.
    pub fn exhibits(&self) -> impl Iterator<Item = ExhibitId> + '_ {
        self.exhibits.keys().copied()
    }

    /// What is kept of one exhibit.
    pub fn exhibit(&self, exhibit: ExhibitId) -> Option<&ExhibitRecord> {
        self.exhibits.get(&exhibit)
    }

    /// One device.
    pub fn device(&self, device: DeviceId) -> Option<&Device> {
        self.devices.get(device)
    }

    /// All devices.
    pub fn devices(&self) -> &Devices {
        &self.devices
    }

    /// The estate as agreed.
    pub fn estate(&self) -> &Estate {
        &self.estate
    }

    /// What the doors have said.
    pub fn doors(&self) -> &Doors {
        &self.doors
    }

    /// What waits for a second authority.
    pub fn proposals(&self) -> &Proposals {
        &self.proposals
    }

    /// The key that signs checkpoints now; `None` before the genesis.
    pub fn ledger_key(&self) -> Option<Key> {
        self.checkpoint_key
    }

    /// The device that speaks for the ledger; `None` before the genesis.
    pub fn node(&self) -> Option<DeviceId> {
        self.node
    }

    /// SHA-256 of the policy file in force, if one was adopted.
    pub fn policy(&self) -> Option<Digest> {
        self.policy
    }

    /// The epoch last claimed; 0 before the first.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Whether the speaker may speak of this at all, and of this compartment (K01).
    fn scope_objection(&self, statement: &Statement, kind: DeviceKind) -> Option<String> {
        let fact = &statement.fact;
        if !may_say(kind, fact) {
            return Some(format!("Device {} said what a device of its kind may not say.", statement.device));
        }
        let compartment = match fact {
            Fact::Door { compartment, .. } | Fact::PresenceSensed { compartment, .. } => *compartment,
            // People at a desk may have gone to any compartment; a locker knows of its own alone.
            Fact::AttendedCheck { compartment, .. } if kind == DeviceKind::Locker => *compartment,
            Fact::Movement(movement) => movement.at()?.compartment,
            _ => return None,
        };
        let speaker = self.estate.speaker(compartment)?;
        (speaker != statement.device).then(|| {
            format!(
                "Device {} spoke of compartment {compartment}, which is another locker's.",
                statement.device
            )
        })
    }

    fn take_effect(&mut self, proposal: &Proposal, recorded: &Recorded<'_>, findings: &mut Vec<Finding>) {
        match &proposal.fact {
            Fact::DeviceEnrolled { device, kind, key, site, .. } => {
                let tenure = Tenure { key: *key, enrolment: recorded.leaf };
                self.devices.0.entry(*device).or_insert_with(|| Device::new(*kind, *site, tenure));
            }
            Fact::DeviceKeyRotated { device, key, .. } => {
                self.rotate(*device, *key, proposal, recorded, findings);
            }
            Fact::DeviceKeyRevoked { device, last_good } => {
                self.revoke(*device, *last_good, recorded, findings);
            }
            Fact::DeviceRetired { device, .. } => self.retire(*device, recorded.index),
            Fact::LedgerKeyRotated { key, .. } => self.checkpoint_key = Some(*key),
            Fact::PolicyAdopted { policy } => self.policy = Some(*policy),
            estate => self.estate.apply(estate, recorded.index),
        }
    }
}
