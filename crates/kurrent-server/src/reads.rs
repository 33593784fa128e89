//! Reads and subscriptions: a task takes one page after another from the log and sends what is in it.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use crate::append::{append, delete};
use crate::batches::{self, batch_append};
use crate::log::{Event, Visible};
use crate::member::Member;
use crate::peers::structured;
use crate::wire::StreamIdentifier;
use crate::wire::streams::read_req::Options;
use crate::wire::streams::read_req::options::stream_options::From;
use crate::wire::streams::read_req::options::{Direction, Extent, Source, uuid_option};
use crate::wire::streams::read_resp::{
    CaughtUp, Content, ReadEvent, RecordedEvent, StreamNotFound, SubscriptionConfirmation, read_event,
};
use crate::wire::streams::streams_server::Streams;
use crate::wire::streams::{AppendReq, AppendResp, BatchAppendReq, DeleteReq, DeleteResp, ReadReq, ReadResp};
use crate::{refusal, wire};

/// How many events are taken out of the log at once.
const PAGE_EVENTS: usize = 256;

type Message = Result<ReadResp, Status>;

#[tonic::async_trait]
impl Streams for Member {
    type ReadStream = ReceiverStream<Message>;
    type BatchAppendStream = batches::Answers;

    async fn read(&self, request: Request<ReadReq>) -> Result<Response<Self::ReadStream>, Status> {
        self.authorise(request.metadata())?;
        self.lead_if_required(request.metadata())?;
        let reading = Reading::new(self.clone(), request.into_inner().options)?;
        let (sender, receiver) = mpsc::channel(PAGE_EVENTS);
        if self.shared.late_read.is_this() {
            // Who is gone hears nothing either way.
            let _ = reading.deliver(&sender).await;
            drop(sender);
            self.shared.late_read.hold().await;
        } else {
            tokio::spawn(async move { reading.deliver(&sender).await });
        }
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn append(&self, request: Request<Streaming<AppendReq>>) -> Result<Response<AppendResp>, Status> {
        append(self, request).await
    }

    async fn batch_append(
        &self,
        request: Request<Streaming<BatchAppendReq>>,
    ) -> Result<Response<Self::BatchAppendStream>, Status> {
        batch_append(self, request).await
    }

    async fn delete(&self, request: Request<DeleteReq>) -> Result<Response<DeleteResp>, Status> {
        delete(self, request, false)
    }

    async fn tombstone(&self, request: Request<DeleteReq>) -> Result<Response<DeleteResp>, Status> {
        delete(self, request, true)
    }
}

/// What is asked for.
struct Reading {
    member: Member,
    name: String,
    from: From,
    direction: Direction,
    extent: Extent,
    ids_as_text: bool,
    /// Whether the reader knows of messages about where the stream ends.
    tell_end: bool,
}

/// The reader is gone, or was told what is wrong: nothing more is to be sent.
struct Over;

impl Reading {
    fn new(member: Member, options: Option<Options>) -> Result<Reading, Status> {
        let options = options.ok_or_else(|| refusal::malformed("a read without options"))?;
        let direction = options.direction();
        let Some(Source::Stream(stream)) = options.source else {
            return Err(Status::unimplemented("this server reads streams only"));
        };
        let name = stream.stream_identifier.map(|identifier| identifier.stream_name).unwrap_or_default();
        let content = options.uuid_option.and_then(|option| option.content);
        Ok(Reading {
            member,
            name: String::from_utf8(name.into())
                .map_err(|_| refusal::malformed("a stream's name is not text"))?,
            from: stream.from.unwrap_or(From::Start(())),
            direction,
            extent: options.extent.unwrap_or(Extent::Count(u64::MAX)),
            ids_as_text: matches!(content, Some(uuid_option::Content::Text(()))),
            tell_end: options.control_option.is_some_and(|control| control.compatibility > 0),
        })
    }

    /// Sends until there is no more to send. Subscriptions end with their reader.
    async fn deliver(&self, to: &Sender<Message>) -> Result<(), Over> {
        match (self.extent, self.direction) {
            (Extent::Subscription(()), _) => self.subscription(to).await,
            (Extent::Count(count), Direction::Forwards) => self.forwards(count, to).await,
            (Extent::Count(count), Direction::Backwards) => self.backwards(count, to).await,
        }
    }

    async fn forwards(&self, mut left: u64, to: &Sender<Message>) -> Result<(), Over> {
        let mut next = match self.from {
            From::Start(()) => 0,
            From::Revision(revision) => revision,
            From::End(()) => u64::MAX,
        };
        while left > 0 {
            let Some((first, end)) = self.visible(to).await? else {
                return self.not_found(to).await;
            };
            next = next.max(first);
            let page = self.page(next, left);
            for message in page {
                send(to, message).await?;
                next = next.saturating_add(1);
                left = left.saturating_sub(1);
            }
            if next >= end {
                return self.end(end, to).await;
            }
        }
        Ok(())
    }

