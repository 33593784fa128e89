//! Compartments kept for a deposit that never came (A04).

use alloc::collections::BTreeMap;
use alloc::string::String;

use super::Recorded;
use crate::fact::Interval;
use crate::finding::Finding;
use crate::id::{CompartmentId, DeviceId, Digest, PersonId};
use crate::movement::Movement;
use crate::rule::RuleId;
use crate::session::Sessions;
use crate::severity::Severity;

/// One compartment kept for a deposit.
#[derive(Debug, Clone, Copy)]
struct Reservation {
    index: u64,
    device: DeviceId,
    interval: Interval,
    /// Whose session it was, where one was open.
    person: Option<PersonId>,
}

/// Reservations that no deposit, and no deposit given up, has answered; by session and compartment.
#[derive(Debug, Clone, Default)]
pub(super) struct Reservations(BTreeMap<(Digest, CompartmentId), Reservation>);

impl Reservations {
    /// A locker keeps a compartment for a session.
    pub(super) fn reserve(
        &mut self,
        recorded: &Recorded<'_>,
        compartment: CompartmentId,
        session: Digest,
        sessions: &Sessions,
    ) {
        let statement = recorded.statement;
        let reservation = Reservation {
            index: recorded.index,
            device: statement.device,
            interval: statement.time.interval(),
            person: sessions.get(&session).map(|session| session.person),
        };
        self.0.entry((session, compartment)).or_insert(reservation);
    }

    /// A deposit into the compartment in that session answers it, given up or not; so does one that was said after the
    /// session had ended, which is another fault (S04).
    pub(super) fn answer(&mut self, movement: &Movement) {
        if let Movement::Deposited { at, by, .. } | Movement::DepositAbandoned { at, by, .. } = movement {
            self.0.remove(&(by.session, at.compartment));
        }
    }

    /// What was kept in sessions that have ended.
    pub(super) fn closing_findings<'a>(
        &'a self,
        sessions: &'a Sessions,
    ) -> impl Iterator<Item = Finding> + 'a {
        let ended = self.0.iter().filter(|((session, _), _)| !sessions.is_open(session));
        ended.map(|((_, compartment), reservation)| {
            let sentence = String::from(
                "A compartment was kept for a deposit, and its session ended with neither a deposit nor word that it was given up.",
            );
            let finding = Finding::new(RuleId::A04, sentence)
                .weighing(Severity::Warning)
                .at([reservation.index])
                .during(reservation.interval)
                .by_device(reservation.device)
                .in_compartment(*compartment);
            match reservation.person {
                Some(person) => finding.by_person(person),
                None => finding,
            }
        })
    }
}
