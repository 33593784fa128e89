//! Somebody at a locker: a session, a door that opens and closes, and the footage of it.

use custody::id::CompartmentId;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::SpeakerId;

use crate::line::{DAY, LineId, MINUTE, SECOND};
use crate::script::Script;

/// A session: one person recognised at one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Where.
    pub device: SpeakerId,
    /// Who.
    pub person: usize,
    /// Its first statement, which names it.
    pub opened: LineId,
    /// Its last.
    pub closed: LineId,
}

/// One door cycle: released, opened, closed, locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// Which site's locker.
    pub site: usize,
    /// Which of its compartments.
    pub slot: usize,
    /// Its id.
    pub compartment: CompartmentId,
    /// The four statements; the first one names the cycle.
    pub steps: [LineId; 4],
}

impl Cycle {
    /// The statement that names it.
    pub fn name(&self) -> LineId {
        let [first, ..] = self.steps;
        first
    }
}

/// Somebody at a locker, with one act there.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The session.
    pub session: Session,
    /// The second person's, where two are needed.
    pub witness: Option<Session>,
    /// The door.
    pub cycle: Cycle,
    /// What was done there.
    pub act: LineId,
    /// What the sensor said afterwards.
    pub presence: Option<LineId>,
    /// What cameras hold of it.
    pub films: Vec<LineId>,
    /// The reservation before a deposit.
    pub reserved: Option<LineId>,
}

impl Visit {
    /// All that the locker said of it.
    pub fn lines(&self) -> Vec<LineId> {
        let mut lines = vec![self.session.opened, self.session.closed, self.act];
        lines.extend(self.cycle.steps);
        lines.extend(self.presence);
        lines.extend(self.reserved);
        lines.extend(self.witness.iter().flat_map(|witness| [witness.opened, witness.closed]));
        lines
    }
}

impl Script {
    /// Somebody is recognised at a device from one time to another.
    pub fn session(
        &mut self,
        device: SpeakerId,
        site: usize,
        person: usize,
        from_us: u64,
        to_us: u64,
        method: v1::AuthenticationMethod,
    ) -> Session {
        let fact = v1::SessionOpened {
            observed: Some(v1::session_opened::Observed { method: method.into() }),
            declared: Some(v1::session_opened::Declared { person: self.person_id(person).0.to_vec() }),
        };
        let opened = self.say(device, from_us, Fact::SessionOpened(fact));
        let observed = v1::session_closed::Observed { session: opened.token(), timed_out: false };
        let fact = Fact::SessionClosed(v1::SessionClosed { observed: Some(observed) });
        let closed = self.say(device, to_us, fact);
        if let Some(person) = self.people.get_mut(person) {
            person.seen.push((site, from_us, to_us));
        }
        Session { device, person, opened, closed }
    }

    /// A session at a locker, with card and PIN.
    pub fn at_locker(&mut self, site: usize, person: usize, from_us: u64, to_us: u64) -> Session {
        let device = self.bank(site).speaker;
        self.session(device, site, person, from_us, to_us, v1::AuthenticationMethod::CardAndPin)
    }

    /// A session at a site's desk, with a passkey.
    pub fn at_desk(&mut self, site: usize, person: usize, from_us: u64, to_us: u64) -> Session {
        let device = self.site(site).desk;
        self.session(device, site, person, from_us, to_us, v1::AuthenticationMethod::Passkey)
    }

    /// A person's part in an act.
    pub fn act(&self, session: &Session) -> v1::Act {
        v1::Act { person: self.person_id(session.person).0.to_vec(), session: session.opened.token() }
    }

    /// What a door's sensors say. The close counter is put in when the script is played.
    pub fn door(
        &self,
        compartment: CompartmentId,
        cycle: Option<LineId>,
        session: Option<LineId>,
    ) -> v1::Door {
        v1::Door {
            compartment: compartment.0.to_vec(),
            cycle: cycle.map(LineId::token),
            close_counter: 0,
            session: session.map(LineId::token),
        }
    }

