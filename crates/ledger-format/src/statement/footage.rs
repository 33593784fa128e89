//! From the generated message to the rulebook's types: footage.

use alloc::boxed::Box;

use custody::fact::{Fact, FootageFact, LapseDecision, OutageKind, Segment, SignedVideo};
use custody_proto::v1::{self, statement::Fact as Message};

use super::field::{broken, group, id, optional_id};
use crate::canonical::DecodeError;

/// The fact, or the message again where it is none of this file's families.
pub(super) fn fact(message: Message) -> Result<Result<Fact, Box<Message>>, DecodeError> {
    let footage = match message {
        Message::FootageManifestCommitted(message) => manifest(&group(message.observed)?)?,
        Message::FootagePreservationRequired(message) => {
            let derived = group(message.derived)?;
            FootageFact::PreservationRequired {
                camera: id(&derived.camera)?,
                from_us: derived.from_us,
                to_us: derived.to_us,
                statement: id(&derived.statement)?,
            }
        }
        Message::FootagePreserved(message) => {
            let observed = group(message.observed)?;
            FootageFact::Preserved {
                camera: id(&observed.camera)?,
                segments: observed.segments.iter().map(|digest| id(digest)).collect::<Result<_, _>>()?,
            }
        }
        Message::FootageLapsed(message) => {
            let (observed, declared) = (group(message.observed)?, group(message.declared)?);
            FootageFact::Lapsed {
                camera: id(&observed.camera)?,
                from_us: observed.from_us,
                to_us: observed.to_us,
                decision: decision(declared.decision)?,
            }
        }
        Message::FootageAltered(message) => {
            let observed = group(message.observed)?;
            FootageFact::Altered {
                camera: id(&observed.camera)?,
                start_us: observed.start_us,
                end_us: observed.end_us,
                committed: id(&observed.committed)?,
                found: optional_id(observed.found.as_ref())?,
            }
        }
        Message::CameraOutage(message) => {
            let observed = group(message.observed)?;
            FootageFact::Outage {
                camera: id(&observed.camera)?,
                site: id(&observed.site)?,
                kind: outage(observed.kind)?,
                from_us: observed.from_us,
                to_us: observed.to_us,
            }
        }
        other => return Ok(Err(Box::new(other))),
    };
    Ok(Ok(Fact::Footage(footage)))
}

fn manifest(observed: &v1::footage_manifest_committed::Observed) -> Result<FootageFact, DecodeError> {
    let segments = observed.segments.iter().map(segment).collect::<Result<_, _>>()?;
    Ok(FootageFact::ManifestCommitted {
        camera: id(&observed.camera)?,
        from_us: observed.from_us,
        to_us: observed.to_us,
        clock_offset_us: observed.clock_offset_us,
        offset_measured_us: observed.offset_measured_us,
        offset_error_us: observed.offset_error_us,
        segments,
    })
}

fn segment(segment: &v1::Segment) -> Result<Segment, DecodeError> {
    Ok(Segment {
        start_us: segment.start_us,
        end_us: segment.end_us,
        frames: segment.frames,
        bytes: segment.bytes,
        sha256: id(&segment.sha256)?,
        signed_video: signed_video(segment.signed_video)?,
    })
}

fn signed_video(verdict: i32) -> Result<SignedVideo, DecodeError> {
    match v1::SignedVideo::try_from(verdict) {
        Ok(v1::SignedVideo::NotChecked) => Ok(SignedVideo::NotChecked),
        Ok(v1::SignedVideo::Valid) => Ok(SignedVideo::Valid),
        Ok(v1::SignedVideo::ValidWithGaps) => Ok(SignedVideo::ValidWithGaps),
        Ok(v1::SignedVideo::Invalid) => Ok(SignedVideo::Invalid),
        Ok(v1::SignedVideo::Unsigned) => Ok(SignedVideo::Unsigned),
        Ok(v1::SignedVideo::Unspecified) | Err(_) => Err(broken("verdict on a signed video")),
    }
}

fn outage(kind: i32) -> Result<OutageKind, DecodeError> {
    match v1::OutageKind::try_from(kind) {
        Ok(v1::OutageKind::NoSignal) => Ok(OutageKind::NoSignal),
        Ok(v1::OutageKind::Tampered) => Ok(OutageKind::Tampered),
        Ok(v1::OutageKind::SceneChanged) => Ok(OutageKind::SceneChanged),
        Ok(v1::OutageKind::Maintenance) => Ok(OutageKind::Maintenance),
        Ok(v1::OutageKind::Frozen) => Ok(OutageKind::Frozen),
        Ok(v1::OutageKind::Unspecified) | Err(_) => Err(broken("kind of an outage")),
    }
}

fn decision(decision: i32) -> Result<LapseDecision, DecodeError> {
    match v1::LapseDecision::try_from(decision) {
        Ok(v1::LapseDecision::NotNeeded) => Ok(LapseDecision::NotNeeded),
        Ok(v1::LapseDecision::Undecided) => Ok(LapseDecision::Undecided),
        Ok(v1::LapseDecision::Unspecified) | Err(_) => Err(broken("decision to let footage go")),
    }
}
