//! Why the writer does not go on, and who still waits for an answer of it.

use ledger_store::{AppendError, Batch};
use tokio::sync::oneshot;

use crate::outcome::Declined;
use crate::queue::{Decision, Erased, Job, Submitted};

/// A batch of which nobody knows whether it is in, and the size at which it was to go in.
pub(crate) type Doubt = (u64, Batch);

/// Why the writer does not go on.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The store has not taken a group.
    NotTaken(NotTaken),
    /// The node itself is at its end: a disk of its own failed, or it may not speak or sign any more.
    Failed(String),
}

/// A group that the store has not taken.
#[derive(Debug, Default)]
pub(crate) struct NotTaken {
    pub(crate) reason: String,
    /// Another node has written at its place.
    pub(crate) is_fenced: bool,
    /// It may yet be in.
    pub(crate) doubt: Option<Doubt>,
    /// Who asked for it.
    pub(crate) unanswered: Unanswered,
}

impl Stop {
    /// What an append's failure means. With a doubt it was unknown before.
    pub(crate) fn append(error: &AppendError, doubt: Option<Doubt>) -> Self {
        let reason = failed("the append", error);
        match error {
            AppendError::Conflict { .. } => {
                Self::NotTaken(NotTaken { reason, is_fenced: true, ..NotTaken::default() })
            }
            AppendError::Unknown { .. } | AppendError::Full | AppendError::Unavailable { .. } => {
                Self::NotTaken(NotTaken { reason, doubt, ..NotTaken::default() })
            }
            AppendError::Unresolved { .. } | AppendError::Poisoned { .. } | AppendError::ReadOnly { .. } => {
                Self::Failed(reason)
            }
        }
    }

    /// In words.
    pub(crate) fn into_reason(self) -> String {
        match self {
            Self::NotTaken(NotTaken { reason, .. }) | Self::Failed(reason) => reason,
        }
    }
}

impl From<String> for Stop {
    fn from(reason: String) -> Self {
        Self::Failed(reason)
    }
}

/// Who waits for an answer.
#[derive(Debug, Default)]
pub(crate) struct Unanswered {
    pub(crate) answers: Vec<oneshot::Sender<Decision>>,
    pub(crate) erased: Vec<oneshot::Sender<Erased>>,
}

impl Unanswered {
    /// Whoever asked for this.
    pub(crate) fn push(&mut self, job: Job) {
        match job {
            Job::Submitted(submitted) => {
                let Submitted { answer, .. } = *submitted;
                self.answers.push(answer);
            }
            Job::Census(answer) | Job::Say(_, _, answer) | Job::Close(_, answer) => self.answers.push(answer),
            Job::Erase(erase) => self.erased.push(erase.answer),
        }
    }

    /// Tells all of them that it was not taken, and why. Who asked may have gone.
    pub(crate) fn decline(self, declined: &Declined) {
        for answer in self.answers {
            let _ = answer.send(Decision::Declined(declined.clone()));
        }
        for answer in self.erased {
            let _ = answer.send(Erased::Declined(declined.clone()));
        }
    }
}

impl From<Job> for Unanswered {
    fn from(job: Job) -> Self {
        let mut unanswered = Self::default();
        unanswered.push(job);
        unanswered
    }
}

/// What failed and why, with the causes behind it.
pub(crate) fn failed(what: &str, error: &dyn std::error::Error) -> String {
    let mut text = format!("{what}: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
