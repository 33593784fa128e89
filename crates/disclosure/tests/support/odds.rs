//! Families of facts that no history of the corpus tells of, all about one bag: for the form of documents, not for what is
//! lawful.

use corpus::journey::Plan;
use corpus::line::{LineId, MINUTE};
use corpus::plant::{Plant, Planted, Planter};
use corpus::script::Script;
use custody::rule::RuleId;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::NODE;

/// Tells them in a history. Its rule says nothing: whatever is found is told of.
pub(crate) const ODDS: Planter =
    Planter { rule: RuleId::S01, kind: "one of every family", plant: Plant::Script(plant) };

/// A bag, and who tells of it.
struct Bag {
    place: usize,
    at_us: u64,
    exhibits: Vec<Vec<u8>>,
    first: Vec<u8>,
    case: Vec<u8>,
    item: v1::Item,
    by: v1::Act,
    session: corpus::visit::Session,
}

impl Bag {
    /// Says one thing more at the desk.
    fn say(&mut self, script: &mut Script, fact: Fact) -> LineId {
        self.at_us += MINUTE;
        script.desk_act_in(self.place, &self.session, self.at_us, |_, _| fact)
    }
}

fn plant(script: &mut Script) -> Option<Planted> {
    let plan = Plan { is_one: true, ..script.plan() };
    let other = script.journey(plan)?;
    let journey = script.journey(plan)?;
    let at_us = script.bag(journey.bag).until_us.max(script.bag(other.bag).until_us) + 10 * MINUTE;
    let (central, exhibits) = (script.central, script.exhibits(journey.bag));
    let keeper = script.person(v1::Role::StoreManager, central, at_us, at_us + 90 * MINUTE, &[]);
    let session = script.at_desk(central, keeper, at_us, at_us + 90 * MINUTE);
    let mut bag = Bag {
        place: journey.bag,
        at_us,
        first: exhibits.first()?.clone(),
        exhibits,
        case: script.bag(journey.bag).case.0.to_vec(),
        item: script.item(journey.bag),
        by: script.act(&session),
        session,
    };
    let into = script.exhibits(other.bag).first()?.clone();
    packages(script, &mut bag);
    people(script, &mut bag);
    put_right(script, &mut bag, into);
    counted(script, &mut bag);
    disclosed(script, &mut bag);
    Some(Planted::new("Everything that is said of no other bag was said of one."))
}

/// Packages, what was taken out of one, what was not fit to be taken in.
fn packages(script: &mut Script, bag: &mut Bag) {
    let [inner, outer, child] = [script.id(), script.id(), script.id()].map(|id| id.to_vec());
    let by = Some(bag.by.clone());
    let declared = v1::package_made::Declared {
        package: inner.clone(),
        item: Some(bag.item.clone()),
        by: by.clone(),
        witness: None,
    };
    bag.say(script, Fact::PackageMade(v1::PackageMade { declared: Some(declared) }));
    let exhibits = bag.exhibits.clone();
    let declared = v1::package_contained::Declared {
        inner: inner.clone(),
        outer: outer.clone(),
        exhibits: exhibits.clone(),
        by: by.clone(),
    };
    bag.say(script, Fact::PackageContained(v1::PackageContained { declared: Some(declared) }));
    let declared =
        v1::package_released::Declared { inner, outer, exhibits: exhibits.clone(), by: by.clone() };
    bag.say(script, Fact::PackageReleased(v1::PackageReleased { declared: Some(declared) }));
    let (parent, case) = (bag.first.clone(), bag.case.clone());
    let declared = v1::sub_exhibit_created::Declared { parent, child, case, by: by.clone() };
    bag.say(script, Fact::SubExhibitCreated(v1::SubExhibitCreated { declared: Some(declared) }));
    let declared =
        v1::firearm_made_safe::Declared { exhibit: bag.first.clone(), by: by.clone(), certificate: None };
    bag.say(script, Fact::FirearmMadeSafe(v1::FirearmMadeSafe { declared: Some(declared) }));
    let declared = v1::refused_as_unsuitable::Declared {
        exhibits,
        reason: v1::Unsuitable::Perishable.into(),
        by,
        diverted_to: Some(script.commitment()),
    };
    bag.say(script, Fact::RefusedAsUnsuitable(v1::RefusedAsUnsuitable { declared: Some(declared) }));
}

