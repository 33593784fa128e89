//! What cameras saw of the doors an exhibit passed and lay behind (V02, V03, V05 to V09).

use super::{Judgement, OpenLeg};
use crate::door::Opening;
use crate::exhibit::ExhibitFact;
use crate::fact::Interval;
use crate::footage::{Moment, Scene, View};
use crate::id::{CompartmentId, Digest};
use crate::movement::{AtCompartment, Movement};
use crate::rule::RuleId;
use crate::verdict::{Holder, Standing};

impl<'a> Judgement<'a> {
    /// Whether a camera showed the door while custody changed hands. Where the door opened on what lay inside, all acts of
    /// the cycle and all occupants share one window, and whatever is told of it is told alike for each.
    pub(super) fn check_view(&mut self, fact: &ExhibitFact, movement: &Movement) {
        let (true, Some(at), Some(door)) =
            (movement.is_transfer_at_a_door(), movement.at().copied(), fact.door)
        else {
            return;
        };
        let (moment, scene) = if let Some(opening) = self.opening_of(at, door) {
            (Moment::of(opening), Scene::of(opening))
        } else {
            let scene = Scene {
                compartment: at.compartment,
                locker: fact.device,
                indices: alloc::vec![fact.index],
                exhibits: movement.exhibits().to_vec(),
                is_transfer: true,
            };
            (Moment { door, at_us: fact.wall_us, recorded_at_us: fact.recorded_at_us }, scene)
        };
        let Some(view) = self.view(at.compartment, moment) else { return };
        self.verdict.findings.extend(view.findings(&scene, self.policy));
        self.lay(view.unproven());
        self.check_hold(&view, &scene);
    }

    /// What cameras did not show of the openings of the compartment while the exhibit lay inside. That is told where the
    /// record ends, or with the act in whose cycle it opened; here it is laid over this exhibit's time.
    pub(super) fn lay_views(
        &mut self,
        leg: &OpenLeg<'_>,
        interval: Interval,
        ended_by: Option<&ExhibitFact>,
    ) {
        let Holder::Compartment(compartment) = leg.holder else { return };
        if !self.policy.sites.camera_required {
            return;
        }
        for opening in self.openings_of(compartment, leg, interval, ended_by) {
            if opening.is_of_a_cycle()
                && let Some(view) = self.view(compartment, Moment::of(opening))
            {
                self.lay(view.unproven());
                self.check_hold(&view, &Scene::of(opening));
            }
        }
    }

    /// V07: while a hold on the exhibit or its case is in force, no footage of its doors lapses.
    fn check_hold(&mut self, view: &View, scene: &Scene) {
        if let Some(finding) = view.lapsed_under_hold(scene, |at_us| self.is_held(at_us)) {
            self.find(finding);
        }
    }

    fn view(&self, compartment: CompartmentId, moment: Moment) -> Option<View> {
        let ledger = self.ledger;
        ledger.footage().view(ledger.estate(), compartment, moment, ledger.newest_us(), self.policy)
    }

    /// The opening of the cycle that an act names, where something lay inside.
    fn opening_of(&self, at: AtCompartment, door: Interval) -> Option<&'a Opening> {
        let cycle: Digest = at.door_cycle;
        self.doors.openings_during(at.compartment, door).find(|opening| opening.cycle == cycle)
    }

    fn lay(&mut self, unproven: impl IntoIterator<Item = (RuleId, alloc::vec::Vec<Interval>)>) {
        for (rule, intervals) in unproven {
            self.laid.entry((Standing::NotProven, rule)).or_default().extend(intervals);
        }
    }
}
