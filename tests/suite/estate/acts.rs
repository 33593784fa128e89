//! What people do in the estate: register, deposit, collect and receive exhibits.

use custody::id::{CaseId, CompartmentId, Digest, ExhibitId, PersonId};
use custody_proto::v1;
use ledger_store::Store;
use locker::act::{Package, Recognised};
use locker::collect::{Collection, CollectionOutcome};
use locker::deposit::{Deposit, DepositOutcome};
use locker::desk::{Arrival, Registration};
use locker::simulator::Hand;

use super::{Estate, MINUTE_US};

/// One exhibit of a test, in a sealed bag.
pub(crate) fn exhibit(number: u8) -> ExhibitId {
    ExhibitId([number; 16])
}

/// Its bag with the seal that was put on it.
pub(crate) fn bag(exhibit: ExhibitId) -> Package {
    Package::sealed(exhibit, &format!("MP{:05}", exhibit.0[0]))
}

/// A person recognised by card and PIN.
pub(crate) fn person(number: u8) -> Recognised {
    Recognised { person: PersonId([number; 16]), method: v1::AuthenticationMethod::CardAndPin }
}

/// Who seizes and deposits.
pub(crate) const OFFICER: u8 = 0x50;
/// Who carries.
pub(crate) const COURIER: u8 = 0x51;
/// Who registers, and receives at the store.
pub(crate) const KEEPER: u8 = 0x52;

impl<S: Store> Estate<S> {
    /// Registers an exhibit that `holder` has, at the desk.
    pub(crate) fn register(&mut self, exhibit: ExhibitId, holder: Recognised) {
        self.desk_clock();
        let registration = Registration {
            exhibit,
            case: CaseId([0xca; 16]),
            case_key: [0xcb; 32],
            exhibit_reference: format!("AB/{}", exhibit.0[0]),
            description: "a red kitchen knife".to_owned(),
            case_reference: Some("TEST/1".to_owned()),
            producer: holder.person,
            holder: holder.person,
            category: v1::Category::Other,
            handling: Vec::new(),
            seized_us: Some(self.now_us() - 30 * MINUTE_US),
            seized_place: None,
            package: bag(exhibit),
            earlier: Vec::new(),
            elsewhere: Vec::new(),
        };
        let desk = &mut self.desk.device;
        let session = desk.open_session(person(KEEPER)).unwrap();
        desk.register_exhibit(session, &registration).unwrap();
        desk.close_session(session, false).unwrap();
        self.desk.sync();
    }

    /// `by` puts an exhibit's bag into a compartment. It stays with the locker until that is synced.
    pub(crate) fn deposit(&mut self, exhibit: ExhibitId, by: Recognised, place: CompartmentId) -> Digest {
        self.locker_clock();
        self.hardware.label(Some(exhibit.0)).hand(Hand::Puts(350_000));
        let deposit = Deposit::new(place, by, bag(exhibit));
        let outcome = self.locker.device.deposit(&mut self.hardware, &deposit).unwrap();
        self.follow_locker();
        match outcome {
            DepositOutcome::Deposited { statement } => statement,
            other => panic!("{}", other.instruction()),
        }
    }

    /// `by` takes what lies in a compartment; `label` is the one on it.
    pub(crate) fn collect(
        &mut self,
        package: Package,
        label: ExhibitId,
        by: Recognised,
        place: CompartmentId,
    ) -> Digest {
        self.locker_clock();
        self.hardware.label(Some(label.0)).hand(Hand::Takes);
        let collection = Collection::new(place, by, package);
        let outcome = self.locker.device.collect(&mut self.hardware, &collection).unwrap();
        self.follow_locker();
        match outcome {
            CollectionOutcome::Collected { statement }
            | CollectionOutcome::CollectedOtherLabel { statement, .. } => statement,
            other => panic!("{}", other.instruction()),
        }
    }

    /// The store receives an exhibit from `from`.
    pub(crate) fn receive(&mut self, exhibit: ExhibitId, from: Recognised, follows: Option<Digest>) {
        self.desk_clock();
        self.receive_by_desk_clock(exhibit, from, follows);
    }

    /// The same, whatever the desk's clock says.
    pub(crate) fn receive_by_desk_clock(
        &mut self,
        exhibit: ExhibitId,
        from: Recognised,
        follows: Option<Digest>,
    ) {
        let site = Some(self.site);
        let desk = &mut self.desk.device;
        let session = desk.open_session(person(KEEPER)).unwrap();
        let arrival = Arrival {
            package: bag(exhibit),
            label: Some(exhibit.0),
            place: v1::PlaceKind::Store,
            site,
            from: from.person,
            condition: v1::SealCondition::Intact,
            reference: None,
            follows,
        };
        desk.received_at(session, &arrival).unwrap();
        desk.close_session(session, false).unwrap();
        self.desk.sync();
    }

    /// The keeper goes and looks into a compartment, and finds all as recorded.
    pub(crate) fn look_into(&mut self, place: CompartmentId) {
        self.desk_clock();
        let desk = &mut self.desk.device;
        let session = desk.open_session(person(KEEPER)).unwrap();
        let result = v1::CheckResult::AsRecorded;
        desk.attended_check(place, None, session, None, result).unwrap();
        desk.close_session(session, false).unwrap();
        self.desk.sync();
    }

    /// The lawful way of one exhibit: registered, deposited, collected, received.
    pub(crate) fn lawful_way(&mut self, exhibit: ExhibitId) {
        let place = self.compartments[0];
        self.register(exhibit, person(OFFICER));
        self.pass(5 * MINUTE_US);
        self.deposit(exhibit, person(OFFICER), place);
        self.sync_locker();
        self.pass(60 * MINUTE_US);
        let collection = self.collect(bag(exhibit), exhibit, person(COURIER), place);
        self.sync_locker();
        self.pass(30 * MINUTE_US);
        self.receive(exhibit, person(COURIER), Some(collection));
    }
}