/// What somebody would not give or take.
fn people(script: &mut Script, bag: &mut Bag) {
    let (by, to) = (Some(bag.by.clone()), script.id().to_vec());
    let declared = v1::transfer_offered::Declared {
        item: Some(bag.item.clone()),
        by: by.clone(),
        to: to.clone(),
        condition: v1::SealCondition::Damaged.into(),
    };
    let offer = bag.say(script, Fact::TransferOffered(v1::TransferOffered { declared: Some(declared) }));
    let exhibits = bag.exhibits.clone();
    let declared = v1::transfer_rejected::Declared {
        exhibits: exhibits.clone(),
        offer: offer.token(),
        by: by.clone(),
        reason: Some(script.commitment()),
    };
    bag.say(script, Fact::TransferRejected(v1::TransferRejected { declared: Some(declared) }));
    let reason = Some(script.commitment());
    let declared = v1::collection_refused::Declared { exhibits, to, by, reason };
    bag.say(script, Fact::CollectionRefused(v1::CollectionRefused { declared: Some(declared) }));
}

/// What turned out to be otherwise than recorded.
fn put_right(script: &mut Script, bag: &mut Bag, into: Vec<u8>) {
    let (by, exhibits) = (Some(bag.by.clone()), bag.exhibits.clone());
    let declared = v1::seal_discrepancy::Declared {
        exhibits: exhibits.clone(),
        expected: "MP0000001".to_owned(),
        found: Some("MP0000002".to_owned()),
        by: by.clone(),
        photo: None,
    };
    let seal = bag.say(script, Fact::SealDiscrepancy(v1::SealDiscrepancy { declared: Some(declared) }));
    let declared = v1::misdeposited::Declared {
        exhibits,
        deposit: seal.token(),
        kind: v1::MisdepositKind::Empty.into(),
        compartment: None,
        found_by: by.clone(),
    };
    bag.say(script, Fact::Misdeposited(v1::Misdeposited { declared: Some(declared) }));
    let declared = v1::found::Declared {
        item: Some(bag.item.clone()),
        by: by.clone(),
        condition: v1::SealCondition::Broken.into(),
        circumstances: Some(script.commitment()),
    };
    bag.say(script, Fact::Found(v1::Found { declared: Some(declared) }));
    let declared = v1::reattributed::Declared {
        from: bag.first.clone(),
        to: into,
        statements: vec![seal.token()],
        by: by.clone(),
        approver: by,
        reason: script.commitment(),
    };
    bag.say(script, Fact::Reattributed(v1::Reattributed { declared: Some(declared) }));
}

/// Counts, and what the node says of time.
fn counted(script: &mut Script, bag: &mut Bag) {
    let (audit, exhibit) = (script.id().to_vec(), bag.first.clone());
    let declared = v1::item_not_found::Declared { audit: audit.clone(), exhibit: exhibit.clone() };
    bag.say(script, Fact::ItemNotFound(v1::ItemNotFound { declared: Some(declared) }));
    let declared = v1::unexpected_item_found::Declared {
        audit,
        exhibit: Some(exhibit.clone()),
        compartment: None,
        description: Some(script.commitment()),
    };
    bag.say(script, Fact::UnexpectedItemFound(v1::UnexpectedItemFound { declared: Some(declared) }));
    let observed =
        v1::found_in_empty_compartment::Observed { compartment: script.id().to_vec(), label: None };
    let declared = v1::found_in_empty_compartment::Declared {
        by: Some(bag.by.clone()),
        exhibit: Some(exhibit.clone()),
        description: Some(script.commitment()),
    };
    let fact = v1::FoundInEmptyCompartment { observed: Some(observed), declared: Some(declared) };
    bag.say(script, Fact::FoundInEmptyCompartment(fact));
    let derived =
        v1::overdue_raised::Derived { exhibit: exhibit.clone(), rule: "A03".to_owned(), due_us: bag.at_us };
    let fact = Fact::OverdueRaised(v1::OverdueRaised { derived: Some(derived) });
    let overdue = script.say(NODE, bag.at_us + MINUTE, fact);
    let derived = v1::overdue_cleared::Derived { exhibit, overdue: overdue.token() };
    let fact = Fact::OverdueCleared(v1::OverdueCleared { derived: Some(derived) });
    script.say(NODE, bag.at_us + 2 * MINUTE, fact);
    bag.at_us += 3 * MINUTE;
}

/// Somebody asked for a bundle of the case, and had it.
fn disclosed(script: &mut Script, bag: &mut Bag) {
    let declared = v1::disclosure_requested::Declared {
        case: Some(bag.case.clone()),
        exhibits: Vec::new(),
        profile: v1::DisclosureProfile::Defence.into(),
        recipient: script.commitment(),
    };
    let fact = Fact::DisclosureRequested(v1::DisclosureRequested { declared: Some(declared) });
    let request = bag.say(script, fact);
    let declared = v1::disclosure_exported::Declared {
        request: request.token(),
        bundle: vec![7; 32],
        case: Some(bag.case.clone()),
        exhibits: Vec::new(),
        withheld: 3,
    };
    bag.say(script, Fact::DisclosureExported(v1::DisclosureExported { declared: Some(declared) }));
}