    async fn backwards(&self, mut left: u64, to: &Sender<Message>) -> Result<(), Over> {
        let mut upto = match self.from {
            From::Start(()) => 1,
            From::Revision(revision) => revision.saturating_add(1),
            From::End(()) => u64::MAX,
        };
        while left > 0 {
            let Some((first, end)) = self.visible(to).await? else {
                return self.not_found(to).await;
            };
            upto = upto.min(end);
            let from = upto.saturating_sub(left.min(page_events())).max(first);
            let page = self.page(from, upto.saturating_sub(from));
            if page.is_empty() {
                return Ok(());
            }
            for message in page.into_iter().rev() {
                send(to, message).await?;
                left = left.saturating_sub(1);
            }
            upto = from;
        }
        Ok(())
    }

    async fn subscription(&self, to: &Sender<Message>) -> Result<(), Over> {
        let mut changes = self.member.shared.changes.subscribe();
        let mut next = match (self.from, self.visible(to).await?) {
            (From::Start(()), _) | (From::End(()), None) => 0,
            (From::Revision(revision), _) => revision.saturating_add(1),
            (From::End(()), Some((_, end))) => end,
        };
        let subscription_id = Uuid::from_u64_pair(0, next).to_string();
        send(to, Content::Confirmation(SubscriptionConfirmation { subscription_id })).await?;
        let mut caught_up = false;
        loop {
            changes.mark_unchanged();
            while let Some((first, end)) = self.visible(to).await? {
                next = next.max(first);
                if next >= end {
                    break;
                }
                for message in self.page(next, u64::MAX) {
                    send(to, message).await?;
                    next = next.saturating_add(1);
                }
            }
            if !caught_up {
                caught_up = true;
                let stream_revision = next.checked_sub(1).and_then(|last| i64::try_from(last).ok());
                send(to, Content::CaughtUp(CaughtUp { timestamp: Some(now()), stream_revision })).await?;
            }
            tokio::select! {
                one_more = changes.changed() => one_more.map_err(|_| Over)?,
                () = to.closed() => return Err(Over),
            }
        }
    }

    /// The revisions that are there to be read; none where the stream is missing.
    async fn visible(&self, to: &Sender<Message>) -> Result<Option<(u64, u64)>, Over> {
        let visible = self.member.shared.log().visible(&self.name);
        match visible {
            Visible::Missing => Ok(None),
            Visible::Events { first, end } => Ok(Some((first, end))),
            Visible::Tombstoned => {
                // The reader may be gone too; it is over either way.
                let _ = to.send(Err(refusal::stream_deleted(&self.name))).await;
                Err(Over)
            }
        }
    }

    /// At most a page of events, from a revision on.
    fn page(&self, from: u64, limit: u64) -> Vec<Content> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX).min(PAGE_EVENTS);
        let log = self.member.shared.log();
        log.from(&self.name, from, limit).map(|(revision, event)| self.content(revision, event)).collect()
    }

    fn content(&self, revision: u64, event: &Event) -> Content {
        let metadata = HashMap::from([
            ("type".to_owned(), event.kind.clone()),
            ("content-type".to_owned(), event.content_type.clone()),
            ("created".to_owned(), event.created_ticks.to_string()),
        ]);
        let id = if self.ids_as_text {
            wire::Uuid { value: Some(wire::uuid::Value::Text(event.id.to_string())) }
        } else {
            structured(event.id)
        };
        Content::Event(ReadEvent {
            event: Some(RecordedEvent {
                id: Some(id),
                stream_identifier: Some(self.identifier()),
                stream_revision: revision,
                prepare_position: event.position,
                commit_position: event.position,
                metadata,
                custom_metadata: event.custom_metadata.clone(),
                data: event.data.clone(),
            }),
            link: None,
            position: Some(read_event::Position::CommitPosition(event.position)),
        })
    }

    async fn end(&self, end: u64, to: &Sender<Message>) -> Result<(), Over> {
        match end.checked_sub(1).filter(|_| self.tell_end) {
            Some(last) => send(to, Content::LastStreamPosition(last)).await,
            None => Ok(()),
        }
    }

    async fn not_found(&self, to: &Sender<Message>) -> Result<(), Over> {
        let stream_identifier = Some(self.identifier());
        send(to, Content::StreamNotFound(StreamNotFound { stream_identifier })).await
    }

    fn identifier(&self) -> StreamIdentifier {
        StreamIdentifier { stream_name: self.name.clone().into() }
    }
}

async fn send(to: &Sender<Message>, content: Content) -> Result<(), Over> {
    to.send(Ok(ReadResp { content: Some(content) })).await.map_err(|_| Over)
}

fn page_events() -> u64 {
    u64::try_from(PAGE_EVENTS).unwrap_or(u64::MAX)
}

fn now() -> prost_types::Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    prost_types::Timestamp { seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX), nanos: 0 }
}
