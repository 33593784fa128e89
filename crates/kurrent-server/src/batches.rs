//! `BatchAppend`: a session on which one append after another is asked for, in parts, and answered by its id.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::ControlFlow;
use std::pin::Pin;

use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt, once};
use tonic::metadata::MetadataMap;
use tonic::{Code, Request, Response, Status, Streaming};
use uuid::Uuid;

use crate::append::{APPEND_BYTES_MAX, destination, event, success, uuid};
use crate::decision::Expected;
use crate::fault::Fault;
use crate::log::{Event, Log, Outcome};
use crate::member::{Line, Member};
use crate::peers::structured;
use crate::refusal;
use crate::wire::StreamIdentifier;
use crate::wire::streams::append_req::{Options, ProposedMessage};
use crate::wire::streams::batch_append_resp::{Error, Expected as WireExpected, Result as Answer};
use crate::wire::streams::{BatchAppendReq, BatchAppendResp};

/// How many answers may wait for the caller to take them.
const ANSWERS: usize = 256;

type Message = Result<BatchAppendResp, Status>;

pub(crate) type Answers = Pin<Box<dyn Stream<Item = Message> + Send>>;

/// As with the real server, the call is answered when the first batch is, so a session that fails before that is a
/// failure of the call: the official client does not follow it to the leader.
pub(crate) async fn batch_append(
    member: &Member,
    request: Request<Streaming<BatchAppendReq>>,
) -> Result<Response<Answers>, Status> {
    if !member.shared.appends_batches() {
        return Err(Status::unimplemented("this server appends no batches"));
    }
    let (headers, extensions, body) = request.into_parts();
    // Who is nobody in particular is denied each batch; who is not whom he says has no session.
    refuse_if(member.authorise(&headers), Code::Unauthenticated)?;
    refuse_if(member.lead_if_required(&headers), Code::NotFound)?;
    let (to, mut answers) = mpsc::channel(ANSWERS);
    let line = extensions.get().cloned();
    let session =
        Session { member: member.clone(), headers, line, to, unfinished: HashMap::new(), hung: false };
    tokio::spawn(session.hold(body));
    match answers.recv().await.transpose()? {
        Some(first) => Ok(Response::new(Box::pin(once(Ok(first)).chain(ReceiverStream::new(answers))))),
        None => Ok(Response::new(Box::pin(tokio_stream::empty()))),
    }
}

fn refuse_if(outcome: Result<(), Status>, code: Code) -> Result<(), Status> {
    outcome.or_else(|status| if status.code() == code { Err(status) } else { Ok(()) })
}

struct Session {
    member: Member,
    headers: MetadataMap,
    line: Option<Line>,
    to: Sender<Message>,
    /// The batches whose last part has not come.
    unfinished: HashMap<Uuid, Batch>,
    /// A batch will not be answered, so the session does not end before its connection.
    hung: bool,
}

struct Batch {
    id: Uuid,
    name: String,
    expected: Expected,
    events: Vec<Event>,
    bytes: usize,
}

impl Session {
    async fn hold(mut self, mut body: Streaming<BatchAppendReq>) {
        loop {
            let over = match body.message().await {
                Ok(Some(part)) => self.take(part).await,
                Ok(None) => break,
                Err(status) => self.end(status).await,
            };
            if over.is_break() {
                return;
            }
        }
        if self.hung {
            self.to.closed().await;
        }
    }

    async fn take(&mut self, part: BatchAppendReq) -> ControlFlow<()> {
        let Some(id) = part.correlation_id.as_ref().and_then(uuid) else {
            return self.end(refusal::malformed("a batch without an id")).await;
        };
        if let Some(options) = part.options {
            let stream_identifier = options.stream_identifier.clone();
            let Ok(batch) = Batch::new(id, options) else {
                let correlation_id = Some(structured(id));
                let result = Some(bad_request());
                let answer = BatchAppendResp { correlation_id, result, stream_identifier, expected: None };
                return self.send(Ok(answer)).await;
            };
            let denied = self.member.authorise(&self.headers).is_err();
            // Options that come again change nothing.
            if let Entry::Vacant(place) = self.unfinished.entry(id) {
                if batch.may_fail() {
                    self.member.shared.count_append();
                }
                if denied {
                    return self.answer(&batch, denial()).await;
                }
                place.insert(batch);
            }
        }
        // The rest of a batch that was refused, or of none.
        let Some(mut batch) = self.unfinished.remove(&id) else { return ControlFlow::Continue(()) };
        if let Err(refused) = batch.add(&part.proposed_messages) {
            return self.answer(&batch, refused).await;
        }
        if part.is_final {
            return self.append(batch).await;
        }
        self.unfinished.insert(id, batch);
        ControlFlow::Continue(())
    }

