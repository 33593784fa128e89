//! Which exhibits a bundle is of, and what of their cases goes with them.

use std::collections::BTreeSet;

use custody::fact::{Fact, Matter};
use custody::id::{CaseId, ExhibitId};
use custody_proto::schema::Stream;
use disclosure::scope::kin;
use ledger_format::stream::StreamName;
use ledger_store::Store;

use super::{Selecting, Why};
use crate::disclose::order::{DiscloseError, Scope};

impl<S: Store> Selecting<'_, S> {
    /// The exhibits in scope, with their streams whole: those asked for, or those of the case, and all that hang together
    /// with them.
    pub(super) async fn exhibits(&mut self, scope: &Scope) -> Result<BTreeSet<ExhibitId>, DiscloseError> {
        let mut left: Vec<ExhibitId> = match scope {
            Scope::Exhibits(exhibits) => exhibits.clone(),
            Scope::Case(case) => self.of_case(*case).await?,
        };
        let mut exhibits = BTreeSet::new();
        while let Some(exhibit) = left.pop() {
            if !exhibits.insert(exhibit) {
                continue;
            }
            let stream = StreamName { kind: Stream::Exhibit, id: exhibit.0 };
            let indices = self.stream(&stream);
            if indices.is_empty() {
                return Err(DiscloseError::UnknownExhibit { exhibit });
            }
            self.whole(stream).await?;
            for index in indices {
                let fact = self.entries.get(&index).map(|shown| &shown.decoded.statement.fact);
                left.extend(fact.map(kin).unwrap_or_default());
            }
        }
        Ok(exhibits)
    }

    /// Takes note of the exhibits that acts on those in scope are on as well. Re-attribution is between cases.
    pub(super) fn acquaint(&mut self) {
        let acts = self.entries.values().filter(|shown| {
            !matches!(shown.decoded.statement.fact, Fact::Matter(Matter::Reattributed { .. }))
        });
        let streams = acts.flat_map(|shown| &shown.decoded.streams);
        let exhibits = streams.filter(|stream| stream.kind == Stream::Exhibit);
        self.acquainted = exhibits.map(|stream| ExhibitId(stream.id)).collect();
    }

    pub(super) async fn of_case(&self, case: CaseId) -> Result<Vec<ExhibitId>, DiscloseError> {
        let indices = self.stream(&StreamName { kind: Stream::Case, id: case.0 });
        if indices.is_empty() {
            return Err(DiscloseError::UnknownCase { case });
        }
        let mut exhibits = BTreeSet::new();
        for index in indices {
            let streams = self.read(index).await?.decoded.streams;
            let of_exhibits = streams.iter().filter(|stream| stream.kind == Stream::Exhibit);
            exhibits.extend(of_exhibits.map(|stream| ExhibitId(stream.id)));
        }
        if exhibits.is_empty() {
            Err(DiscloseError::Nothing { case })
        } else {
            Ok(exhibits.into_iter().collect())
        }
    }

    /// Holds of the exhibits' cases, and what was re-attributed to them: these stand in other streams.
    pub(super) async fn holds_of_cases(&mut self) -> Result<(), DiscloseError> {
        let mut cases = BTreeSet::new();
        let mut named = Vec::new();
        for shown in self.entries.values() {
            match &shown.decoded.statement.fact {
                Fact::ExhibitRegistered { exhibit, case, .. } if self.exhibits.contains(exhibit) => {
                    cases.insert(*case);
                }
                Fact::Matter(Matter::Reattributed { statements, .. }) => named.extend(statements.clone()),
                _ => {}
            }
        }
        for case in cases {
            for index in self.stream(&StreamName { kind: Stream::Case, id: case.0 }) {
                let shown = self.read(index).await?;
                if matches!(shown.decoded.name, "hold_placed" | "hold_released") {
                    self.take(index, Why::Needed).await?;
                }
            }
        }
        for statement in named {
            if let Some(index) = self.look(|state| state.index_of(&statement)) {
                self.take(index, Why::Needed).await?;
            }
        }
        Ok(())
    }
}
