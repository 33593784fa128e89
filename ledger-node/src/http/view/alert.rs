//! The JSON views of alerts and their events.

use custody::finding::Finding;
use custody::rule::RuleId;
use serde_json::{Value, json};

use super::{interval, texts};
use crate::lookout::{Alert, Event, Happening, What};

/// An event, with all that its alert tells.
pub(in crate::http) fn event(event: &Event) -> Value {
    let (happening, by) = match event.happening {
        Happening::Raised => ("raised", None),
        Happening::Superseded { by } => ("superseded", by),
    };
    json!({
        "number": event.number,
        "event": happening,
        "superseded_by": by.map(|id| id.to_string()),
        "at_us": event.at_us,
        "size": event.size,
        "alert": alert(&event.alert),
    })
}

/// The word by which a reader of the stream tells events apart.
pub(in crate::http) fn happening(event: &Event) -> &'static str {
    match event.happening {
        Happening::Raised => "raised",
        Happening::Superseded { .. } => "superseded",
    }
}

fn alert(alert: &Alert) -> Value {
    let none = Vec::<String>::new;
    let finding: Option<&Finding> = match &alert.what {
        What::Finding(finding) => Some(finding),
        What::Overdue { .. } | What::PolicyNotAtHand { .. } => None,
    };
    json!({
        "id": alert.id.to_string(),
        "kind": kind(&alert.what),
        "rule": alert.rule().map(RuleId::name),
        "rule_version": alert.rule().map(|rule| rule.rule().version),
        "severity": alert.severity().name(),
        "sentence": alert.sentence(),
        "remedy": alert.remedy(),
        "indices": alert.indices(),
        "interval": finding.and_then(|finding| finding.interval).map(interval),
        "exhibits": texts(alert.exhibits()),
        "devices": finding.map_or_else(none, |finding| texts(&finding.devices)),
        "compartments": finding.map_or_else(none, |finding| texts(&finding.compartments)),
        "people": finding.map_or_else(none, |finding| texts(&finding.people)),
        "cameras": finding.map_or_else(none, |finding| texts(&finding.cameras)),
    })
}

fn kind(what: &What) -> &'static str {
    match what {
        What::Finding(_) => "finding",
        What::Overdue { .. } => "overdue",
        What::PolicyNotAtHand { .. } => "policy",
    }
}
