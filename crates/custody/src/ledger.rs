//! The state of the whole ledger, and the two levels of the rulebook over it.

mod act;
mod closing;
mod compromise;
mod equipment;
mod erasure;
mod identify;
mod key;
mod presence;
mod question;
mod reservation;
mod trouble;
mod view;

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use self::question::site_at;
use self::reservation::Reservations;
use self::trouble::{fork, lost, set_aside};
use crate::approval::{Proposal, Proposals};
use crate::condition::Conditions;
use crate::count::Counts;
use crate::dating::Datings;
use crate::device::{Device, Devices, Refusal, Tenure};
use crate::door::{DoorFact, Doors, MasterUse};
use crate::equipment::Equipment;
use crate::erasure::Erasures;
use crate::estate::Estate;
use crate::exhibit::{ExhibitRecord, Flaw, Mark, Registration, What};
use crate::fact::{AuditFact, AuthorityFact, DeviceKind, Fact, Health, Key, Matter, Statement};
use crate::finding::Finding;
use crate::footage::Footage;
use crate::id::{CaseId, DeviceId, Digest, ExhibitId};
use crate::identity::Identities;
use crate::judge;
use crate::people::People;
use crate::permission::Permissions;
use crate::policy::Policy;
use crate::question::Questions;
use crate::remark::Remarks;
use crate::rule::RuleId;
use crate::scope::may_say;
use crate::seal::Seals;
use crate::session::Sessions;
use crate::severity::Severity;
use crate::tally::Tallies;
use crate::verdict::{Holder, Verdict};
use crate::weight::Weights;

