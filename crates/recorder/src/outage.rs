//! When a camera did not do its work: no recording, or a picture that shows nothing new.
//!
//! A picture is frozen where the coded pictures of a stretch are those of the one before, byte for byte (a
//! recorder that repeats itself), or where the median frame is smaller than the camera's floor (a coder that was
//! given the same picture again and again writes a few dozen bytes for each, while the noise of a living scene
//! takes hundreds). Neither needs a decoder, and neither says why.

use custody_proto::v1;
use custody_proto::v1::OutageKind;
use custody_proto::v1::statement::Fact;

use crate::book::CameraBook;
use crate::rules::Rules;
use crate::segment::Segment;

/// The outages that the run's next stretches show. `before` is the stretch that was committed to last, if it is
/// still known.
pub fn outages(rules: &Rules, book: &CameraBook, run: &[&Segment], before: Option<&Segment>) -> Vec<Fact> {
    let mut facts = gaps(rules, book, run);
    facts.extend(frozen(rules, book, run, before));
    facts
}

/// Nothing newer than `last_end_us` for too long: an outage that lasts from now on, if it is news.
pub fn silence(rules: &Rules, book: &CameraBook, last_end_us: Option<u64>, now_us: u64) -> Option<Fact> {
    let from_us = last_end_us?;
    let is_silent = now_us.saturating_sub(from_us) > rules.no_signal_us;
    let is_news = book.lasting(OutageKind::NoSignal).is_none();
    (is_silent && is_news).then(|| outage(rules, OutageKind::NoSignal, from_us, None))
}

/// Stretches in which the CCTV recorder itself says that it had no data, as far as they are news and longer
/// than the gap that is tolerated.
pub fn absences(rules: &Rules, book: &CameraBook, absences: &[(u64, u64)]) -> Vec<Fact> {
    let news = absences.iter().filter(|(from_us, to_us)| {
        let is_long = to_us.saturating_sub(*from_us) > rules.gap_us;
        is_long && !book.knows_outage(OutageKind::NoSignal, *from_us, *to_us)
    });
    news.map(|(from_us, to_us)| outage(rules, OutageKind::NoSignal, *from_us, Some(*to_us))).collect()
}

fn gaps(rules: &Rules, book: &CameraBook, run: &[&Segment]) -> Vec<Fact> {
    let (mut facts, mut end_us) = (Vec::new(), book.last_end_us);
    let mut lasting = book.lasting(OutageKind::NoSignal);
    for segment in run {
        let hole_us = end_us.map_or(0, |end_us| segment.start_us.saturating_sub(end_us));
        if let Some(from_us) = lasting.take() {
            // An end before its beginning would be none: the recording overlaps what was taken for silence.
            let to_us = segment.start_us.max(from_us);
            facts.push(outage(rules, OutageKind::NoSignal, from_us, Some(to_us)));
        } else if let Some(from_us) = end_us.filter(|_| hole_us > rules.gap_us)
            && !book.knows_outage(OutageKind::NoSignal, from_us, segment.start_us)
        {
            facts.push(outage(rules, OutageKind::NoSignal, from_us, Some(segment.start_us)));
        }
        end_us = end_us.max(Some(segment.end_us));
    }
    facts
}

fn frozen(rules: &Rules, book: &CameraBook, run: &[&Segment], before: Option<&Segment>) -> Vec<Fact> {
    let (mut facts, mut before) = (Vec::new(), before);
    let said = book.lasting(OutageKind::Frozen);
    let mut since = said;
    for segment in run {
        let is_frozen = segment.median_frame_bytes < rules.frozen_frame_bytes
            || before.is_some_and(|before| before.pictures == segment.pictures);
        match since {
            None if is_frozen => since = Some(segment.start_us),
            Some(from_us) if !is_frozen => {
                let to_us = segment.start_us.max(from_us);
                facts.push(outage(rules, OutageKind::Frozen, from_us, Some(to_us)));
                since = None;
            }
            _ => {}
        }
        before = Some(segment);
    }
    if let Some(from_us) = since.filter(|_| since != said) {
        facts.push(outage(rules, OutageKind::Frozen, from_us, None));
    }
    facts
}

fn outage(rules: &Rules, kind: OutageKind, from_us: u64, to_us: Option<u64>) -> Fact {
    let observed = v1::camera_outage::Observed {
        camera: rules.camera.0.to_vec(),
        site: rules.site.0.to_vec(),
        kind: kind.into(),
        from_us,
        to_us,
    };
    Fact::CameraOutage(v1::CameraOutage { observed: Some(observed) })
}
