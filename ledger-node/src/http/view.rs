//! The JSON views of what the node shows. Names are the rulebook's and the schema's; people stand as
//! pseudonyms; no opening is ever among it.

mod alert;
mod tables;

use custody::device::Device;
use custody::device::End;
use custody::fact::{CompartmentMode, DeviceKind, Interval, LockerPurpose};
use custody::finding::{Beside, Finding};
use custody::id::{CompartmentId, DeviceId, Digest, ExhibitId, LockerId};
use custody::ledger::Ledger;
use custody::verdict::{Class, Holder, Leg, SealStep, Standing, Stretch, Verdict};
use custody_proto::table;
use ledger_format::canonical::DecodeError;
use ledger_format::envelope::STATEMENT_BYTES_MAX;
use ledger_store::leaf_hash;
use serde_json::{Value, json};

pub(super) use self::alert::{event, happening};
pub(super) use self::tables::{count, discrepancy, overdue, piece, wanted};
use crate::json::to_json;
use crate::reading::{Exhibit, Shown};

/// An entry with its statement opened up.
pub(super) fn entry(shown: &Shown) -> Result<Value, DecodeError> {
    let Shown { bytes, entry, decoded } = shown;
    let streams = decoded.streams.iter().zip(&entry.streams).map(|(name, link)| {
        json!({"stream": name.to_string(), "revision": link.revision, "previous": link.previous.to_string()})
    });
    Ok(json!({
        "index": entry.index,
        "leaf": Digest(leaf_hash(bytes)).to_string(),
        "previous": entry.previous.to_string(),
        "recorded_at_us": entry.recorded_at_us,
        "fact": decoded.name,
        "statement_hash": decoded.hash.to_string(),
        "key_id": entry.envelope.key_id.to_string(),
        "signature": hex::encode(entry.envelope.signature),
        "statement": to_json(&entry.envelope.statement, &table::STATEMENT, STATEMENT_BYTES_MAX)?,
        "streams": streams.collect::<Vec<_>>(),
    }))
}

/// An exhibit: where it is, what is proven of its time, what is wrong, and the entries that say so.
pub(super) fn exhibit(id: ExhibitId, exhibit: &Exhibit) -> Result<Value, DecodeError> {
    let timeline = exhibit.entries.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({
        "exhibit": id.to_string(),
        "size": exhibit.size,
        "verdict": exhibit.verdict.as_ref().map(verdict),
        "timeline": timeline,
    }))
}

/// The verdict on an exhibit, of a ledger of so many entries.
pub(super) fn sole_verdict(found: &Verdict, size: u64) -> Value {
    json!({"exhibit": found.exhibit.to_string(), "size": size, "verdict": verdict(found)})
}

