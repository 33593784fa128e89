//! A read that is decided when it is asked for, and answered later.

use tokio::sync::watch;

/// At most one read is late at a time.
#[derive(Default)]
pub(crate) struct LateRead(watch::Sender<Stage>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// None is late.
    #[default]
    None,
    /// The next one shall be.
    Next,
    /// One is being decided.
    Deciding,
    /// It is decided, and held back.
    Held,
}

impl LateRead {
    /// The next read is late, unless one is already.
    pub(crate) fn ask_for_one(&self) {
        self.go_on(Stage::None, Stage::Next);
    }

    /// Waits until one is held back.
    pub(crate) async fn is_held(&self) {
        self.reach(Stage::Held).await;
    }

    /// Lets it go. False if none was held back.
    pub(crate) fn let_go(&self) -> bool {
        self.0.send_replace(Stage::None) == Stage::Held
    }

    /// Whether the read that asks is the one.
    pub(crate) fn is_this(&self) -> bool {
        self.go_on(Stage::Next, Stage::Deciding)
    }

    /// Holds back the answer, which is decided, until it is let go.
    pub(crate) async fn hold(&self) {
        self.go_on(Stage::Deciding, Stage::Held);
        self.reach(Stage::None).await;
    }

    fn go_on(&self, from: Stage, to: Stage) -> bool {
        self.0.send_if_modified(|stage| {
            let is_from = *stage == from;
            if is_from {
                *stage = to;
            }
            is_from
        })
    }

    async fn reach(&self, wanted: Stage) {
        // It fails only where the other end is gone, and that is in the same place as this one.
        let _ = self.0.subscribe().wait_for(|stage| *stage == wanted).await;
    }
}
