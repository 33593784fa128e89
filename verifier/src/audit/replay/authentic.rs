//! Whether a statement was said by its device: standing, signature, and the evidence against a device.

use custody::device::Refusal;
use custody::fact::Fact;
use custody::finding::Finding;
use custody::id::DeviceId;
use custody::rule::RuleId;
use custody::severity::Severity;
use ledger_format::entry::Entry;
use ledger_format::possession;
use ledger_format::statement::Decoded;

use super::Replay;
use crate::audit::evidence::{self, Claim};
use crate::audit::keys::SignatureVerdict;

impl Replay<'_> {
    /// Whether the rulebook may believe that the device said this. What keeps it from being believed, and
    /// what is wrong with its place in the device's chain, become findings (K01, K02, K03, L07).
    pub(super) fn is_authentic(
        &mut self,
        index: u64,
        entry: &Entry,
        decoded: &Decoded,
        verdict: SignatureVerdict,
    ) -> bool {
        let statement = &decoded.statement;
        let (device, hash) = (statement.device, decoded.hash);
        let finding = |rule: RuleId, sentence: String| {
            Finding::new(rule, sentence).at([index]).by_device(device).during(statement.time.interval())
        };
        let refusal = self.ledger.standing(statement, entry.envelope.key_id).err();
        let mut is_authentic = match refusal {
            None => true,
            Some(refusal) => {
                let again =
                    self.ledger.device(device).is_some_and(|known| known.has_said(statement.sequence, &hash));
                let (found, goes_on) = objection(refusal, again);
                self.findings.add(finding(found.rule, found.sentence).weighing(found.severity));
                goes_on
            }
        };
        let bad = match verdict {
            SignatureVerdict::Valid => None,
            SignatureVerdict::Invalid => Some("does not verify"),
            SignatureVerdict::NoKey => Some("is under a key that nobody introduced, and cannot be checked"),
        };
        if let Some(bad) = bad {
            let sentence =
                format!("The signature of device {device} under statement {} {bad}.", statement.sequence);
            self.findings.add(finding(RuleId::K01, sentence));
            is_authentic = false;
        }
        if let Some(proven) = possession::is_proven(&statement.fact, self.ledger.node()) {
            self.counts.possessions_present += 1;
            self.counts.possessions_checked += 1;
            self.counts.possessions_valid += u64::from(proven);
            if !proven {
                let sentence = "A key is brought in whose holder has not proved to have it.".to_owned();
                self.findings.add(finding(RuleId::K01, sentence));
                is_authentic = false;
            }
        }
        is_authentic
    }

    /// L08: what a fact holds against a device is proved by the envelope kept. That the device forked or spoke
    /// after its end is the rulebook's finding.
    pub(super) fn evidence(&mut self, index: u64, fact: &Fact, speaker: DeviceId) {
        let Some(claim) = evidence::claim(fact) else { return };
        self.referred.insert(claim.envelope);
        let checked = evidence::check(&claim, self.archive, &self.tenures, &self.ledger);
        self.counts.evidence += 1;
        if let Err(why) = checked {
            let Claim { envelope, .. } = claim;
            let sentence = format!("The evidence that entry {index} names, {envelope}, {why}.");
            self.findings.add(Finding::new(RuleId::L08, sentence).at([index]).by_device(speaker));
        }
    }
}

/// What is wrong with a statement's place.
struct Objection {
    rule: RuleId,
    severity: Severity,
    sentence: String,
}

/// The finding that a refusal amounts to, and whether the device's chain goes on with the statement all the
/// same: after a gap or a break it does, since the device has signed it and nothing else is known.
fn objection(refusal: Refusal, is_repeated: bool) -> (Objection, bool) {
    let object =
        |rule: RuleId, sentence: String| Objection { rule, severity: rule.rule().severity, sentence };
    match refusal {
        Refusal::UnknownDevice { .. } | Refusal::UnknownKey { .. } | Refusal::Enrolment { .. } => {
            (object(RuleId::K01, format!("A statement has no standing: {refusal}.")), false)
        }
        Refusal::Revoked { .. } | Refusal::Retired { .. } => {
            (object(RuleId::K03, format!("A statement was made after the end: {refusal}.")), false)
        }
        Refusal::Earlier { found, .. } if is_repeated => (
            object(RuleId::L07, format!("Statement {found} of the device stands in the ledger twice.")),
            false,
        ),
        Refusal::Earlier { .. } => {
            let objection =
                object(RuleId::K02, format!("A device made two statements with one number: {refusal}."));
            (Objection { severity: Severity::Contradiction, ..objection }, false)
        }
        Refusal::Gap { .. } | Refusal::Previous { .. } => {
            (object(RuleId::K02, format!("A device's chain is broken: {refusal}.")), true)
        }
    }
}
