//! What goes into the mirror, and when: one lock, behind which nothing enters it twice or out of order.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Mutex, watch};

use super::MirrorError;
use crate::batch::Batch;
use crate::contract::{AppendError, ReadError, ReadLimit, Store};
use crate::copy::compare;

/// Both stores, and what is not settled between them.
#[derive(Debug)]
pub(super) struct Copying<P, M> {
    primary: P,
    mirror: M,
    doubts: Mutex<Doubts>,
    /// The two have been compared since they were opened.
    have_met: AtomicBool,
    /// Why nothing is copied any more until both are opened anew.
    trouble: watch::Sender<Option<ReadError>>,
}

/// Batches of which it is not known whether they are in. Whoever holds the lock is the one who copies.
#[derive(Debug, Default)]
struct Doubts {
    /// Asked by a caller: the primary has it and the mirror perhaps not, so that it must be repeated before any other.
    asked: Option<(u64, Batch)>,
    /// The mirror's own.
    mirrored: Option<(u64, Batch)>,
}

impl<P: Store, M: Store> Copying<P, M> {
    pub(super) fn new(primary: P, mirror: M) -> Self {
        let (doubts, trouble) = (Mutex::default(), watch::Sender::new(None));
        Self { primary, mirror, doubts, have_met: AtomicBool::new(false), trouble }
    }

    pub(super) fn primary(&self) -> &P {
        &self.primary
    }

    pub(super) fn mirror(&self) -> &M {
        &self.mirror
    }

    /// Compares the two, once, and copies what the mirror lacks.
    pub(super) async fn meet(&self) -> Result<(), MirrorError> {
        if self.have_met.load(Ordering::Acquire) {
            return Ok(());
        }
        let (primary, mirror) = (&self.primary, &self.mirror);
        let held = mirror.head().await.map_err(MirrorError::Mirror)?;
        let size = match primary.head().await {
            // It was told what the mirror holds.
            Err(ReadError::BeyondHead { size, .. }) => size,
            size => size.map_err(MirrorError::Primary)?,
        };
        if size < held {
            return Err(MirrorError::Lost { primary: size, mirror: held });
        }
        for index in [0, held.saturating_sub(1)].into_iter().filter(|_| held > 0) {
            compare(primary, mirror, index..index.saturating_add(1)).await?;
        }
        self.bring_up(size).await?;
        self.have_met.store(true, Ordering::Release);
        Ok(())
    }

    /// What the primary holds, once the mirror holds it.
    pub(super) async fn head(&self) -> Result<u64, ReadError> {
        self.meet().await.map_err(|error| self.stop(&error))?;
        // In this order: the mirror is never longer than the primary, unless the primary has lost entries.
        let held = self.mirror.head().await?;
        let size = self.primary.head().await?;
        if size < held {
            return Err(self.stop(&MirrorError::Lost { primary: size, mirror: held }));
        }
        self.bring_up(size).await.map_err(|error| self.stop(&error))
    }

