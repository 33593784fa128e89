//! What was released comes back by the day it is due (S06).

use alloc::string::String;

use super::{Judgement, OpenLeg};
use crate::exhibit::{ExhibitFact, What};
use crate::fact::Interval;
use crate::finding::Finding;
use crate::movement::Movement;
use crate::rule::RuleId;
use crate::severity::Severity;
use crate::timeline::Timeline;
use crate::verdict::Standing;

impl Judgement<'_> {
    /// Late is a warning: the person had it, and brought it back. Not back at all is a break from that day on.
    pub(super) fn check_return(
        &mut self,
        timeline: &mut Timeline,
        leg: &OpenLeg<'_>,
        interval: Interval,
        ended_by: Option<&ExhibitFact>,
    ) {
        let What::Moved(movement) = &leg.first.what else { return };
        let Movement::TemporarilyReleased { due_us, .. } = **movement else { return };
        if interval.to_us <= due_us {
            return;
        }
        let overdue = Interval { from_us: due_us.max(interval.from_us), to_us: interval.to_us };
        let finding = if let Some(end) = ended_by {
            let sentence = String::from("A released exhibit came back after the day it was due.");
            Finding::new(RuleId::S06, sentence).weighing(Severity::Warning).at([leg.first.index, end.index])
        } else {
            timeline.lower(overdue, Standing::NotProven, "it was due back (S06)");
            let sentence =
                String::from("A released exhibit has not come back, and the day it was due is past.");
            Finding::new(RuleId::S06, sentence).at([leg.first.index])
        };
        self.verdict.findings.push(finding.during(overdue).of_exhibits([self.exhibit]));
    }
}
