//! How long an exhibit lay where it lay: uncounted, overdue, unregistered (A01, A03, A04).

use super::{Judgement, OpenLeg};
use crate::exhibit::ExhibitFact;
use crate::fact::Interval;

impl Judgement<'_> {
    /// One leg that has ended, or that the record ends with.
    pub(super) fn check_dwell(
        &mut self,
        _leg: &OpenLeg<'_>,
        _interval: Interval,
        _ended_by: Option<&ExhibitFact>,
    ) {
    }
}
