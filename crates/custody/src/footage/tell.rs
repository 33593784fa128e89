//! What is told of a door cycle that cameras should have shown (V02, V03, V05 to V09): one finding for one wrong thing.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::quality::VideoSignature;
use super::record::hull;
use super::scene::{Scene, View};
use super::sight::{Hole, Lateness, Sight, Why};
use crate::fact::Interval;
use crate::finding::Finding;
use crate::instant::{from_to, length};
use crate::policy::{Policy, days_us};
use crate::rule::RuleId;
use crate::severity::Severity;

/// How many holes a sentence lists, and how many entries it rests on for them: more than anybody reads.
const HOLES_NAMED_MAX: usize = 16;

impl View {
    /// Everything that is told of the window, once whatever the number of its exhibits.
    pub(crate) fn findings(&self, scene: &Scene, policy: &Policy) -> Vec<Finding> {
        let mut findings = Vec::new();
        findings.extend(self.uncovered().and_then(|sight| self.tell_holes(scene, sight)));
        findings.extend(self.late().map(|(sight, late)| tell_late(scene, sight, late)));
        findings.extend(self.tell_thin(scene, policy));
        findings.extend(self.unmeasured().map(|sight| tell_unmeasured(scene, sight)));
        findings.extend(self.tell_signature(scene, VideoSignature::Invalid));
        findings.extend(self.tell_signature(scene, VideoSignature::Unsigned));
        findings.extend(self.tell_survey(scene, policy));
        findings
    }

    /// V02.
    fn tell_holes(&self, scene: &Scene, sight: &Sight) -> Option<Finding> {
        let holes: Vec<Interval> = sight.holes.iter().map(|hole| hole.interval).collect();
        let listed: Vec<String> = sight.holes.iter().take(HOLES_NAMED_MAX).map(in_words).collect();
        let more = match holes.len().saturating_sub(HOLES_NAMED_MAX) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let until = if self.is_awaited { " yet" } else { "" };
        let sentence = format!(
            "No camera that views the compartment shows all of {}{until}; camera {}, which shows most, lacks {}{more}.",
            scene.what(),
            sight.camera,
            listed.join(", "),
        );
        let severity = if self.is_awaited { Severity::Information } else { RuleId::V02.rule().severity };
        let finding = scene.tell(RuleId::V02, sentence, sight).weighing(severity);
        Some(finding.during(hull(&holes)?).at(sight.indices.iter().copied().take(HOLES_NAMED_MAX)))
    }

    /// V05.
    fn tell_thin(&self, scene: &Scene, policy: &Policy) -> Option<Finding> {
        let mut thin = self.sights.iter().filter(|sight| sight.is_thin);
        let first = thin.next()?;
        let sentence = format!(
            "Footage of {} has fewer pictures than the {} in a thousand seconds that are asked for.",
            scene.what(),
            policy.cctv.frames_per_1000_s_min
        );
        let finding = scene.tell(RuleId::V05, sentence, first).during(first.window);
        Some(thin.fold(finding, |finding, sight| finding.of_camera(sight.camera)))
    }

    /// V08.
    fn tell_signature(&self, scene: &Scene, signature: VideoSignature) -> Option<Finding> {
        let mut signed = self.signed(signature);
        let first = signed.next()?;
        let (severity, what) = match signature {
            VideoSignature::Invalid => (Severity::Break, "has a signature of its own that does not verify"),
            _ => (Severity::Warning, "has no signature of its own, and the camera signs its video"),
        };
        let sentence = format!("Footage of {} {what}.", scene.what());
        let finding = scene.tell(RuleId::V08, sentence, first).during(first.window).weighing(severity);
        Some(signed.fold(finding, |finding, sight| finding.of_camera(sight.camera)))
    }

    /// V09, for the survey: what a camera views was looked at too long ago.
    fn tell_survey(&self, scene: &Scene, policy: &Policy) -> Option<Finding> {
        let first = self.sights.first().filter(|_| scene.is_transfer)?;
        let age_us = self.moment.at_us.saturating_sub(self.surveyed_us);
        if age_us <= days_us(policy.cctv.survey_age_days_max) {
            return None;
        }
        let sentence =
            format!("The survey that says which cameras viewed {} was {} old.", scene.what(), length(age_us));
        let finding = scene.tell(RuleId::V09, sentence, first).during(self.moment.door);
        Some(self.sights.iter().skip(1).fold(finding, |finding, sight| finding.of_camera(sight.camera)))
    }

