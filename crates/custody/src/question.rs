//! Questions that only the whole record can answer, because the answer may be told later than the question: roles and
//! duties of acts on no exhibit, and the master key. An exhibit's own acts are asked with the exhibit.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::door::MasterUse;
use crate::fact::{Interval, Role};
use crate::id::{DeviceId, PersonId, SiteId};

/// How many questions are kept: two years of attended checks, counts, equipment and maintenance of an estate of fifty
/// sites. When there are more, the one that was longest ago by the devices' clocks is answered from what is then on
/// record, and not asked again.
const QUESTIONS_KEPT_MAX: usize = 131_072;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ask {
    /// P01: whether the person had one of these roles where the device stood.
    HadRole(PersonId, &'static [Role]),
    /// P03: whether the person kept the store of the site that the same person counts.
    KeptStore(PersonId, SiteId),
    /// D05: whether the master key might be used.
    MasterKey(MasterUse),
}

/// One question, and the entry that raises it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub(crate) ask: Ask,
    pub(crate) index: u64,
    pub(crate) device: DeviceId,
    /// By the device's clock.
    pub(crate) at_us: u64,
    /// The same with the clock's error.
    pub(crate) when: Interval,
}

/// All questions that are still asked, those of the longest ago first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Questions(BTreeMap<(u64, u64, usize), Question>);

impl Questions {
    /// Keeps the questions of one entry. Returns those that must be answered now.
    pub(crate) fn keep(&mut self, questions: impl IntoIterator<Item = Question>) -> Vec<Question> {
        for (place, question) in questions.into_iter().enumerate() {
            self.0.insert((question.at_us, question.index, place), question);
        }
        let mut due = Vec::new();
        while self.0.len() > QUESTIONS_KEPT_MAX {
            due.extend(self.0.pop_first().map(|(_, question)| question));
        }
        due
    }

    /// Those still asked.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Question> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(at_us: u64) -> Question {
        let when = Interval { from_us: at_us, to_us: at_us };
        let ask = Ask::HadRole(PersonId([1; 16]), &[]);
        Question { ask, index: 0, device: DeviceId([2; 16]), at_us, when }
    }

    /// In whatever order they come in, it is the oldest that are answered first, and none is lost.
    #[test]
    fn of_more_questions_than_are_kept_the_oldest_are_answered() {
        let kept = u64::try_from(QUESTIONS_KEPT_MAX).expect("a small number");
        let mut questions = Questions::default();
        for at_us in (1..=kept).rev() {
            assert!(questions.keep([question(at_us)]).is_empty());
        }
        let due = questions.keep([question(kept + 1), question(0)]);
        assert_eq!(due.iter().map(|due| due.at_us).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(questions.iter().count(), QUESTIONS_KEPT_MAX);
    }
}
