//! The thread that copies what others append to the primary. A thread, and not a task of the caller's runtime, so that
//! dropping the store ends it there and then, and the mirror's file is let go for the next who opens it.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::watch;

use super::copying::Copying;
use crate::contract::Store;

/// The pause after an error that may pass: a cluster elects a leader in some seconds.
const PAUSE: Duration = Duration::from_secs(1);

/// The thread, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Follower {
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    pub(super) fn start<P: Store, M: Store>(copying: Arc<Copying<P, M>>) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name("ledger-mirror".to_owned());
        let thread = thread.spawn(move || runtime.block_on(run(&copying, stopped)))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

async fn run<P: Store, M: Store>(copying: &Copying<P, M>, mut stopped: watch::Receiver<bool>) {
    let following = async {
        while !copying.is_stopped() {
            if let Err(error) = copying.follow().await {
                copying.stop(&error);
                tokio::time::sleep(PAUSE).await;
            }
        }
    };
    tokio::select! {
        () = following => {}
        // Its other end says so, or is gone.
        _ = stopped.changed() => {}
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so on standard error.
            let _ = thread.join();
        }
    }
}