    /// Waits until the mirror holds more than `size`, or nothing is copied any more.
    pub(super) async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        let mut trouble = self.trouble.subscribe();
        tokio::select! {
            biased;
            beyond = self.mirror.wait_beyond(size) => beyond,
            trouble = trouble.wait_for(Option::is_some) => {
                let trouble = trouble.ok().and_then(|trouble| trouble.clone());
                Err(trouble.unwrap_or_else(|| ReadError::Unavailable { reason: "the mirror is gone".to_owned() }))
            }
        }
    }

    pub(super) async fn append(&self, expected: u64, batch: &Batch) -> Result<u64, AppendError> {
        if let Err(error) = self.meet().await {
            self.stop(&error);
            let reason = error.to_string();
            if self.is_stopped() {
                return Err(AppendError::Poisoned { reason });
            }
            return Err(AppendError::Unavailable { reason });
        }
        // Held until the mirror has it: what follows the primary would read back what is at hand here.
        let mut doubts = self.doubts.lock().await;
        if let Some((at, asked)) = &doubts.asked
            && (*at != expected || asked != batch)
        {
            return Err(AppendError::Unresolved { expected: *at });
        }
        if let Some(trouble) = &*self.trouble.borrow() {
            return Err(AppendError::Poisoned { reason: trouble.to_string() });
        }
        let held = self.mirror.head().await.map_err(|error| unavailable(&error))?;
        match self.primary.append(expected, batch).await {
            Ok(size) => match self.mirror_to(size, Some((expected, batch)), &mut doubts).await {
                Ok(_) => {
                    doubts.asked = None;
                    Ok(size)
                }
                Err(error) => {
                    doubts.asked = Some((expected, batch.clone()));
                    self.stop(&error);
                    Err(AppendError::Unknown { expected, reason: error.to_string() })
                }
            },
            Err(AppendError::Conflict { actual, .. }) if actual < held => {
                let lost = MirrorError::Lost { primary: actual, mirror: held };
                self.stop(&lost);
                Err(AppendError::Poisoned { reason: lost.to_string() })
            }
            Err(conflict @ AppendError::Conflict { actual, .. }) => {
                doubts.asked = None;
                // So that whoever decides again finds here what was in the way. If it does not come now, it comes later:
                // the conflict is definite either way.
                if let Err(error) = self.mirror_to(actual, None, &mut doubts).await {
                    self.stop(&error);
                }
                Err(conflict)
            }
            Err(error) => Err(error),
        }
    }

    /// Copies until the mirror holds at least `size`, which the primary has said it holds; returns what it holds then.
    pub(super) async fn bring_up(&self, size: u64) -> Result<u64, MirrorError> {
        let held = self.mirror.head().await.map_err(MirrorError::Mirror)?;
        if held >= size {
            return Ok(held);
        }
        self.mirror_to(size, None, &mut *self.doubts.lock().await).await
    }

    /// The one place where anything enters the mirror. What it holds already is skipped; a batch of the primary at hand
    /// need not be read back from it.
    async fn mirror_to(
        &self,
        size: u64,
        at_hand: Option<(u64, &Batch)>,
        doubts: &mut Doubts,
    ) -> Result<u64, MirrorError> {
        if let Some((expected, batch)) = doubts.mirrored.clone() {
            self.keep(expected, &batch, doubts).await?;
        }
        loop {
            let held = self.mirror.head().await.map_err(MirrorError::Mirror)?;
            if held >= size {
                return Ok(held);
            }
            if let Some((expected, batch)) = at_hand.filter(|(expected, _)| *expected == held) {
                self.keep(expected, batch, doubts).await?;
                continue;
            }
            let entries = self.primary.read(held, ReadLimit::MAX).await;
            let entries = entries.map_err(|error| match error {
                ReadError::BeyondHead { from, size } => MirrorError::Lost { primary: size, mirror: from },
                error => MirrorError::Primary(error),
            })?;
            if entries.is_empty() {
                let reason = format!("it said that it holds {size} entries and shows {held}");
                return Err(MirrorError::Primary(ReadError::Unavailable { reason }));
            }
            let mut expected = held;
            for batch in Batch::split(entries)? {
                self.keep(expected, &batch, doubts).await?;
                expected = expected.saturating_add(batch.count());
            }
        }
    }

    /// Appends to the mirror. A conflict is no error: an append that was given up has come in since.
    async fn keep(&self, expected: u64, batch: &Batch, doubts: &mut Doubts) -> Result<(), MirrorError> {
        // Until it is known: whoever is given up in the middle leaves this behind.
        doubts.mirrored = Some((expected, batch.clone()));
        match self.mirror.append(expected, batch).await {
            Err(error @ (AppendError::Unknown { .. } | AppendError::Unresolved { .. })) => Err(error.into()),
            outcome => {
                doubts.mirrored = None;
                match outcome {
                    Ok(_) | Err(AppendError::Conflict { .. }) => Ok(()),
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// Copies what the primary has beyond the mirror, once it has.
    pub(super) async fn follow(&self) -> Result<(), MirrorError> {
        self.meet().await?;
        let held = self.mirror.head().await.map_err(MirrorError::Mirror)?;
        let size = self.primary.wait_beyond(held).await.map_err(MirrorError::Primary)?;
        self.bring_up(size).await.map(drop)
    }

    /// Notes an error after which nothing is copied any more, if it is one; returns it as a reader is told.
    pub(super) fn stop(&self, error: &MirrorError) -> ReadError {
        let told = match error {
            MirrorError::Lost { primary, mirror } => ReadError::BeyondHead { from: *mirror, size: *primary },
            MirrorError::Differs { index } => ReadError::Corrupt { index: *index, reason: error.to_string() },
            MirrorError::Primary(error) | MirrorError::Mirror(error) => error.clone(),
            error => ReadError::Unavailable { reason: error.to_string() },
        };
        let is_final = match error {
            MirrorError::Lost { .. } | MirrorError::Differs { .. } | MirrorError::Entry(_) => true,
            MirrorError::Append(error) => {
                matches!(error, AppendError::Poisoned { .. } | AppendError::ReadOnly { .. })
            }
            MirrorError::Primary(error) | MirrorError::Mirror(error) => {
                matches!(error, ReadError::Corrupt { .. })
            }
            MirrorError::Thread(_) => false,
        };
        if is_final {
            self.trouble.send_if_modified(|trouble| {
                let is_first = trouble.is_none();
                *trouble = trouble.take().or_else(|| Some(told.clone()));
                is_first
            });
        }
        told
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.trouble.borrow().is_some()
    }
}

fn unavailable(error: &ReadError) -> AppendError {
    AppendError::Unavailable { reason: format!("the mirror: {error}") }
}
