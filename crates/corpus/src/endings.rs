//! How custody ends, and what keeps it from ending.

use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::NODE;

use crate::custody_acts::DESK;
use crate::line::{DAY, HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;

impl Script {
    /// Somebody with the right orders what becomes of the bag: the authority, and who gave it.
    pub fn disposal_authorised(&mut self, bag: usize, at_us: u64, by: usize) -> LineId {
        let (central, exhibits) = (self.central, self.exhibits(bag));
        let (_, line) = self.desk_act(bag, central, by, at_us, |_, by| {
            Fact::DisposalAuthorised(v1::DisposalAuthorised {
                declared: Some(v1::disposal_authorised::Declared {
                    exhibits,
                    by: Some(by),
                    method: v1::DisposalMethod::Destroyed.into(),
                    retention_checked: true,
                }),
            })
        });
        line
    }

    /// The store disposes of the bag under an authority.
    pub fn disposed(&mut self, bag: usize, at_us: u64, by: usize, authority: LineId) -> LineId {
        let (central, item) = (self.central, self.item(bag));
        let witness = self.bag(bag).is_two_person().then(|| {
            let person = self.person(v1::Role::ExhibitsOfficer, central, at_us, at_us + DESK, &[by]);
            self.at_desk(central, person, at_us + SECOND, at_us + DESK)
        });
        let witness = witness.map(|witness| self.act(&witness));
        let (_, line) = self.custody_act(bag, central, by, at_us, |_, by| {
            Fact::Disposed(v1::Disposed {
                declared: Some(v1::disposed::Declared {
                    item: Some(item),
                    by: Some(by),
                    witness,
                    authority: authority.token(),
                    method: v1::DisposalMethod::Destroyed.into(),
                    certificate: None,
                }),
            })
        });
        line
    }

    /// The lawful end of a bag in the store: one orders it, who has it carries it out.
    pub fn disposal(&mut self, bag: usize, at_us: u64) -> [LineId; 2] {
        let central = self.central;
        let keeper = self.bag(bag).holder.expect("a bag in the store");
        let officer = self.person(
            v1::Role::ExhibitsOfficer,
            central,
            at_us,
            at_us + DESK,
            &[keeper, self.officer_of(bag)],
        );
        let authority = self.disposal_authorised(bag, at_us, officer);
        [authority, self.disposed(bag, at_us + 30 * MINUTE, keeper, authority)]
    }

    fn officer_of(&self, bag: usize) -> usize {
        self.bags.get(bag).map_or(0, |bag| bag.officer)
    }

    /// The owner gets the bag back.
    pub fn returned_to_owner(&mut self, bag: usize, at_us: u64) -> [LineId; 2] {
        let central = self.central;
        let keeper = self.bag(bag).holder.expect("a bag in the store");
        let officer = self.person(v1::Role::ExhibitsOfficer, central, at_us, at_us + DESK, &[keeper]);
        let (exhibits, item, recipient) = (self.exhibits(bag), self.item(bag), self.commitment());
        let to = recipient.clone();
        let (_, authority) = self.desk_act(bag, central, officer, at_us, |_, by| {
            Fact::ReturnAuthorised(v1::ReturnAuthorised {
                declared: Some(v1::return_authorised::Declared {
                    exhibits,
                    by: Some(by),
                    recipient,
                    expires_us: at_us + 5 * DAY,
                }),
            })
        });
        let (_, returned) = self.custody_act(bag, central, keeper, at_us + HOUR, |_, by| {
            Fact::ReturnedToOwner(v1::ReturnedToOwner {
                declared: Some(v1::returned_to_owner::Declared {
                    item: Some(item),
                    by: Some(by),
                    authority: authority.token(),
                    recipient: to,
                    identity_checked: true,
                    receipt: None,
                }),
            })
        });
        [authority, returned]
    }

    /// A hold on the bag's exhibits, at the store.
    pub fn hold(&mut self, bag: usize, at_us: u64) -> LineId {
        let central = self.central;
        let officer = self.person(v1::Role::ExhibitsOfficer, central, at_us, at_us + DESK, &[]);
        let exhibits = self.exhibits(bag);
        let (_, line) = self.desk_act(bag, central, officer, at_us, |_, by| {
            Fact::HoldPlaced(v1::HoldPlaced {
                declared: Some(v1::hold_placed::Declared {
                    case: None,
                    exhibits,
                    reason: v1::HoldReason::Appeal.into(),
                    by: Some(by),
                }),
            })
        });
        line
    }

    /// What a registration of the bag's first exhibit committed to is erased.
    pub fn erasure(&mut self, bag: usize, registration: LineId, at_us: u64) -> LineId {
        let (commitment, authority) = (self.commitment(), self.commitment());
        let case = self.bag(bag).case.0.to_vec();
        let exhibits = self.bag(bag).ids.iter().take(1).map(|exhibit| exhibit.0.to_vec()).collect();
        let declared = v1::field_erased::Declared {
            statement: registration.token(),
            commitment,
            authority,
            case: Some(case),
            exhibits,
        };
        self.say(NODE, at_us, Fact::FieldErased(v1::FieldErased { declared: Some(declared) }))
    }

    /// The hold ends.
    pub fn hold_released(&mut self, bag: usize, hold: LineId, at_us: u64) -> LineId {
        let central = self.central;
        let officer = self.person(v1::Role::ExhibitsOfficer, central, at_us, at_us + DESK, &[]);
        let exhibits = self.exhibits(bag);
        let (_, line) = self.desk_act(bag, central, officer, at_us, |_, by| {
            Fact::HoldReleased(v1::HoldReleased {
                declared: Some(v1::hold_released::Declared {
                    hold: hold.token(),
                    case: None,
                    exhibits,
                    by: Some(by),
                }),
            })
        });
        line
    }
}