    /// A complete door cycle from this time on; it takes 18 seconds.
    pub fn cycle(&mut self, site: usize, slot: usize, session: Option<LineId>, at_us: u64) -> Cycle {
        let bank = self.bank(site);
        let speaker = bank.speaker;
        let compartment = bank.slots.get(slot).expect("a compartment of the locker").id;
        let first = Some(self.door(compartment, None, session));
        let name = self.say(speaker, at_us, Fact::DoorUnlocked(v1::DoorUnlocked { observed: first }));
        let next = Some(self.door(compartment, Some(name), session));
        let opened = Fact::DoorOpened(v1::DoorOpened { observed: next.clone() });
        let closed = Fact::DoorClosed(v1::DoorClosed { observed: next.clone() });
        let locked = Fact::DoorLocked(v1::DoorLocked { observed: next });
        let steps = [
            name,
            self.say(speaker, at_us + 2 * SECOND, opened),
            self.say(speaker, at_us + 16 * SECOND, closed),
            self.say(speaker, at_us + 18 * SECOND, locked),
        ];
        Cycle { site, slot, compartment, steps }
    }

    /// What a compartment's sensor says.
    pub fn presence(
        &mut self,
        site: usize,
        slot: usize,
        at_us: u64,
        is_occupied: bool,
        weight_mg: Option<u64>,
    ) -> LineId {
        let bank = self.bank(site);
        let speaker = bank.speaker;
        let compartment = bank.slots.get(slot).expect("a compartment of the locker").id.0.to_vec();
        let observed = v1::presence_sensed::Observed { compartment, occupied: is_occupied, weight_mg };
        self.say(speaker, at_us, Fact::PresenceSensed(v1::PresenceSensed { observed: Some(observed) }))
    }

    /// What the site's cameras hold of a time, committed to a few minutes later.
    pub fn film(&mut self, site: usize, from_us: u64, to_us: u64) -> Vec<LineId> {
        let cameras = self.site(site).cameras.len();
        let both = self.rng.chance(30);
        let first = self.rng.place(cameras.max(1));
        let late = self.rng.between(2, 24) * MINUTE;
        let mut films = Vec::new();
        for number in 0..cameras {
            if both || number == first {
                let at = to_us + late + u64::try_from(number).unwrap_or(0) * 3 * SECOND;
                films.push(self.film_of(site, number, from_us, to_us, at));
            }
        }
        films
    }

    /// What one camera holds of a time, committed to at another.
    pub fn film_of(&mut self, site: usize, number: usize, from_us: u64, to_us: u64, at_us: u64) -> LineId {
        let place = self.site(site);
        let camera = *place.cameras.get(number).expect("a camera of the site");
        let recorder = place.recorder.expect("a site with cameras has a recorder");
        let start = (from_us - 70 * SECOND) / MINUTE * MINUTE;
        let end = (to_us + 130 * SECOND) / MINUTE * MINUTE;
        let length = MINUTE * self.rng.between(1, 2);
        let mut segments = Vec::new();
        let mut at = start;
        while at < end {
            let until = (at + length).min(end);
            // A recorder's segments overlap by a picture now and then.
            let overlap = if self.rng.chance(30) { SECOND } else { 0 };
            segments.push(self.segment(camera.is_signed, camera.offset_us, at, until + overlap));
            at = until;
        }
        let measured_us = at_us - self.rng.between(1, 20) * DAY;
        let observed = v1::footage_manifest_committed::Observed {
            camera: camera.id.0.to_vec(),
            from_us: start.saturating_add_signed(camera.offset_us),
            to_us: (end + SECOND).saturating_add_signed(camera.offset_us),
            clock_offset_us: camera.offset_us,
            segments,
            offset_measured_us: Some(measured_us),
            offset_error_us: Some(self.rng.between(20_000, 400_000)),
        };
        let fact = v1::FootageManifestCommitted { observed: Some(observed) };
        self.say(recorder, at_us, Fact::FootageManifestCommitted(fact))
    }

    /// One segment, at one picture a second.
    pub fn segment(&mut self, is_signed: bool, offset_us: i64, from_us: u64, to_us: u64) -> v1::Segment {
        let seconds = (to_us - from_us) / SECOND;
        v1::Segment {
            start_us: from_us.saturating_add_signed(offset_us),
            end_us: to_us.saturating_add_signed(offset_us),
            frames: seconds,
            bytes: seconds * 5_000 + self.rng.below(4_000),
            sha256: self.rng.bytes::<32>().to_vec(),
            signed_video: if is_signed { v1::SignedVideo::Valid } else { v1::SignedVideo::Unsigned }.into(),
        }
    }
}
