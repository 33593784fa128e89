//! Who acts on what: recognised people with their sessions, and packages.

use custody::id::{Digest, ExhibitId, PackageId, PersonId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::clock::Clock;
use crate::device::{Device, SayError};
use crate::key::Signer;
use crate::storage::Storage;

/// A person as the credential reader recognised one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognised {
    /// Whose credential it is.
    pub person: PersonId,
    /// How.
    pub method: v1::AuthenticationMethod,
}

/// An open session of one person at this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub person: PersonId,
    /// Hash of the statement that opened it.
    pub statement: Digest,
}

impl Session {
    /// The person's part in an act.
    pub fn act(&self) -> v1::Act {
        v1::Act { person: self.person.0.to_vec(), session: self.statement.0.to_vec() }
    }
}

/// What is handed over: one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its exhibits, all of one case. A bag not yet registered has a provisional one, see
    /// [`crate::random::uuid`].
    pub exhibits: Vec<ExhibitId>,
    /// Its own id, if it has one.
    pub package: Option<PackageId>,
    /// How it is closed.
    pub closure: v1::Closure,
    /// The seal's number as read or typed.
    pub seal: Option<String>,
}

impl Package {
    /// A sealed bag with one exhibit.
    pub fn sealed(exhibit: ExhibitId, seal: &str) -> Self {
        let closure = v1::Closure::Sealed;
        Self { exhibits: vec![exhibit], package: None, closure, seal: Some(seal.to_owned()) }
    }

    /// As a statement says it.
    pub fn item(&self) -> v1::Item {
        v1::Item {
            exhibits: id_list(&self.exhibits),
            package: self.package.map(|package| package.0.to_vec()),
            closure: self.closure.into(),
            seal: self.seal.clone(),
        }
    }

    /// Whether a label with this id belongs on it: its own, or that of one of its exhibits.
    pub fn bears(&self, label: &[u8; 16]) -> bool {
        self.exhibits.iter().any(|exhibit| exhibit.0 == *label)
            || self.package.is_some_and(|package| package.0 == *label)
    }
}

/// Exhibits as a statement lists them: ascending, each once.
pub fn id_list(exhibits: &[ExhibitId]) -> Vec<Vec<u8>> {
    let mut exhibits = exhibits.to_vec();
    exhibits.sort_unstable();
    exhibits.dedup();
    exhibits.iter().map(|exhibit| exhibit.0.to_vec()).collect()
}

impl<G: Signer, C: Clock, F: Storage> Device<G, C, F> {
    /// Opens a session for a recognised person.
    pub fn open_session(&mut self, who: Recognised) -> Result<Session, SayError> {
        let statement = self.say(Fact::SessionOpened(v1::SessionOpened {
            observed: Some(v1::session_opened::Observed { method: who.method.into() }),
            declared: Some(v1::session_opened::Declared { person: who.person.0.to_vec() }),
        }))?;
        Ok(Session { person: who.person, statement })
    }

    /// Records that somebody was not let in.
    pub fn deny_session(
        &mut self,
        method: v1::AuthenticationMethod,
        reason: v1::DenialReason,
    ) -> Result<Digest, SayError> {
        let observed = v1::session_denied::Observed { method: method.into(), reason: reason.into() };
        self.say(Fact::SessionDenied(v1::SessionDenied { observed: Some(observed) }))
    }

    /// Ends a session; `timed_out` where the person did not end it.
    pub fn close_session(&mut self, session: Session, timed_out: bool) -> Result<Digest, SayError> {
        let observed = v1::session_closed::Observed { session: session.statement.0.to_vec(), timed_out };
        self.say(Fact::SessionClosed(v1::SessionClosed { observed: Some(observed) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exhibits_are_listed_ascending_and_once() {
        let ids = [3, 1, 3, 2].map(|byte| ExhibitId([byte; 16]));
        assert_eq!(id_list(&ids), [1, 2, 3].map(|byte| vec![byte; 16]));
    }

    #[test]
    fn a_package_bears_its_own_label_or_an_exhibits() {
        let mut package = Package::sealed(ExhibitId([1; 16]), "S1");
        package.package = Some(PackageId([2; 16]));
        assert!(package.bears(&[1; 16]) && package.bears(&[2; 16]) && !package.bears(&[3; 16]));
    }
}
