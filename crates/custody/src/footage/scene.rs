//! What the cameras of a compartment make of one door cycle, and what is told of it (V02, V03, V05, V06, V08, V09).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::quality::VideoSignature;
use super::record::hull;
use super::sight::{Hole, Lateness, Moment, Sight, Why, widened};
use crate::door::Opening;
use crate::fact::Interval;
use crate::finding::Finding;
use crate::id::{CompartmentId, DeviceId, ExhibitId};
use crate::instant::{from_to, length};
use crate::policy::{Policy, days_us, seconds_us};
use crate::rule::RuleId;
use crate::severity::Severity;

/// How many holes a sentence lists, and how many entries it rests on for them: more than anybody reads.
const HOLES_NAMED_MAX: usize = 16;

/// How many holes of one window are laid over an exhibit's time one by one; more are laid as one, from the first to the
/// last.
const HOLES_LAID_MAX: usize = 64;

/// What the cameras that a map assigns saw of one door cycle.
#[derive(Debug)]
pub(crate) struct View {
    /// By camera. None where no camera is assigned: that is V01's.
    pub(super) sights: Vec<Sight>,
    /// When somebody last surveyed the site.
    pub(super) surveyed_us: u64,
    /// Footage that is missing may still come.
    pub(super) is_awaited: bool,
    pub(super) moment: Moment,
}

/// Whose door it was, and for whom.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) compartment: CompartmentId,
    pub(crate) locker: DeviceId,
    /// Entries of the door cycle or of the act.
    pub(crate) indices: Vec<u64>,
    /// What lay inside, went in or came out.
    pub(crate) exhibits: Vec<ExhibitId>,
    /// Custody changed hands.
    pub(crate) is_transfer: bool,
}

impl View {
    /// The camera that shows most; of equal ones the first.
    fn best(&self) -> Option<&Sight> {
        self.sights.iter().min_by_key(|sight| sight.blind_us())
    }

    fn is_covered(&self) -> bool {
        self.sights.iter().any(|sight| sight.holes.is_empty())
    }

    /// Where no camera covers the window: the one that covers most.
    fn uncovered(&self) -> Option<&Sight> {
        if self.is_covered() { None } else { self.best() }
    }

    /// Where each camera that covers the window was committed to late: the one that was least.
    fn late(&self) -> Option<(&Sight, Lateness)> {
        let mut whole = self.sights.iter().filter(|sight| sight.holes.is_empty());
        if whole.clone().any(|sight| sight.late.is_none()) {
            return None;
        }
        let first = whole.next()?;
        let late = core::iter::once(first).chain(whole).filter_map(|sight| Some((sight, sight.late?)));
        late.min_by_key(|(_, late)| (late.is_unexplained, late.after_us))
    }

    /// Where the window rests on clocks that were not measured: a camera of those it rests on.
    fn unmeasured(&self) -> Option<&Sight> {
        if let Some(best) = self.uncovered() {
            return Some(best).filter(|best| best.is_unmeasured);
        }
        let mut whole = self.sights.iter().filter(|sight| sight.holes.is_empty());
        if whole.clone().any(|sight| !sight.is_unmeasured) { None } else { whole.next() }
    }

    /// What stands no better than NOT PROVEN by what the cameras saw, by rule. Footage that was let go before its time
    /// shows nothing any more, unless another camera shows the window.
    pub(crate) fn unproven(&self) -> Vec<(RuleId, Vec<Interval>)> {
        let mut unproven = Vec::new();
        if let Some(sight) = self.uncovered().filter(|_| !self.is_awaited) {
            unproven.push((RuleId::V02, merged(&sight.holes)));
        }
        if let Some((sight, late)) = self.late()
            && late.is_unexplained
        {
            unproven.push((RuleId::V03, alloc::vec![sight.window]));
        }
        let invalid = self.signed(VideoSignature::Invalid).next();
        unproven.extend(invalid.map(|sight| (RuleId::V08, alloc::vec![sight.window])));
        let mut whole = self.sights.iter().filter(|sight| sight.holes.is_empty());
        let is_lost = whole.clone().all(|sight| !sight.lost.is_empty());
        let first = whole.next().filter(|_| is_lost);
        unproven.extend(first.map(|sight| (RuleId::V07, sight.lost.clone())));
        unproven
    }

    fn signed(&self, signature: VideoSignature) -> impl Iterator<Item = &Sight> {
        self.sights.iter().filter(move |sight| sight.signature == signature)
    }

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

    /// Until when footage of the window may be committed to.
    pub(super) fn due_us(window: Interval, moment: Moment, policy: &Policy) -> u64 {
        moment.recorded_at_us.max(window.to_us).saturating_add(seconds_us(policy.cctv.commit_s_max))
    }
}

impl Moment {
    /// Of the cycle in which a door opened on something.
    pub(crate) fn of(opening: &Opening) -> Self {
        let cycle = Interval { from_us: opening.begun_us, to_us: opening.interval.to_us };
        Self {
            door: widened(cycle, opening.error_us),
            at_us: opening.interval.from_us,
            recorded_at_us: opening.recorded_at_us,
        }
    }
}

impl Scene {
    /// Of the cycle in which a door opened on something.
    pub(crate) fn of(opening: &Opening) -> Self {
        Self {
            compartment: opening.compartment,
            locker: opening.device,
            indices: opening.indices.clone(),
            exhibits: opening.occupants.iter().chain(&opening.transferred).copied().collect(),
            is_transfer: !opening.transferred.is_empty(),
        }
    }

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

/// The holes one by one, or where there are very many the stretch from the first to the last.
fn merged(holes: &[Hole]) -> Vec<Interval> {
    let all: Vec<Interval> = holes.iter().map(|hole| hole.interval).collect();
    if all.len() <= HOLES_LAID_MAX { all } else { hull(&all).into_iter().collect() }
}
