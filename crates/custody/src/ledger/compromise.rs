//! A key that was misused before it was revoked: what it had signed since then does not count (K03).

use alloc::collections::BTreeSet;
use alloc::format;

use super::{Ledger, Recorded};
use crate::device::Compromise;
use crate::fact::Interval;
use crate::finding::Finding;
use crate::id::DeviceId;
use crate::rule::RuleId;

/// How many entries one finding names: more than anybody looks up one by one.
const ENTRIES_NAMED_MAX: usize = 256;

impl Ledger {
    /// A revocation takes effect that names an instant of compromise: one finding for all that the device had said since,
    /// by its own clock. Looks at each of the device's statements; two authorities must agree for it to happen at all.
    pub(super) fn compromised(
        &mut self,
        device: DeviceId,
        since_us: u64,
        recorded: &Recorded<'_>,
    ) -> Option<Finding> {
        let known = self.devices.0.get_mut(&device)?;
        known.compromise = Some(Compromise::widest(known.compromise, since_us, recorded.index));
        let before = self.datings.of(device).filter(|dated| dated.index < recorded.index);
        let (mut count, mut to_us) = (0_u64, since_us);
        let (mut indices, mut exhibits) = (alloc::vec![recorded.index], BTreeSet::new());
        for dated in before.filter(|dated| dated.interval().from_us >= since_us) {
            count = count.saturating_add(1);
            to_us = to_us.max(dated.interval().to_us);
            exhibits.extend(self.datings.named_in(dated.index));
            if indices.len() <= ENTRIES_NAMED_MAX {
                indices.push(dated.index);
            }
        }
        let sentence = format!(
            "{count} statements of device {device} are dated after its key is known or feared to have been misused."
        );
        (count > 0).then(|| {
            Finding::new(RuleId::K03, sentence)
                .at(indices)
                .during(Interval { from_us: since_us, to_us })
                .of_exhibits(exhibits)
                .by_device(device)
        })
    }
}