    /// V07: what shows the window has lapsed while a hold was in force; `is_held` says whether one was at an instant.
    pub(crate) fn lapsed_under_hold(&self, scene: &Scene, is_held: impl Fn(u64) -> bool) -> Option<Finding> {
        let whole = self.sights.iter().filter(|sight| sight.holes.is_empty());
        let shows = self.uncovered().into_iter().chain(whole);
        let gone_of = |sight: &Sight| {
            let held = sight.lapsed.iter().filter(|(_, said_us)| is_held(*said_us));
            held.map(|(gone, _)| *gone).collect::<Vec<_>>()
        };
        let mut lapsed = shows.map(|sight| (sight, gone_of(sight))).filter(|(_, gone)| !gone.is_empty());
        let (first, mut gone) = lapsed.next()?;
        let sentence = format!("Footage of {} was let go while a hold was in force.", scene.what());
        let mut finding = scene.tell(RuleId::V07, sentence, first);
        for (sight, more) in lapsed {
            gone.extend(more);
            finding = finding.of_camera(sight.camera);
        }
        Some(finding.during(hull(&gone)?))
    }
}

impl Scene {
    fn what(&self) -> &'static str {
        if self.is_transfer { "the door at a transfer" } else { "the opening of its door" }
    }

    fn tell(&self, rule: RuleId, sentence: String, sight: &Sight) -> Finding {
        Finding::new(rule, sentence)
            .at(self.indices.iter().copied())
            .of_exhibits(self.exhibits.iter().copied())
            .by_device(self.locker)
            .by_device(sight.recorder)
            .in_compartment(self.compartment)
            .of_camera(sight.camera)
    }
}

/// V03.
fn tell_late(scene: &Scene, sight: &Sight, late: Lateness) -> Finding {
    let (severity, why) = if late.is_unexplained {
        (RuleId::V03.rule().severity, "")
    } else {
        (Severity::Warning, "; its recorder had said that it was offline")
    };
    let sentence = format!(
        "Footage of {} was committed to {} after it could have been{why}.",
        scene.what(),
        length(late.after_us)
    );
    scene.tell(RuleId::V03, sentence, sight).weighing(severity).during(sight.window)
}

/// V06.
fn tell_unmeasured(scene: &Scene, sight: &Sight) -> Finding {
    let sentence = format!(
        "When footage of {} was recorded is not known well: the recorder's clock had never been measured, or too long before.",
        scene.what()
    );
    scene.tell(RuleId::V06, sentence, sight).during(sight.window)
}

fn in_words(hole: &Hole) -> String {
    let when = from_to(hole.interval);
    match hole.why {
        Why::NoFootage => when,
        Why::Outage(kind) => format!("{when} (the camera {})", kind.words()),
        Why::Altered => format!("{when} (what is held is not what was committed to)"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sight::Moment;
    use super::*;
    use crate::id::{CameraId, CompartmentId, DeviceId, ExhibitId};
    use crate::policy::Policy;

    const CAMERA: CameraId = CameraId([7; 16]);
    const HOUR_US: u64 = 3_600_000_000;

    /// One camera shows the window; a part of it lapsed in the third hour.
    fn view() -> View {
        let door = Interval { from_us: HOUR_US, to_us: HOUR_US + 20_000_000 };
        let moment = Moment { door, at_us: door.from_us, recorded_at_us: door.to_us };
        let nothing = Sight::nothing(CAMERA, DeviceId([8; 16]), moment, &Policy::standard().cctv);
        let sight = Sight { holes: Vec::new(), lapsed: alloc::vec![(door, 3 * HOUR_US)], ..nothing };
        View { sights: alloc::vec![sight], surveyed_us: 0, is_awaited: false, moment }
    }

    #[track_caller]
    fn check(is_held: impl Fn(u64) -> bool, is_told: bool) {
        let scene = Scene {
            compartment: CompartmentId([1; 16]),
            locker: DeviceId([2; 16]),
            indices: alloc::vec![5],
            exhibits: alloc::vec![ExhibitId([3; 16])],
            is_transfer: true,
        };
        let finding = view().lapsed_under_hold(&scene, is_held);
        assert_eq!(
            finding.map(|finding| (finding.rule, finding.exhibits)),
            is_told.then_some((RuleId::V07, scene.exhibits))
        );
    }

    #[test]
    fn what_lapses_while_a_hold_is_in_force_is_told_and_what_lapsed_before_is_not() {
        check(|at_us| at_us >= 2 * HOUR_US, true);
        check(|at_us| at_us >= 4 * HOUR_US, false);
        check(|_| false, false);
    }
}
