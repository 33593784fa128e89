//! Devices that spoke, and cameras.

use custody::fact::DeviceKind;
use custody::id::{CameraId, DeviceId};
use custody::ledger::Ledger;

use super::label::Labels;
use super::name::Names;
use super::node::{Node, Value};
use super::reading::words_of;
use crate::openings::Field;

/// One device: what it is, and the id under which it signs.
pub(super) fn device(id: DeviceId, ledger: &Ledger, names: Names<'_>) -> Node {
    let kind = ledger.device(id).map_or("device", |device| kind_words(device.kind));
    let facet = Node::new(names.of("device-facet", &[&id]), "uco-observable:DeviceFacet")
        .with("uco-observable:deviceType", Value::text(kind));
    Node::new(names.of("device", &[&id]), "uco-observable:Device")
        .with("uco-core:name", Value::Text(format!("{kind} {id}")))
        .with("uco-core:hasFacet", Value::List(vec![Value::Node(facet)]))
        .with("custody:device", Value::text(id.to_string()))
}

/// One camera.
pub(super) fn camera(id: CameraId, labels: &Labels, names: Names<'_>) -> Node {
    let facet = Node::new(names.of("device-facet", &[&id]), "uco-observable:DeviceFacet")
        .with("uco-observable:deviceType", Value::text("camera"));
    let name = labels.disclosed(id.0).map_or_else(|| format!("camera {id}"), str::to_owned);
    let mut node = Node::new(names.of("camera", &[&id]), "uco-observable:Device")
        .with("uco-core:name", Value::Text(name))
        .with("uco-core:hasFacet", Value::List(vec![Value::Node(facet)]))
        .with("custody:camera", Value::text(id.to_string()));
    let withheld = labels.field(id.0).filter(|field| !matches!(field, Field::Disclosed(_)));
    node.set_text("custody:name", withheld.map(words_of));
    node
}

fn kind_words(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Locker => "locker controller",
        DeviceKind::Desk => "desk",
        DeviceKind::Recorder => "video recorder",
        DeviceKind::Node => "ledger node",
        DeviceKind::Authority => "authority key",
    }
}
