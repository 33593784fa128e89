//! Appends, deletions, and the faults that befall an append.

use std::future::pending;

use bytes::Bytes;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use crate::decision::Expected;
use crate::fault::Fault;
use crate::log::{Event, Outcome};
use crate::member::{Line, Member};
use crate::wire::streams::append_req::options::Expected as WireExpected;
use crate::wire::streams::append_req::{Content, Options, ProposedMessage};
use crate::wire::streams::append_resp::{
    self, Success, WrongExpectedVersion, success, wrong_expected_version,
};
use crate::wire::streams::{AppendReq, AppendResp, DeleteReq, DeleteResp, Position, delete_resp};
use crate::{refusal, wire};

/// The server's default for one call: what its events have in type, data and metadata.
pub(crate) const APPEND_BYTES_MAX: usize = 1 << 20;

pub(crate) async fn append(
    member: &Member,
    request: Request<Streaming<AppendReq>>,
) -> Result<Response<AppendResp>, Status> {
    let (headers, extensions, mut body) = request.into_parts();
    let Some(AppendReq { content: Some(Content::Options(options)) }) = body.message().await? else {
        return Err(refusal::malformed("an append begins with its options"));
    };
    let (name, expected) = destination(options)?;
    let may_fail = !name.starts_with('$');
    if may_fail {
        member.shared.count_append();
    }
    member.authorise(&headers)?;
    member.lead_if_required(&headers)?;
    let events = proposed(&mut body).await?;
    let fault = if may_fail { member.shared.next_fault() } else { None };
    let write = |replicated| {
        let outcome = member.shared.change(|log| log.append(&name, expected, events, replicated));
        answer(&name, expected, &outcome)
    };
    match fault {
        None => write(true),
        Some(Fault::CommitThenTimeout) => write(true).and(Err(refusal::timed_out("Commit"))),
        Some(Fault::CommitThenDrop) => {
            let _ = write(true);
            cut(extensions.get()).await
        }
        Some(Fault::TimeoutOnly) => Err(refusal::timed_out("Prepare")),
        Some(Fault::Hang) => pending().await,
        Some(Fault::NotLeader) => Err(member.leads_not()),
        Some(Fault::Unavailable) => Err(refusal::unavailable("Server Is Too Busy")),
        Some(Fault::DropBefore) => cut(extensions.get()).await,
        Some(Fault::Kill) => {
            member.die();
            pending().await
        }
        Some(Fault::KillAfter) => {
            let _ = write(true);
            member.die();
            pending().await
        }
        Some(Fault::Unreplicated) => write(false),
        Some(Fault::Nonsense) => Ok(Response::new(AppendResp { result: None })),
        Some(Fault::TooLarge) => Err(refusal::too_large(APPEND_BYTES_MAX)),
        Some(Fault::Denied) => Err(refusal::denied()),
    }
}

pub(crate) fn delete(
    member: &Member,
    request: Request<DeleteReq>,
    for_good: bool,
) -> Result<Response<DeleteResp>, Status> {
    member.authorise(request.metadata())?;
    member.lead_if_required(request.metadata())?;
    let options =
        request.into_inner().options.ok_or_else(|| refusal::malformed("a deletion without options"))?;
    let (name, expected) = destination(options)?;
    match member.shared.change(|log| log.delete(&name, expected, for_good)) {
        Outcome::Success { position, .. } => {
            Ok(Response::new(DeleteResp { at: Some(delete_resp::At::Position(same(position))) }))
        }
        Outcome::Deleted => Err(refusal::stream_deleted(&name)),
        Outcome::TimedOut => Err(refusal::timed_out("Commit")),
        Outcome::Wrong { .. } => Err(refusal::wrong_expected_version(&name)),
    }
}

/// The caller waits for an answer until its connection is gone, which is soon.
async fn cut(line: Option<&Line>) -> Result<Response<AppendResp>, Status> {
    if let Some(line) = line {
        line.cut();
    }
    pending().await
}

