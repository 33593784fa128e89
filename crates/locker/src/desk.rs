//! What people say at a desk: registrations, transfers between people, receipts by a place, corrections.
//!
//! A desk is a device like a locker, without doors. Every function takes the sessions of those who act.

use custody::id::{CaseId, CompartmentId, Digest, ExhibitId, PersonId, SiteId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::act::{Package, Session, id_list};
use crate::clock::Clock;
use crate::device::{Device, SayError, Telling};
use crate::disclose::{DiscloseError, Openings};
use crate::key::Signer;
use crate::reference::{self, ReferenceError};
use crate::storage::Storage;

/// An exhibit to be entered under a case. Texts are committed to; only the tag shows that two are alike.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Its id.
    pub exhibit: ExhibitId,
    /// Its case.
    pub case: CaseId,
    /// The case's key, from the vault.
    pub case_key: [u8; 32],
    /// The exhibit reference as written: `AB/1`.
    pub exhibit_reference: String,
    /// What it is, in words.
    pub description: String,
    /// The case's number in its own system.
    pub case_reference: Option<String>,
    /// Who will produce it in court.
    pub producer: PersonId,
    /// Who has it now.
    pub holder: PersonId,
    /// What kind of thing it is.
    pub category: v1::Category,
    /// How it must be handled.
    pub handling: Vec<v1::Handling>,
    /// When it was seized, UTC microseconds.
    pub seized_us: Option<u64>,
    /// Where, in words.
    pub seized_place: Option<String>,
    /// Its package: closure, seal and id. The exhibits in it are not read.
    pub package: Package,
    /// Who had it before, in order.
    pub earlier: Vec<EarlierLeg>,
    /// Its references in other systems: system and reference.
    pub elsewhere: Vec<(String, String)>,
}

/// A leg of custody before the ledger knew the exhibit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierLeg {
    /// Who had it.
    pub holder: PersonId,
    /// From when, UTC microseconds.
    pub from_us: u64,
    /// Until when.
    pub to_us: u64,
    /// Where, in words.
    pub place: Option<String>,
}

/// A place that takes custody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// What arrived.
    pub package: Package,
    /// The id on the label, as read.
    pub label: Option<[u8; 16]>,
    /// What kind of place.
    pub place: v1::PlaceKind,
    /// Which site, where it is one of the estate's.
    pub site: Option<SiteId>,
    /// Who handed it over.
    pub from: PersonId,
    /// The seal's condition.
    pub condition: v1::SealCondition,
    /// The place's own reference, in words.
    pub reference: Option<String>,
    /// The custody statement that it continues.
    pub follows: Option<Digest>,
}

