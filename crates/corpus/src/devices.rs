//! What devices go through and say of themselves; heads of the ledger; footage that is gone.

use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use verifier::testing::{NODE, SpeakerId};

use crate::line::{AboutLedger, HOUR, LineId, MINUTE, SECOND};
use crate::script::Script;

impl Script {
    /// What a device has been given to say from a time on is said by its clocks as they are now.
    pub fn reclock(&mut self, who: SpeakerId, from_us: u64) {
        let clock = self.clock(who).clone();
        for line in self.lines.iter_mut().filter(|line| line.by == who && line.at_us >= from_us) {
            line.time = clock.at(line.at_us);
        }
    }

    /// A device tests itself: says something that touches nothing.
    pub fn self_test(&mut self, who: SpeakerId, at_us: u64) -> LineId {
        let observed = v1::self_tested::Observed { passed: true, failed: Vec::new() };
        self.say(who, at_us, Fact::SelfTested(v1::SelfTested { observed: Some(observed) }))
    }

    /// A card that the reader does not know.
    pub fn denied(&mut self, site: usize, at_us: u64) -> LineId {
        let speaker = self.bank(site).speaker;
        let observed = v1::session_denied::Observed {
            method: v1::AuthenticationMethod::Card.into(),
            reason: v1::DenialReason::UnknownCredential.into(),
        };
        self.say(speaker, at_us, Fact::SessionDenied(v1::SessionDenied { observed: Some(observed) }))
    }

    /// The device's wall clock is found to be off and set right; it says so.
    pub fn clock_step(&mut self, who: SpeakerId, at_us: u64, wrong_us: i64) -> LineId {
        let right_us = self.clock(who).skews.last().map_or(0, |(_, skew)| *skew);
        let since_us = at_us - 5 * HOUR;
        let clock = self.clock(who);
        clock.skew_from(since_us, right_us + wrong_us);
        clock.error_from(since_us, 1_500_000);
        clock.skew_from(at_us, right_us);
        clock.error_from(at_us, 40_000);
        self.reclock(who, since_us);
        let observed = v1::clock_stepped::Observed { step_us: -wrong_us };
        self.say(who, at_us, Fact::ClockStepped(v1::ClockStepped { observed: Some(observed) }))
    }

    /// A device cannot reach the ledger for a time, and says so.
    pub fn offline(&mut self, who: SpeakerId, from_us: u64, to_us: u64) -> [LineId; 2] {
        let clock = self.clock(who);
        clock.offline.push((from_us, to_us));
        clock.error_from(from_us + HOUR, 1_800_000);
        clock.error_from(to_us, 60_000);
        self.reclock(who, from_us);
        let observed = v1::offline_entered::Observed { since_us: self.clock(who).at(from_us).wall_us };
        let entered = Fact::OfflineEntered(v1::OfflineEntered { observed: Some(observed) });
        let entered = self.say(who, from_us, entered);
        let observed = v1::offline_drained::Observed { first_sequence: 0, last_sequence: 0 };
        let drained = Fact::OfflineDrained(v1::OfflineDrained { observed: Some(observed) });
        [entered, self.say(who, to_us + 2 * MINUTE, drained)]
    }

    /// The node signs a checkpoint and keeps it in the chain.
    pub fn checkpoint(&mut self, at_us: u64) -> LineId {
        let derived = v1::checkpoint_signed::Derived { size: 0, root: vec![0; 32] };
        let line =
            self.say(NODE, at_us, Fact::CheckpointSigned(v1::CheckpointSigned { derived: Some(derived) }));
        self.line(line).about = Some(AboutLedger::NOW);
        line
    }

    /// A witness vouches for the head.
    pub fn cosigned(&mut self, at_us: u64) -> LineId {
        let observed = v1::witness_cosigned::Observed {
            witness: "witness.example.test/w1".to_owned(),
            size: 0,
            root: vec![0; 32],
            time_s: at_us / SECOND,
        };
        let line =
            self.say(NODE, at_us, Fact::WitnessCosigned(v1::WitnessCosigned { observed: Some(observed) }));
        self.line(line).about = Some(AboutLedger::NOW);
        line
    }

    /// A time-stamping authority vouches for the head.
    pub fn stamped(&mut self, at_us: u64, time_us: u64) -> LineId {
        let observed = v1::timestamp_token_attached::Observed {
            size: 0,
            root: vec![0; 32],
            token: self.commitment(),
            time_us,
        };
        let fact = Fact::TimestampTokenAttached(v1::TimestampTokenAttached { observed: Some(observed) });
        let line = self.say(NODE, at_us, fact);
        self.line(line).about = Some(AboutLedger::NOW);
        line
    }

    /// The node counts the streams.
    pub fn census(&mut self, at_us: u64) -> LineId {
        let derived = v1::census_taken::Derived { root: vec![0; 32], streams: 0 };
        let line = self.say(NODE, at_us, Fact::CensusTaken(v1::CensusTaken { derived: Some(derived) }));
        self.line(line).about = Some(AboutLedger::CENSUS);
        line
    }

    /// Footage of a camera is gone, after somebody decided that nobody needs it.
    pub fn lapsed(
        &mut self,
        site: usize,
        camera: usize,
        (from_us, to_us): (u64, u64),
        decision: v1::LapseDecision,
        at_us: u64,
    ) -> LineId {
        let place = self.site(site);
        let recorder = place.recorder.expect("a store has a recorder");
        let camera = place.cameras.get(camera).expect("a camera").id.0.to_vec();
        let fact = Fact::FootageLapsed(v1::FootageLapsed {
            observed: Some(v1::footage_lapsed::Observed { camera, from_us, to_us }),
            declared: Some(v1::footage_lapsed::Declared { decision: decision.into() }),
        });
        self.say(recorder, at_us, fact)
    }

    /// The devices of a site say their last words, which touch nothing and which no head covers.
    pub fn last_words(&mut self, site: usize) {
        let place = self.site(site);
        let bank = place.bank.as_ref().map(|bank| bank.speaker);
        let speakers = [Some(place.desk), place.recorder, bank];
        if let Some(bank) = bank {
            // What lies there is proven up to here; the words below are for who cuts them off.
            self.self_test(bank, self.span.to_us + MINUTE);
        }
        for speaker in speakers.into_iter().flatten() {
            let number = u64::try_from(self.tail.len()).unwrap_or(0) + 1;
            let line = self.self_test(speaker, self.span.to_us + 2 * MINUTE + number * 5 * SECOND);
            self.line(line).is_blind = true;
            self.tail.push(line);
        }
    }
}