pub(crate) fn destination(options: Options) -> Result<(String, Expected), Status> {
    let name = options.stream_identifier.map(|identifier| identifier.stream_name).unwrap_or_default();
    let name =
        String::from_utf8(name.into()).map_err(|_| refusal::malformed("a stream's name is not text"))?;
    let expected = match options.expected {
        Some(WireExpected::Revision(revision)) => Expected::Revision(revision),
        Some(WireExpected::NoStream(())) => Expected::NoStream,
        Some(WireExpected::Any(())) => Expected::Any,
        Some(WireExpected::StreamExists(())) => Expected::StreamExists,
        None => return Err(refusal::malformed("no expected revision")),
    };
    if name.is_empty() { Err(refusal::malformed("a stream without a name")) } else { Ok((name, expected)) }
}

async fn proposed(body: &mut Streaming<AppendReq>) -> Result<Vec<Event>, Status> {
    let mut events = Vec::new();
    let mut bytes: usize = 0;
    while let Some(message) = body.message().await? {
        let Some(Content::ProposedMessage(message)) = message.content else {
            return Err(refusal::malformed("the options of an append are followed by events"));
        };
        let event = event(&message)?;
        bytes = bytes.saturating_add(event.bytes());
        if bytes > APPEND_BYTES_MAX {
            return Err(refusal::too_large(APPEND_BYTES_MAX));
        }
        events.push(event);
    }
    Ok(events)
}

pub(crate) fn event(message: &ProposedMessage) -> Result<Event, Status> {
    let required = |key: &str| {
        message.metadata.get(key).ok_or_else(|| refusal::malformed("an event without type or content type"))
    };
    let id =
        message.id.as_ref().and_then(uuid).ok_or_else(|| refusal::malformed("an event without an id"))?;
    // Copied, since what was received lies in a buffer larger than the event.
    let data = Bytes::copy_from_slice(&message.data);
    let custom_metadata = Bytes::copy_from_slice(&message.custom_metadata);
    Ok(Event { custom_metadata, ..Event::new(id, required("type")?, required("content-type")?, data) })
}

pub(crate) fn uuid(id: &wire::Uuid) -> Option<Uuid> {
    match id.value.as_ref()? {
        wire::uuid::Value::Text(text) => Uuid::parse_str(text).ok(),
        wire::uuid::Value::Structured(bits) => Some(Uuid::from_u64_pair(
            bits.most_significant_bits.cast_unsigned(),
            bits.least_significant_bits.cast_unsigned(),
        )),
    }
}

fn answer(name: &str, expected: Expected, outcome: &Outcome) -> Result<Response<AppendResp>, Status> {
    let result = match *outcome {
        Outcome::TimedOut => return Err(refusal::timed_out("Commit")),
        Outcome::Deleted => return Err(refusal::stream_deleted(name)),
        Outcome::Success { last, position } => append_resp::Result::Success(success(last, position)),
        Outcome::Wrong { current } => append_resp::Result::WrongExpectedVersion(WrongExpectedVersion {
            current: Some(current.map_or(
                wrong_expected_version::Current::CurrentNoStream(()),
                wrong_expected_version::Current::CurrentRevision,
            )),
            expected: Some(match expected {
                Expected::Revision(revision) => wrong_expected_version::Expected::ExpectedRevision(revision),
                Expected::NoStream => wrong_expected_version::Expected::ExpectedNoStream(()),
                Expected::Any => wrong_expected_version::Expected::ExpectedAny(()),
                Expected::StreamExists => wrong_expected_version::Expected::ExpectedStreamExists(()),
            }),
        }),
    };
    Ok(Response::new(AppendResp { result: Some(result) }))
}

pub(crate) fn success(last: Option<u64>, position: u64) -> Success {
    Success {
        current: Some(last.map_or(success::Current::NoStream(()), success::Current::CurrentRevision)),
        at: Some(success::At::Position(same(position))),
    }
}

fn same(position: u64) -> Position {
    Position { commit_position: position, prepare_position: position }
}