    async fn append(&mut self, mut batch: Batch) -> ControlFlow<()> {
        if let Err(status) = self.member.lead_if_required(&self.headers) {
            return self.refuse(&batch, status).await;
        }
        let fault = if batch.may_fail() { self.member.shared.next_fault() } else { None };
        let mut write = |replicated| {
            let events = std::mem::take(&mut batch.events);
            let append = |log: &mut Log| log.append(&batch.name, batch.expected, events, replicated);
            self.member.shared.change(append)
        };
        let answer = match fault {
            None => outcome(&write(true)),
            Some(Fault::Unreplicated) => outcome(&write(false)),
            Some(Fault::CommitThenTimeout) => match write(true) {
                Outcome::Deleted => outcome(&Outcome::Deleted),
                _ => timeout(),
            },
            Some(Fault::CommitThenDrop) => {
                write(true);
                return self.cut().await;
            }
            Some(Fault::TimeoutOnly) => timeout(),
            Some(Fault::Hang) => {
                self.hung = true;
                return ControlFlow::Continue(());
            }
            Some(Fault::NotLeader) => return self.refuse(&batch, self.member.leads_not()).await,
            Some(Fault::Unavailable) => not_handled("Server Is Busy"),
            Some(Fault::DropBefore) => return self.cut().await,
            Some(Fault::Kill) => return self.die().await,
            Some(Fault::KillAfter) => {
                write(true);
                return self.die().await;
            }
            Some(Fault::Nonsense) => return self.send(Ok(batch.answer(None))).await,
            Some(Fault::TooLarge) => too_large(),
            Some(Fault::Denied) => denial(),
        };
        self.answer(&batch, answer).await
    }

    /// Who leads ends the session; that nobody does is an answer.
    async fn refuse(&self, batch: &Batch, status: Status) -> ControlFlow<()> {
        if status.code() == Code::Unavailable {
            self.answer(batch, not_handled(status.message())).await
        } else {
            self.end(status).await
        }
    }

    async fn answer(&self, batch: &Batch, answer: Answer) -> ControlFlow<()> {
        self.send(Ok(batch.answer(Some(answer)))).await
    }

    async fn end(&self, status: Status) -> ControlFlow<()> {
        let _ = self.send(Err(status)).await;
        ControlFlow::Break(())
    }

    async fn send(&self, message: Message) -> ControlFlow<()> {
        if self.to.send(message).await.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// The caller waits for an answer until its connection is gone, which is soon.
    async fn cut(&self) -> ControlFlow<()> {
        if let Some(line) = &self.line {
            line.cut();
        }
        self.to.closed().await;
        ControlFlow::Break(())
    }

    async fn die(&self) -> ControlFlow<()> {
        self.member.die();
        self.to.closed().await;
        ControlFlow::Break(())
    }
}

impl Batch {
    fn new(id: Uuid, options: Options) -> Result<Batch, Status> {
        let (name, expected) = destination(options)?;
        Ok(Batch { id, name, expected, events: Vec::new(), bytes: 0 })
    }

    /// Those of the system do not.
    fn may_fail(&self) -> bool {
        !self.name.starts_with('$')
    }

    fn add(&mut self, proposed: &[ProposedMessage]) -> Result<(), Answer> {
        for message in proposed {
            let event = event(message).map_err(|_| bad_request())?;
            self.bytes = self.bytes.saturating_add(event.bytes());
            if self.bytes > APPEND_BYTES_MAX {
                return Err(too_large());
            }
            self.events.push(event);
        }
        Ok(())
    }

    fn answer(&self, result: Option<Answer>) -> BatchAppendResp {
        BatchAppendResp {
            correlation_id: Some(structured(self.id)),
            result,
            stream_identifier: Some(StreamIdentifier { stream_name: self.name.clone().into() }),
            expected: Some(match self.expected {
                Expected::Revision(revision) => WireExpected::Revision(revision),
                Expected::NoStream => WireExpected::NoStream(()),
                Expected::Any => WireExpected::Any(()),
                Expected::StreamExists => WireExpected::StreamExists(()),
            }),
        }
    }
}

fn outcome(outcome: &Outcome) -> Answer {
    match *outcome {
        Outcome::Success { last, position } => Answer::Success(success(last, position)),
        Outcome::TimedOut => timeout(),
        Outcome::Wrong { .. } => error(Code::AlreadyExists, "WrongExpectedVersion"),
        Outcome::Deleted => error(Code::NotFound, "StreamDeleted"),
    }
}

fn timeout() -> Answer {
    error(Code::DeadlineExceeded, "Timeout")
}

fn denial() -> Answer {
    error(Code::PermissionDenied, "AccessDenied")
}

fn too_large() -> Answer {
    error(Code::InvalidArgument, "MaximumAppendSizeExceeded")
}

fn bad_request() -> Answer {
    error(Code::InvalidArgument, "BadRequest")
}

/// The real server sets no code here, which is that of success.
fn not_handled(reason: &str) -> Answer {
    error(Code::Ok, reason)
}

fn error(code: Code, message: &str) -> Answer {
    Answer::Error(Error { code: code.into(), message: message.to_owned() })
}
