//! Alerts as they happen: a stream of server-sent events, and the newest of them for who comes by.
//!
//! The id of an event is its running number: who gives it as `Last-Event-ID` goes on behind it, as browsers do by
//! themselves. Who has missed more than is kept is told so, and reads what stands anew.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use ledger_store::Store;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::edge::{Edge, Place};
use super::guard::Who;
use super::view;
use crate::lookout::Event;
use crate::problem::Problem;
use crate::watch::Progress;

/// How often a silent stream is shown to be alive: proxies close what says nothing for half a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long a browser should wait before it comes back.
const RETRY: Duration = Duration::from_secs(5);

/// Events taken out of the book at once for one reader, which is all that a reader who does not read holds.
const TAKEN_AT_ONCE: usize = 32;

/// Events shown by `/v1/alerts/recent` at most: a page.
const RECENT_MAX: usize = 256;

/// The newest events, newest first, and the number to go on behind.
pub(super) async fn recent<S: Store>(State(edge): State<Arc<Edge<S>>>) -> Json<Value> {
    let (events, next) = edge.node.recent_alerts(RECENT_MAX).await;
    let events: Vec<_> = events.iter().map(|event| view::event(event)).collect();
    Json(json!({"last": next.saturating_sub(1), "events": events}))
}

/// Every event from now on, or behind the one that the reader had last.
pub(super) async fn stream<S: Store>(
    State(edge): State<Arc<Edge<S>>>,
    Extension(Who(label)): Extension<Who>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = after(&headers)?;
    let full = "as many readers follow the alerts as may; close one of this token's, or come again";
    let busy = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", full);
    let place = edge.alert_place(&label).ok_or_else(busy)?;
    let reader = Reader::new(edge, after, place);
    let events = stream::unfold(reader, |mut reader| async move {
        reader.next().await.map(|event| (Ok::<_, Infallible>(event), reader))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response())
}

/// The number of the last event that a reader had.
fn after(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(header) = headers.get("last-event-id") else { return Ok(None) };
    let number = header.to_str().ok().and_then(|text| text.trim().parse().ok());
    let detail = "Last-Event-ID is the running number of an event of this stream";
    number.map(Some).ok_or_else(|| Problem::bad_request(detail))
}

/// Somebody who follows the alerts.
struct Reader<S> {
    edge: Arc<Edge<S>>,
    /// The number of the next event for this reader.
    next: u64,
    taken: VecDeque<Arc<Event>>,
    progress: watch::Receiver<Progress>,
    stopping: watch::Receiver<bool>,
    state: Reading,
    _place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Beginning,
    Following,
    Ended,
}

impl<S: Store> Reader<S> {
    fn new(edge: Arc<Edge<S>>, after: Option<u64>, place: Place) -> Self {
        let progress = edge.node.progress();
        let next = after.map_or(progress.borrow().next, |after| after.saturating_add(1));
        let (stopping, taken) = (edge.stopping(), VecDeque::new());
        Self { edge, next, taken, progress, stopping, state: Reading::Beginning, _place: place }
    }

    /// The next event; `None` when the node is stopped, or the reader was told that it has missed some.
    async fn next(&mut self) -> Option<sse::Event> {
        if self.state == Reading::Beginning {
            self.state = Reading::Following;
            return Some(sse::Event::default().retry(RETRY).comment("alerts"));
        }
        while self.state == Reading::Following {
            if let Some(event) = self.taken.pop_front() {
                self.next = event.number.saturating_add(1);
                let data = view::event(&event).to_string();
                return Some(named(event.number, view::happening(&event), &data));
            }
            match self.edge.node.events_from(self.next, TAKEN_AT_ONCE) {
                Ok(events) if events.is_empty() => self.wait().await,
                Ok(events) => self.taken.extend(events),
                Err(missed) => {
                    self.state = Reading::Ended;
                    self.edge.metrics.alert_reader_dropped();
                    let data = json!({"last": missed.last, "read": "/v1/findings"}).to_string();
                    return Some(named(missed.last, "missed", &data));
                }
            }
        }
        None
    }

    /// Until there is more to read, or there will never be.
    async fn wait(&mut self) {
        let next = self.next;
        let (progress, stopping) = (&mut self.progress, &mut self.stopping);
        let is_over = tokio::select! {
            more = progress.wait_for(|progress| progress.next > next || progress.is_over) => {
                more.map_or(true, |progress| progress.next <= next)
            }
            _ = stopping.wait_for(|stopping| *stopping) => true,
        };
        if is_over {
            self.state = Reading::Ended;
        }
    }
}

fn named(number: u64, name: &str, data: &str) -> sse::Event {
    sse::Event::default().id(number.to_string()).event(name).data(data)
}