fn verdict(verdict: &Verdict) -> Value {
    let standings = [Standing::Proven, Standing::Declared, Standing::NotProven, Standing::Contradicted];
    let durations =
        standings.map(|standing| (standing.name().to_owned(), json!(verdict.duration_us(standing))));
    json!({
        "standing": verdict.standing().map(Standing::name),
        "holder": verdict.holder.map(holder),
        "durations_us": Value::Object(durations.into_iter().collect()),
        "legs": verdict.legs.iter().map(leg).collect::<Vec<_>>(),
        "stretches": verdict.stretches.iter().map(stretch).collect::<Vec<_>>(),
        "seals": verdict.seals.iter().map(seal_step).collect::<Vec<_>>(),
        "findings": verdict.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn seal_step(step: &SealStep) -> Value {
    json!({"seal": step.seal, "how": step.how, "at": step.index})
}

fn leg(leg: &Leg) -> Value {
    json!({
        "holder": holder(leg.holder),
        "received_from": leg.received_from.map(holder),
        "passed_to": leg.passed_to.map(holder),
        "begins_at": leg.begins.index,
        "begins_error_us": leg.begins.error_us,
        "ends_at": leg.ends.map(|ends| ends.index),
        "ends_error_us": leg.ends.map(|ends| ends.error_us),
        "interval": interval(leg.interval),
        "seal_in": leg.seal_in,
        "seal_out": leg.seal_out,
        "second_person": leg.second_person.map(|person| person.to_string()),
        "classes": {
            "holder": leg.classes.holder.name(),
            "begins": leg.classes.begins.name(),
            "ends": leg.classes.ends.map(Class::name),
        },
    })
}

fn stretch(stretch: &Stretch) -> Value {
    json!({
        "interval": interval(stretch.interval),
        "standing": stretch.standing.name(),
        "holder": holder(stretch.holder),
        "reasons": stretch.reasons,
    })
}

fn holder(holder: Holder) -> Value {
    match holder {
        Holder::Person(person) => json!({"kind": "person", "person": person.to_string()}),
        Holder::Compartment(id) => json!({"kind": "compartment", "compartment": id.to_string()}),
        Holder::Place(person) => json!({"kind": "place", "received_by": person.to_string()}),
        Holder::Release(person) => json!({"kind": "release", "person": person.to_string()}),
        Holder::Missing => json!({"kind": "missing"}),
        Holder::Ended => json!({"kind": "ended"}),
    }
}

/// A finding, in words and with what proves it.
pub(super) fn finding(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule.name(),
        "rule_version": finding.rule.rule().version,
        "severity": finding.severity.name(),
        "sentence": finding.sentence,
        "remedy": finding.remedy,
        "indices": finding.indices,
        "interval": finding.interval.map(interval),
        "exhibits": texts(&finding.exhibits),
        "devices": texts(&finding.devices),
        "compartments": texts(&finding.compartments),
        "people": texts(&finding.people),
        "cameras": texts(&finding.cameras),
        "beside": finding.beside.iter().map(beside).collect::<Vec<_>>(),
    })
}

fn beside(beside: &Beside) -> Value {
    json!({"at": beside.index, "what": beside.what.name()})
}

/// A locker and what lies in it; `None` if none is registered under this id.
pub(super) fn locker(id: LockerId, ledger: &Ledger) -> Option<Value> {
    let locker = ledger.estate().lockers.get(&id)?;
    let compartments = locker.compartments.iter().map(|id| compartment(*id, ledger));
    Some(json!({
        "locker": id.to_string(),
        "site": locker.site.to_string(),
        "store": locker.store.map(|store| store.to_string()),
        "purpose": purpose(locker.purpose),
        "device": ledger.device(locker.device).map(|found| device(locker.device, found)),
        "compartments": compartments.collect::<Vec<_>>(),
    }))
}

fn compartment(id: CompartmentId, ledger: &Ledger) -> Value {
    let place = ledger.estate().compartments.get(&id);
    let doors = ledger.doors().get(id);
    let cycle = doors.and_then(|doors| doors.cycle.as_ref());
    let occupants = doors.map(|doors| doors.occupants.iter()).into_iter().flatten();
    let occupants = occupants.map(|(exhibit, index)| json!({"exhibit": exhibit.to_string(), "since": index}));
    json!({
        "compartment": id.to_string(),
        "label": place.map(|place| &place.label),
        "mode": place.map(|place| mode(place.mode)),
        "close_counter": doors.and_then(|doors| doors.compared).map(|reading| reading.count),
        "door": cycle.map(|cycle| json!({
            "cycle": cycle.hash.to_string(),
            "openings": cycle.openings,
            "is_closed": cycle.is_closed,
            "is_locked": cycle.is_locked,
            "is_forced": cycle.is_forced,
        })),
        "occupants": occupants.collect::<Vec<_>>(),
    })
}

/// Sites, stores, lockers and devices, without what lies in them.
pub(super) fn estate(ledger: &Ledger) -> Value {
    let estate = ledger.estate();
    let sites = estate.sites.iter().map(|(id, site)| json!({"site": id.to_string(), "index": site.index}));
    let stores = estate.stores.iter().map(|(id, store)| {
        json!({
            "store": id.to_string(),
            "site": store.site.to_string(),
            "valid_from_us": store.valid_from_us,
            "valid_to_us": store.valid_to_us,
        })
    });
    let lockers = estate.lockers.iter().map(|(id, locker)| {
        json!({
            "locker": id.to_string(),
            "device": locker.device.to_string(),
            "site": locker.site.to_string(),
            "store": locker.store.map(|store| store.to_string()),
            "purpose": purpose(locker.purpose),
            "compartments": locker.compartments.len(),
        })
    });
    json!({
        "sites": sites.collect::<Vec<_>>(),
        "stores": stores.collect::<Vec<_>>(),
        "lockers": lockers.collect::<Vec<_>>(),
        "devices": ledger.devices().iter().map(|(id, found)| device(id, found)).collect::<Vec<_>>(),
    })
}

fn device(id: DeviceId, device: &Device) -> Value {
    let end = device.end.map(|end| match end {
        End::Revoked { last_good, index } => {
            let last_good = last_good.map(|hash| hash.to_string());
            json!({"kind": "revoked", "last_good": last_good, "index": index})
        }
        End::Retired { index } => json!({"kind": "retired", "index": index}),
    });
    json!({
        "device": id.to_string(),
        "kind": kind(device.kind),
        "site": device.site.map(|site| site.to_string()),
        "key_id": device.tenure.key.id.to_string(),
        "enrolment": device.tenure.enrolment.to_string(),
        "next_sequence": device.next_sequence,
        "last": device.last.to_string(),
        "last_wall_us": device.last_wall_us,
        "is_offline": device.is_offline,
        "end": end,
    })
}

fn kind(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Locker => "locker",
        DeviceKind::Desk => "desk",
        DeviceKind::Recorder => "recorder",
        DeviceKind::Node => "node",
        DeviceKind::Authority => "authority",
    }
}

fn purpose(purpose: LockerPurpose) -> &'static str {
    match purpose {
        LockerPurpose::Exhibits => "exhibits",
        LockerPurpose::Equipment => "equipment",
        LockerPurpose::Both => "both",
    }
}

fn mode(mode: CompartmentMode) -> &'static str {
    match mode {
        CompartmentMode::Single => "single",
        CompartmentMode::Multi => "multi",
    }
}

fn interval(interval: Interval) -> Value {
    json!({"from_us": interval.from_us, "to_us": interval.to_us})
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}
