//! What is said of what was recorded: discrepancies, corrections, late entries, looks into compartments.

use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::custody_acts::{DESK, VISIT};
use crate::line::{LineId, SECOND};
use crate::script::Script;
use crate::visit::{Cycle, Session};

impl Script {
    /// Somebody says that something is wrong with a bag.
    pub fn discrepancy(
        &mut self,
        bag: usize,
        site: usize,
        by: usize,
        about: &[LineId],
        at_us: u64,
    ) -> LineId {
        let (exhibits, finding) = (self.exhibits(bag), self.commitment());
        let about = about.iter().map(|line| line.token()).collect();
        let (_, line) = self.desk_act(bag, site, by, at_us, |_, by| {
            Fact::DiscrepancyRaised(v1::DiscrepancyRaised {
                declared: Some(v1::discrepancy_raised::Declared { exhibits, about, by: Some(by), finding }),
            })
        });
        line
    }

    /// Somebody says how it was put right.
    pub fn resolved(&mut self, bag: usize, site: usize, by: usize, raised: LineId, at_us: u64) -> LineId {
        let (exhibits, resolution) = (self.exhibits(bag), self.commitment());
        let (_, line) = self.desk_act(bag, site, by, at_us, |_, by| {
            Fact::DiscrepancyResolved(v1::DiscrepancyResolved {
                declared: Some(v1::discrepancy_resolved::Declared {
                    exhibits,
                    discrepancy: raised.token(),
                    by: Some(by),
                    resolution,
                }),
            })
        });
        line
    }

    /// A declared field is corrected, with another's approval.
    pub fn corrected(
        &mut self,
        bag: usize,
        about: LineId,
        field: &str,
        [author, approver]: [usize; 2],
        at_us: u64,
    ) -> LineId {
        let central = self.central;
        let second = self.at_desk(central, approver, at_us + SECOND, at_us + DESK);
        let approver = self.act(&second);
        let (exhibits, value, reason) = (self.exhibits(bag), self.commitment(), self.commitment());
        let field = field.to_owned();
        let (_, line) = self.desk_act(bag, central, author, at_us, |_, by| {
            Fact::Corrected(v1::Corrected {
                declared: Some(v1::corrected::Declared {
                    statement: about.token(),
                    exhibits,
                    field,
                    corrected_value: value,
                    reason,
                    by: Some(by),
                    approver: Some(approver),
                }),
            })
        });
        line
    }

    /// A hand-over that was not recorded when it happened.
    pub fn late_entry(
        &mut self,
        bag: usize,
        site: usize,
        [from, to, by]: [usize; 3],
        occurred: Option<(u64, u64)>,
        at_us: u64,
    ) -> LineId {
        let (exhibits, reason) = (self.exhibits(bag), self.commitment());
        let [from, to] = [from, to].map(|person| self.person_id(person).0.to_vec());
        let (_, line) = self.desk_act(bag, site, by, at_us, |_, by| {
            Fact::LateEntry(v1::LateEntry {
                declared: Some(v1::late_entry::Declared { exhibits, from, to, by: Some(by), reason }),
            })
        });
        self.line(line).occurred = occurred.map(|(from_us, to_us)| v1::Occurred { from_us, to_us });
        line
    }

    /// Somebody looks into a compartment, having opened its door for it or not.
    pub fn attended_check(
        &mut self,
        session: &Session,
        site: usize,
        slot: usize,
        cycle: Option<&Cycle>,
        result: v1::CheckResult,
        at_us: u64,
    ) -> LineId {
        let compartment = self.bank(site).slots.get(slot).expect("a compartment").id;
        let fact = Fact::AttendedCheck(v1::AttendedCheck {
            observed: Some(v1::attended_check::Observed {
                compartment: compartment.0.to_vec(),
                door_cycle: cycle.map(|cycle| cycle.name().token()),
            }),
            declared: Some(v1::attended_check::Declared {
                by: Some(self.act(session)),
                witness: None,
                result: result.into(),
            }),
        });
        self.say(session.device, at_us, fact)
    }

    /// The exhibits officer opens an occupied compartment, looks, and shuts it again.
    pub fn looked_after(&mut self, site: usize, slot: usize, at_us: u64) -> LineId {
        let keeper = self.person(v1::Role::ExhibitsOfficer, site, at_us, at_us + VISIT, &[]);
        let session = self.at_locker(site, keeper, at_us, at_us + VISIT);
        let cycle = self.cycle(site, slot, Some(session.opened), at_us + 10 * SECOND);
        let result = v1::CheckResult::AsRecorded;
        let line = self.attended_check(&session, site, slot, Some(&cycle), result, at_us + 45 * SECOND);
        self.keep(site, at_us, at_us + VISIT);
        self.film(site, at_us, at_us + VISIT);
        line
    }
}
