//! The people of the day, as the pseudonyms that the ledger knows.

use custody::id::PersonId;
use custody_proto::v1::AuthenticationMethod;
use locker::act::Recognised;

use crate::ids::id;

/// An officer who seized something, recognised by card and PIN.
pub(crate) fn officer(number: usize) -> Recognised {
    recognised("officer", number)
}

/// The exhibits officer of one store.
pub(crate) fn exhibits_officer(store: usize) -> Recognised {
    recognised("exhibits officer", store)
}

/// One of the couriers who clear the transit stores.
pub(crate) fn courier(number: usize) -> Recognised {
    recognised("courier", number)
}

/// Who keeps the equipment of a site.
pub(crate) fn keeper(number: usize) -> Recognised {
    recognised("keeper", number)
}

/// Who walked round with the cameras' map.
pub(crate) fn surveyor() -> Recognised {
    recognised("surveyor", 0)
}

/// A name that is nobody's, made of the pseudonym: it goes to the vault and into no log.
pub(crate) fn name(who: Recognised) -> String {
    let [first, second, ..] = who.person.0;
    format!("PC {first:03}{second:03} Sample")
}

fn recognised(role: &str, number: usize) -> Recognised {
    Recognised { person: PersonId(id(role, number)), method: AuthenticationMethod::CardAndPin }
}