/// Something could not be said at a desk. Nothing was said.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The exhibit reference.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// A text that is committed to.
    #[error(transparent)]
    Disclose(#[from] DiscloseError),
    /// The device.
    #[error(transparent)]
    Say(#[from] SayError),
}

impl<G: Signer, C: Clock, F: Storage> Device<G, C, F> {
    /// Enters an exhibit under its case.
    pub fn register_exhibit(&mut self, by: Session, exhibit: &Registration) -> Result<Digest, DeskError> {
        let tag = reference::tag(&exhibit.case_key, &exhibit.exhibit_reference)?;
        let mut openings = Openings::default();
        let item = exhibit.package.item();
        let mut handling: Vec<i32> = exhibit.handling.iter().map(|handling| i32::from(*handling)).collect();
        handling.sort_unstable();
        handling.dedup();
        let declared = v1::exhibit_registered::Declared {
            exhibit: exhibit.exhibit.0.to_vec(),
            case: exhibit.case.0.to_vec(),
            reference_tag: tag.0.to_vec(),
            exhibit_reference: openings.commit("exhibit_reference", &exhibit.exhibit_reference)?,
            description: openings.commit("description", &exhibit.description)?,
            case_reference: openings.commit_if("case_reference", exhibit.case_reference.as_deref())?,
            registrar: Some(by.act()),
            producer: exhibit.producer.0.to_vec(),
            holder: exhibit.holder.0.to_vec(),
            category: exhibit.category.into(),
            handling,
            seized_us: exhibit.seized_us,
            seized_place: openings.commit_if("seized_place", exhibit.seized_place.as_deref())?,
            package: item.package,
            closure: item.closure,
            seal: item.seal,
            earlier: earlier(&exhibit.earlier, &mut openings)?,
            elsewhere: elsewhere(&exhibit.elsewhere, &mut openings)?,
        };
        let fact = Fact::ExhibitRegistered(v1::ExhibitRegistered { declared: Some(declared) });
        Ok(self.say(Telling::from(fact).opened_by(openings.disclosures))?)
    }

    /// A bag deposited before its registration is this registered exhibit.
    pub fn identify(
        &mut self,
        by: Session,
        provisional: ExhibitId,
        registered: ExhibitId,
    ) -> Result<Digest, SayError> {
        let declared = v1::identified::Declared {
            provisional: provisional.0.to_vec(),
            registered: registered.0.to_vec(),
            by: Some(by.act()),
        };
        self.say(Fact::Identified(v1::Identified { declared: Some(declared) }))
    }

    /// Offers a package to another person. Moves nothing.
    pub fn transfer_offer(
        &mut self,
        by: Session,
        package: &Package,
        to: PersonId,
        condition: v1::SealCondition,
        follows: Option<Digest>,
    ) -> Result<Digest, SayError> {
        let declared = v1::transfer_offered::Declared {
            item: Some(package.item()),
            by: Some(by.act()),
            to: to.0.to_vec(),
            condition: condition.into(),
        };
        let fact = Fact::TransferOffered(v1::TransferOffered { declared: Some(declared) });
        let follows = follows.or_else(|| self.last_act_on(&package.exhibits));
        self.say(Telling::from(fact).following(follows))
    }

    /// Takes over what was offered: custody moves here. Said in the taker's own session; follows the offer.
    pub fn transfer_accept(
        &mut self,
        by: Session,
        package: &Package,
        offer: Digest,
        condition: v1::SealCondition,
    ) -> Result<Digest, SayError> {
        let declared = v1::transfer_accepted::Declared {
            item: Some(package.item()),
            offer: offer.0.to_vec(),
            by: Some(by.act()),
            condition: condition.into(),
        };
        let fact = Fact::TransferAccepted(v1::TransferAccepted { declared: Some(declared) });
        self.say(Telling::from(fact).following(Some(offer)))
    }

    /// Declines what was offered.
    pub fn transfer_reject(
        &mut self,
        by: Session,
        package: &Package,
        offer: Digest,
        reason: Option<&str>,
    ) -> Result<Digest, DeskError> {
        let mut openings = Openings::default();
        let declared = v1::transfer_rejected::Declared {
            exhibits: id_list(&package.exhibits),
            offer: offer.0.to_vec(),
            by: Some(by.act()),
            reason: openings.commit_if("reason", reason)?,
        };
        let fact = Fact::TransferRejected(v1::TransferRejected { declared: Some(declared) });
        Ok(self.say(Telling::from(fact).opened_by(openings.disclosures))?)
    }

    /// A store, laboratory or court takes custody, by its own word.
    pub fn received_at(&mut self, by: Session, arrival: &Arrival) -> Result<Digest, DeskError> {
        let mut openings = Openings::default();
        let declared = v1::received_at::Declared {
            item: Some(arrival.package.item()),
            place: arrival.place.into(),
            site: arrival.site.map(|site| site.0.to_vec()),
            by: Some(by.act()),
            from: arrival.from.0.to_vec(),
            condition: arrival.condition.into(),
            reference: openings.commit_if("reference", arrival.reference.as_deref())?,
        };
        let observed = v1::received_at::Observed { label: arrival.label.map(|label| label.to_vec()) };
        let fact = Fact::ReceivedAt(v1::ReceivedAt { observed: Some(observed), declared: Some(declared) });
        let follows = arrival.follows.or_else(|| self.last_act_on(&arrival.package.exhibits));
        Ok(self.say(Telling::from(fact).following(follows).opened_by(openings.disclosures))?)
    }

    /// Allows a person to collect these exhibits, until an instant.
    pub fn authorise_collection(
        &mut self,
        by: Session,
        exhibits: &[ExhibitId],
        to: PersonId,
        expires_us: u64,
        purpose: v1::ReleasePurpose,
    ) -> Result<Digest, SayError> {
        let declared = v1::collection_authorised::Declared {
            exhibits: id_list(exhibits),
            by: Some(by.act()),
            to: to.0.to_vec(),
            expires_us,
            purpose: purpose.into(),
        };
        self.say(Fact::CollectionAuthorised(v1::CollectionAuthorised { declared: Some(declared) }))
    }

    /// Records that a deposit was not what, or not where, it was said to be.
    pub fn misdeposited(
        &mut self,
        found_by: Session,
        exhibits: &[ExhibitId],
        deposit: Digest,
        kind: v1::MisdepositKind,
        really_in: Option<CompartmentId>,
    ) -> Result<Digest, SayError> {
        let declared = v1::misdeposited::Declared {
            exhibits: id_list(exhibits),
            deposit: deposit.0.to_vec(),
            kind: kind.into(),
            compartment: really_in.map(|compartment| compartment.0.to_vec()),
            found_by: Some(found_by.act()),
        };
        let fact = Fact::Misdeposited(v1::Misdeposited { declared: Some(declared) });
        self.say(Telling::from(fact).following(Some(deposit)))
    }
}

fn earlier(legs: &[EarlierLeg], openings: &mut Openings) -> Result<Vec<v1::EarlierLeg>, DiscloseError> {
    let message = |leg: &EarlierLeg| {
        Ok(v1::EarlierLeg {
            holder: leg.holder.0.to_vec(),
            from_us: leg.from_us,
            to_us: leg.to_us,
            place: openings.commit_if("place", leg.place.as_deref())?,
        })
    };
    legs.iter().map(message).collect()
}

fn elsewhere(
    references: &[(String, String)],
    openings: &mut Openings,
) -> Result<Vec<v1::Elsewhere>, DiscloseError> {
    let message = |(system, reference): &(String, String)| {
        Ok(v1::Elsewhere { system: system.clone(), reference: openings.commit("reference", reference)? })
    };
    references.iter().map(message).collect()
}
