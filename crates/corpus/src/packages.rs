//! What happens to packages in a laboratory or a store: opened, counted, weighed, split, made one.

use custody::id::{ExhibitId, PackageId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::custody_acts::DESK;
use crate::journey::{Journey, Plan, Until};
use crate::line::{HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;
use crate::visit::Session;

/// A bag examined in a laboratory: seal broken, package opened, sealed anew.
#[derive(Debug, Clone, Copy)]
pub struct Examination {
    /// The seal is broken.
    pub broken: LineId,
    /// The package is opened.
    pub opened: LineId,
    /// It is sealed anew.
    pub resealed: LineId,
    /// The examiner's session.
    pub session: Session,
}

impl Script {
    /// A bag that an examiner has, and since when it may be looked into.
    pub fn in_laboratory(&mut self, plan: Plan) -> Option<(Journey, u64)> {
        let high = plan.high.min(self.span.to_us - 44 * HOUR).max(plan.low);
        let journey = self.journey(Plan { until: Until::Examined, high, ..plan })?;
        let until = self.bag(journey.bag).until_us + 5 * MINUTE;
        Some((journey, until))
    }

    /// Who has the bag breaks the seal, opens the package and seals it anew.
    pub fn examined(&mut self, bag: usize, at_us: u64) -> Examination {
        let central = self.central;
        let examiner = self.bag(bag).holder.expect("a bag in somebody's hands");
        let at = at_us;
        let session = self.at_desk(central, examiner, at, at + 50 * MINUTE);
        let witness = self.bag(bag).is_two_person().then(|| {
            let person = self.person(v1::Role::StoreManager, central, at, at + 50 * MINUTE, &[examiner]);
            self.at_desk(central, person, at + SECOND, at + 50 * MINUTE + SECOND)
        });
        let witness = witness.map(|witness| self.act(&witness));
        let exhibits = self.exhibits(bag);
        let (old, new) = (self.bag(bag).seal.clone(), self.seal());
        let [reason, examination, why] = [self.commitment(), self.commitment(), self.commitment()];
        let package = self.bag(bag).package.unwrap_or(PackageId(self.id())).0.to_vec();
        let (seal, ids) = (old.clone(), exhibits.clone());
        let broken = self.desk_act_in(bag, &session, at + 2 * MINUTE, |_, by| {
            let declared = v1::seal_broken::Declared { exhibits: ids, seal, by: Some(by), reason };
            Fact::SealBroken(v1::SealBroken { declared: Some(declared) })
        });
        let (ids, inner, second) = (exhibits.clone(), package.clone(), witness.clone());
        let opened = self.desk_act_in(bag, &session, at + 4 * MINUTE, |_, by| {
            let declared = v1::package_opened::Declared {
                exhibits: ids,
                package: inner,
                by: Some(by),
                witness: second,
                examination: Some(examination),
                reason: why,
            };
            Fact::PackageOpened(v1::PackageOpened { declared: Some(declared) })
        });
        let new_seal = new.clone();
        let resealed = self.desk_act_in(bag, &session, at + 40 * MINUTE, |_, by| {
            let declared = v1::resealed::Declared {
                exhibits,
                old_seal: Some(old),
                new_seal,
                old_inside: true,
                package,
                by: Some(by),
                witness,
                reason: None,
            };
            Fact::Resealed(v1::Resealed { declared: Some(declared) })
        });
        self.bag(bag).seal = new;
        self.bag(bag).until_us = at + 55 * MINUTE;
        Examination { broken, opened, resealed, session }
    }

    /// A quantity of the bag's first exhibit is counted.
    pub fn counted(&mut self, bag: usize, session: &Session, at_us: u64, quantity: u64) -> LineId {
        let exhibit = self.bag(bag).ids.first().expect("an exhibit").0.to_vec();
        self.counted_of(bag, exhibit, session, at_us, quantity)
    }

    /// A quantity of some exhibit is counted.
    pub fn counted_of(
        &mut self,
        bag: usize,
        exhibit: Vec<u8>,
        session: &Session,
        at_us: u64,
        quantity: u64,
    ) -> LineId {
        self.desk_act_in(bag, session, at_us, |_, by| {
            Fact::Counted(v1::Counted {
                declared: Some(v1::counted::Declared {
                    exhibit,
                    quantity,
                    unit: v1::CountedUnit::Pieces.into(),
                    by: Some(by),
                    witness: None,
                }),
            })
        })
    }

    /// The bag's first exhibit is weighed.
    pub fn weighed(&mut self, bag: usize, session: &Session, at_us: u64, weight_mg: u64) -> LineId {
        let exhibit = self.bag(bag).ids.first().expect("an exhibit").0.to_vec();
        self.desk_act_in(bag, session, at_us, |_, by| {
            Fact::Weighed(v1::Weighed {
                observed: Some(v1::weighed::Observed { weight_mg, error_mg: 500 }),
                declared: Some(v1::weighed::Declared { exhibit, by: Some(by), witness: None }),
            })
        })
    }

    /// An exhibits officer splits the bag's first exhibit into parts of these quantities. Returns the parts and the line.
    pub fn split(&mut self, bag: usize, at_us: u64, quantities: &[u64]) -> (Vec<ExhibitId>, LineId) {
        let central = self.central;
        let keeper = self.person(v1::Role::ExhibitsOfficer, central, at_us, at_us + DESK, &[]);
        let session = &self.at_desk(central, keeper, at_us - 30 * SECOND, at_us + DESK);
        let parent = self.bag(bag).ids.first().expect("an exhibit").0.to_vec();
        let case = self.bag(bag).case.0.to_vec();
        let mut children: Vec<ExhibitId> = quantities.iter().map(|_| ExhibitId(self.id())).collect();
        children.sort_unstable();
        let listed = children.iter().map(|child| child.0.to_vec()).collect();
        let quantities = quantities.to_vec();
        let line = self.desk_act_in(bag, session, at_us, |_, by| {
            Fact::ExhibitSplit(v1::ExhibitSplit {
                declared: Some(v1::exhibit_split::Declared {
                    parent,
                    children: listed,
                    case,
                    by: Some(by),
                    quantities,
                }),
            })
        });
        (children, line)
    }

    /// Two exhibits in the store, counted, become one, which is counted too. Returns the whole's count.
    pub fn consolidated(&mut self, bags: [usize; 2], at_us: u64, parts: [u64; 2], whole: u64) -> LineId {
        let central = self.central;
        let keeper = self.bag(bags[0]).holder.expect("a bag in the store");
        let session = self.at_desk(central, keeper, at_us, at_us + 30 * MINUTE);
        let mut ids = Vec::new();
        for ((bag, quantity), after) in bags.into_iter().zip(parts).zip(2..) {
            self.counted(bag, &session, at_us + after * MINUTE, quantity);
            ids.extend(self.bag(bag).ids.first().copied());
        }
        ids.sort_unstable();
        let sum = ExhibitId(self.id());
        let case = self.bag(bags[0]).case.0.to_vec();
        let listed = ids.iter().map(|id| id.0.to_vec()).collect();
        self.desk_act_in(bags[0], &session, at_us + 6 * MINUTE, |_, by| {
            Fact::ExhibitsConsolidated(v1::ExhibitsConsolidated {
                declared: Some(v1::exhibits_consolidated::Declared {
                    parts: listed,
                    whole: sum.0.to_vec(),
                    case,
                    by: Some(by),
                }),
            })
        });
        self.counted_of(bags[0], sum.0.to_vec(), &session, at_us + 8 * MINUTE, whole)
    }
}
