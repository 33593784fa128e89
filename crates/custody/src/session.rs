//! Sessions: who was recognised at which device, and whether an act belongs to one.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

use crate::exhibit::Second;
use crate::fact::Authentication;
use crate::id::{DeviceId, Digest, PersonId};
use crate::ledger::Recorded;
use crate::movement::Act;

/// One session that has not ended.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    /// At which device.
    pub device: DeviceId,
    /// Whose credential it was.
    pub person: PersonId,
    /// How the person was recognised.
    pub method: Authentication,
    /// When by the device's clock, and by which entry.
    pub(crate) opened: (u64, u64),
}

impl Session {
    /// Whether the person was recognised by something of their own, and not by somebody else's word.
    fn is_by_own_means(&self) -> bool {
        !matches!(self.method, Authentication::Vouched | Authentication::Override)
    }
}

/// All sessions that have not ended, by the hash of the statement that opened them.
#[derive(Debug, Clone, Default)]
pub struct Sessions(BTreeMap<Digest, Session>);

impl Sessions {
    pub(crate) fn open(&mut self, recorded: &Recorded<'_>, person: PersonId, method: Authentication) {
        let statement = recorded.statement;
        let opened = (statement.time.wall_us, recorded.index);
        self.0.insert(recorded.hash, Session { device: statement.device, person, method, opened });
    }

    /// Only the device at which it was opened can end it. Returns the one that has ended.
    pub(crate) fn close(&mut self, hash: Digest, device: DeviceId) -> Option<Session> {
        self.0.get(&hash).filter(|session| session.device == device)?;
        self.0.remove(&hash)
    }

    /// One session that has not ended.
    pub fn get(&self, hash: &Digest) -> Option<&Session> {
        self.0.get(hash)
    }

    /// Whether a session has not ended.
    pub fn is_open(&self, hash: &Digest) -> bool {
        self.0.contains_key(hash)
    }

    /// Whether two people acted, each recognised by a means of their own, at the same device (P02). That the first acts
    /// in a session at all is S04's to ask.
    pub(crate) fn second(&self, by: Option<Act>, witness: Option<Act>, device: DeviceId) -> Second {
        let Some(witness) = witness else { return Second::Absent };
        if by.is_some_and(|by| by.person == witness.person) {
            return Second::Unsound("both are one person");
        }
        if by.is_some_and(|by| by.session == witness.session) {
            return Second::Unsound("both acted in one session");
        }
        let there = self.0.get(&witness.session);
        match there.filter(|session| session.device == device && session.person == witness.person) {
            None => return Second::Unsound("the second was not recognised there"),
            Some(session) if !session.is_by_own_means() => {
                return Second::Unsound("the second was recognised by no means of their own");
            }
            Some(_) => {}
        }
        match by.and_then(|by| self.0.get(&by.session)) {
            Some(session) if !session.is_by_own_means() => {
                Second::Unsound("the first was recognised by no means of their own")
            }
            _ => Second::Sound,
        }
    }

    /// Why an act is not one of the person it names in an open session at this device; `None` if it is.
    pub(crate) fn objection(&self, act: &Act, device: DeviceId) -> Option<String> {
        match self.0.get(&act.session) {
            None => Some(format!("no open session {} is on record for {}", act.session, act.person)),
            Some(session) if session.device != device => {
                Some(format!("session {} was opened at another device, {}", act.session, session.device))
            }
            Some(session) if session.person != act.person => {
                Some(format!("session {} is that of {}, not of {}", act.session, session.person, act.person))
            }
            Some(_) => None,
        }
    }
}