/// Findings of chain order that a verdict knows from the acts and openings themselves, and lays over more than an
/// instant.
const LAID_BY_THE_VERDICT: [RuleId; 9] = [
    RuleId::D01,
    RuleId::D02,
    RuleId::D03,
    RuleId::D06,
    RuleId::E03,
    RuleId::E05,
    RuleId::K03,
    RuleId::S02,
    RuleId::S04,
];

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
    weights: Weights,
    reservations: Reservations,
    people: People,
    permissions: Permissions,
    erasures: Erasures,
    questions: Questions,
    counts: Counts,
    equipment: Equipment,
    footage: Footage,
    conditions: Conditions,
    datings: Datings,
    tallies: Tallies,
    identities: Identities,
    remarks: Remarks,
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
        self.datings.note(recorded);
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
            self.erasures.stands_beside(recorded.hash);
            // The device's own word, believed of nothing: it breaks what it touches, not the whole record.
            findings.push(
                Finding::new(RuleId::K01, objection)
                    .weighing(Severity::Break)
                    .at([recorded.index])
                    .by_device(statement.device),
            );
            return findings;
        }
        if self.proposals.propose(recorded, kind) {
            return findings;
        }
        let before = findings.len();
        let renamed = self.as_called_now(statement);
        let statement = renamed.as_ref().unwrap_or(statement);
        self.fold(&Recorded { statement, ..*recorded }, kind, policy, &mut findings);
        self.call(&mut findings);
        for finding in findings.iter().skip(before) {
            self.mark(finding);
        }
        findings
    }

    /// What a finding of chain order says of an exhibit's time is kept for its verdict: a break leaves the
    /// finding's interval NOT PROVEN, a contradiction CONTRADICTED.
    fn mark(&mut self, finding: &Finding) {
        let (Some(interval), Some(standing)) = (finding.interval, finding.severity.standing()) else {
            return;
        };
        if LAID_BY_THE_VERDICT.contains(&finding.rule) {
            return;
        }
        for exhibit in &finding.exhibits {
            let Some(record) = self.exhibits.get_mut(exhibit) else { continue };
            record.marks.push(Mark { interval, standing, rule: finding.rule });
        }
    }

    fn fold(
        &mut self,
        recorded: &Recorded<'_>,
        kind: DeviceKind,
        policy: &Policy,
        findings: &mut Vec<Finding>,
    ) {
        let statement = recorded.statement;
        let device = statement.device;
        findings.extend(self.ask(recorded, policy));
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
            Fact::SessionOpened { person, method } => {
                self.sessions.open(recorded, *person, *method);
                let (estate, devices) = (&self.estate, &self.devices);
                self.people
                    .recognised(recorded, *person, |device, at_us| site_at(estate, devices, device, at_us));
            }
            Fact::SessionClosed { session, is_timed_out } => {
                // Who timed out was last seen when the session was opened.
                let ended = self.sessions.close(*session, device).filter(|_| !is_timed_out);
                if let Some(ended) = ended {
                    self.people.left(ended.person, ended.opened, statement.time.interval().to_us);
                }
            }
            Fact::Door { event, compartment, cycle, close_counter, session, .. } => {
                let fact = DoorFact {
                    master: MasterUse::of(recorded),
                    error_us: statement.time.error_us,
                    recorded_at_us: recorded.recorded_at_us,
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
                self.door(&fact, policy, findings);
            }
            Fact::AttendedCheck { compartment, door_cycle, by, result } => {
                self.attended_check(recorded, *compartment, *door_cycle, *by, *result, findings);
            }
            Fact::ExhibitRegistered { .. } => self.registered(recorded, findings),
            Fact::Movement(movement) => self.movement(recorded, movement, policy, findings),
            Fact::Matter(matter) => self.matter(recorded, matter, policy, findings),
            Fact::Authority(authority) => self.authority(recorded, authority, findings),
            Fact::Audit(audit) => self.audit(recorded, audit, policy, findings),
            Fact::Role(role) => self.people.fold(recorded, role),
            Fact::Disclosure(fact) => findings.extend(self.disclosed(recorded, fact)),
            Fact::PresenceSensed { compartment, occupied, weight_mg } => {
                findings.extend(self.presence(recorded, *compartment, *occupied, *weight_mg, policy));
            }
            Fact::Equipment(equipment) => {
                self.equipment_moved(recorded, equipment, policy, findings);
                self.equipment.fold(recorded, equipment);
            }
            Fact::Footage(footage) => findings.extend(self.filmed(recorded, footage, policy)),
            Fact::Health(health) => {
                self.conditions.fold(recorded, health);
                findings.extend(self.health(recorded, health));
            }
            Fact::EmergencyRelease { .. } => self.released(recorded),
            Fact::CompartmentReserved { compartment, session } => {
                self.reservations.reserve(recorded, *compartment, *session, &self.sessions);
            }
            Fact::Head(head) => findings.extend(self.datings.compare(recorded, head)),
            // The rest is a proposal by nobody who may propose, or says nothing that a rule reads.
            _ => {}
        }
    }

    /// An exhibit is entered under a case.
    fn registered(&mut self, recorded: &Recorded<'_>, findings: &mut Vec<Finding>) {
        let Fact::ExhibitRegistered {
            exhibit,
            case,
            reference_tag,
            registrar,
            producer,
            holder,
            category,
            is_two_person,
            seized_us,
            package,
            closure,
            seal,
            earlier,
        } = &recorded.statement.fact
        else {
            return;
        };
        self.check_session(recorded, *registrar, &[*exhibit], findings);
        self.check_reference(recorded, *exhibit, *case, *reference_tag, findings);
        // Two exhibits of one bag are registered with one seal; which bag, only its id can tell.
        // What lies under it unregistered may be this exhibit, not identified yet: the next act with the seal will tell.
        let seal_of_package = seal.as_deref().filter(|_| package.is_some());
        let seal_of_package = seal_of_package.filter(|seal| !self.is_under_unregistered(seal));
        let elsewhere = self.seals.declare(recorded, seal_of_package, &[*exhibit], *package);
        let flaws = elsewhere.iter().map(|_| Flaw::Seal).collect();
        findings.extend(elsewhere);
        let registration = Registration {
            case: *case,
            registrar: *registrar,
            producer: *producer,
            holder: *holder,
            category: *category,
            is_two_person: *is_two_person,
            seized_us: *seized_us,
            package: *package,
            closure: *closure,
            seal: seal.clone(),
            earlier: earlier.clone(),
        };
        self.note(*exhibit, recorded, What::Registered(Arc::new(registration)), None, flaws);
    }

    /// Whether a seal closes a package of exhibits none of which is registered.
    fn is_under_unregistered(&self, seal: &str) -> bool {
        let mut exhibits = self.seals.exhibits_under(seal).peekable();
        let is_registered = |exhibit| self.exhibits.get(&exhibit).is_some_and(ExhibitRecord::is_registered);
        exhibits.peek().is_some() && !exhibits.any(is_registered)
    }

    /// Something is said of exhibits that moves none.
    fn matter(
        &mut self,
        recorded: &Recorded<'_>,
        matter: &Matter,
        _policy: &Policy,
        findings: &mut Vec<Finding>,
    ) {
        let exhibits = matter.exhibits();
        let mut flaws = Vec::new();
        for act in matter.acts() {
            flaws.extend(self.check_session(recorded, act, &exhibits, findings));
        }
        flaws.dedup();
        self.tallies.note(recorded, matter);
        findings.extend(self.identify(recorded, matter));
        findings.extend(self.seals.follow_matter(recorded, matter));
        self.weights.follow_matter(recorded, matter);
        let matter = Arc::new(matter.clone());
        for exhibit in exhibits {
            self.note(exhibit, recorded, What::Noted(matter.clone()), None, flaws.clone());
        }
    }

    /// Somebody allowed, refused or held something.
    fn authority(&mut self, recorded: &Recorded<'_>, authority: &AuthorityFact, findings: &mut Vec<Finding>) {
        self.permissions.fold(recorded, authority);
        if let AuthorityFact::MaintenanceAuthorised { by, second, .. } = authority {
            for act in [*by, *second] {
                self.check_session(recorded, act, &[], findings);
            }
        }
        let shared = Arc::new(authority.clone());
        for exhibit in authority.exhibits() {
            self.note(*exhibit, recorded, What::Allowed(shared.clone()), None, Vec::new());
        }
    }

    /// Counting, chasing and putting right.
    fn audit(
        &mut self,
        recorded: &Recorded<'_>,
        audit: &AuditFact,
        _policy: &Policy,
        findings: &mut Vec<Finding>,
    ) {
        self.remarks.note(recorded.index, recorded.hash, audit);
        findings.extend(self.counts.fold(recorded, audit));
        if let AuditFact::Started { first, second, .. } = audit {
            for act in core::iter::once(*first).chain(*second) {
                self.check_session(recorded, act, &[], findings);
            }
        }
        let shared = Arc::new(audit.clone());
        for exhibit in audit.exhibits() {
            self.note(*exhibit, recorded, What::Audited(shared.clone()), None, Vec::new());
        }
    }

    /// Puts beside a finding what was said later of what it rests on.
    pub fn put_beside(&self, finding: &mut Finding) {
        let exhibits: Vec<_> = finding.exhibits.iter().flat_map(|one| self.one_with(one)).copied().collect();
        // An exhibit's facts stand as recorded: their entries ascend.
        let hash_of = |index: u64| {
            let records = exhibits.iter().filter_map(|exhibit| self.exhibits.get(exhibit));
            let found = |record: &ExhibitRecord| {
                let place = record.facts.binary_search_by_key(&index, |fact| fact.index).ok()?;
                record.facts.get(place).map(|fact| fact.hash)
            };
            records.into_iter().find_map(found)
        };
        self.remarks.put_beside(finding, hash_of);
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

    /// The verdict on one exhibit over all facts so far; `None` for one that no fact names, and for one that has been
    /// identified as another, as which it is judged.
    pub fn judge(&self, exhibit: ExhibitId, policy: &Policy) -> Option<Verdict> {
        let record = self.whole_record(exhibit)?;
        let until_us = |holder: Holder| match holder {
            Holder::Compartment(compartment) => {
                let device = self.estate.speaker(compartment)?;
                self.devices.get(device).map(|device| device.last_wall_us)
            }
            Holder::Release(_) => Some(self.newest_us),
            Holder::Person(_) | Holder::Place(_) | Holder::Missing | Holder::Ended => None,
        };
        let mut verdict = judge::judge(exhibit, &record, self, policy, until_us);
        self.call(&mut verdict.findings);
        Some(verdict)
    }

    /// All facts by which an exhibit is judged, under whichever id they were recorded; `None` as for [`Ledger::judge`].
    pub fn whole_record(&self, exhibit: ExhibitId) -> Option<Cow<'_, ExhibitRecord>> {
        if self.identities.is_provisional(exhibit) {
            return None;
        }
        self.record_of(exhibit)
    }

    /// Every exhibit that a fact names and that is judged as itself, by id.
    pub fn exhibits(&self) -> impl Iterator<Item = ExhibitId> + '_ {
        self.exhibits.keys().copied().filter(|exhibit| !self.identities.is_provisional(*exhibit))
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

    /// What people may do, and where they have been.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// What somebody allowed, refused or held.
    pub fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// Counts and discrepancies.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Equipment.
    pub fn equipment(&self) -> &Equipment {
        &self.equipment
    }

    /// What recorders have committed to.
    pub fn footage(&self) -> &Footage {
        &self.footage
    }

    /// The node's clock at the newest entry, UTC microseconds.
    pub fn newest_us(&self) -> u64 {
        self.newest_us
    }

    /// What exhibits weighed.
    pub(crate) fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Sessions that have not ended.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
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
        if let Fact::Footage(footage) = fact
            && kind == DeviceKind::Recorder
        {
            let camera = footage.camera();
            let recorder = self.estate.cameras.get(&camera)?.recorder;
            return (recorder != statement.device).then(|| {
                format!("Device {} spoke of camera {camera}, which is another recorder's.", statement.device)
            });
        }
        let compartment = match fact {
            Fact::Equipment(equipment) => equipment.at()?.compartment,
            Fact::CompartmentReserved { compartment, .. }
            | Fact::Door { compartment, .. }
            | Fact::PresenceSensed { compartment, .. }
            | Fact::Health(Health::TamperSensed { compartment: Some(compartment), .. }) => *compartment,
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
            Fact::DeviceKeyRevoked { device, last_good, compromised_since_us } => {
                self.revoke(*device, *last_good, recorded, findings);
                let since_us = *compromised_since_us;
                findings.extend(since_us.and_then(|since_us| self.compromised(*device, since_us, recorded)));
            }
            Fact::DeviceRetired { device, .. } => self.retire(*device, recorded.index),
            Fact::LedgerKeyRotated { key, .. } => self.checkpoint_key = Some(*key),
            Fact::PolicyAdopted { policy } => self.policy = Some(*policy),
            Fact::Health(health) => self.conditions.fold(recorded, health),
            estate => self.estate.apply(estate, recorded.index, proposal.said_us),
        }
    }
}
