//! Writes the schema table (`src/table.rs`) from the compiled schema.

use std::fmt::Write;

use prost_reflect::{
    Cardinality, DescriptorPool, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value,
};

const PACKAGE: &str = "custody.v1.";

/// The whole file.
pub(crate) fn generate(pool: &DescriptorPool) -> String {
    let mut out =
        String::from("// Generated from custody/v1/*.proto by tests/generated.rs. Not edited by hand.\n\n");
    out.push_str("use crate::schema::{Enumeration, Field, Kind, Label, Message, Stream};\n");
    let mut messages: Vec<_> =
        pool.all_messages().filter(|message| message.full_name().starts_with(PACKAGE)).collect();
    messages.sort_by_key(|message| message.full_name().to_owned());
    for message in &messages {
        write_message(&mut out, message);
    }
    let mut enums: Vec<_> = pool
        .all_enums()
        .filter(|each| each.full_name().starts_with(PACKAGE) && each.name() != "StreamKind")
        .collect();
    enums.sort_by_key(|each| each.full_name().to_owned());
    for each in &enums {
        write_enum(&mut out, each);
    }
    out
}

fn write_message(out: &mut String, message: &MessageDescriptor) {
    let name = message.full_name().trim_start_matches(PACKAGE);
    writeln!(
        out,
        "\npub static {}: Message = Message {{\n    name: \"{name}\",\n    fields: &[",
        ident(name)
    )
    .unwrap();
    let mut fields: Vec<_> = message.fields().collect();
    fields.sort_by_key(FieldDescriptor::number);
    for field in &fields {
        write_field(out, field);
    }
    out.push_str("    ],\n};\n");
}

fn write_field(out: &mut String, field: &FieldDescriptor) {
    writeln!(
        out,
        "        Field {{ number: {}, name: \"{}\", kind: {}, label: {}, stream: {}, commits: {} }},",
        field.number(),
        field.name(),
        kind(field),
        label(field),
        stream(field),
        option(field, "commits").is_some_and(|value| value.as_bool() == Some(true)),
    )
    .unwrap();
}

fn write_enum(out: &mut String, each: &EnumDescriptor) {
    let name = each.full_name().trim_start_matches(PACKAGE);
    let prefix = format!("{}_", ident(name));
    writeln!(
        out,
        "\npub static {}: Enumeration = Enumeration {{\n    name: \"{name}\",\n    values: &[",
        ident(name)
    )
    .unwrap();
    for value in each.values().filter(|value| value.number() != 0) {
        let short = value.name().strip_prefix(&prefix).expect("values are named after their enumeration");
        writeln!(out, "        ({}, \"{}\"),", value.number(), short.to_lowercase()).unwrap();
    }
    out.push_str("    ],\n};\n");
}

fn kind(field: &FieldDescriptor) -> String {
    match field.kind() {
        Kind::Bool => "Kind::Bool".into(),
        Kind::Uint64 => "Kind::Uint64".into(),
        Kind::Sint64 => "Kind::Sint64".into(),
        Kind::Bytes => match (number(field, "len"), number(field, "max")) {
            (Some(len), None) => format!("Kind::Bytes {{ min: {len}, max: {len} }}"),
            (None, Some(max)) => format!("Kind::Bytes {{ min: 1, max: {max} }}"),
            _ => panic!("{}: bytes need `len` or `max`", field.full_name()),
        },
        Kind::String => {
            let max =
                number(field, "max").unwrap_or_else(|| panic!("{}: a string needs `max`", field.full_name()));
            format!("Kind::Text {{ max: {max} }}")
        }
        Kind::Enum(each) => format!("Kind::Enum(&{})", ident(each.full_name().trim_start_matches(PACKAGE))),
        Kind::Message(message) => {
            format!("Kind::Message(&{})", ident(message.full_name().trim_start_matches(PACKAGE)))
        }
        other => panic!("{}: {other:?} is not a type of this schema", field.full_name()),
    }
}

fn label(field: &FieldDescriptor) -> String {
    if field.cardinality() == Cardinality::Repeated {
        // The code generator packs a field that has options only where one of them says so.
        let is_number = !matches!(field.kind(), Kind::Bytes | Kind::String | Kind::Message(_));
        let says_packed = field.field_descriptor_proto().options.as_ref().and_then(|options| options.packed);
        assert!(
            !is_number || says_packed == Some(true),
            "{}: repeated numbers need `packed = true`",
            field.full_name()
        );
        let count =
            number(field, "count").unwrap_or_else(|| panic!("{}: repeated needs `count`", field.full_name()));
        return format!("Label::Repeated {{ count_max: {count} }}");
    }
    let oneof = field.containing_oneof();
    if field.field_descriptor_proto().proto3_optional() {
        "Label::Optional".into()
    } else if let Some(oneof) = oneof {
        assert_eq!(
            oneof.full_name(),
            "custody.v1.Statement.fact",
            "the fact is the only choice in the schema"
        );
        "Label::Fact".into()
    } else {
        "Label::Required".into()
    }
}

fn stream(field: &FieldDescriptor) -> String {
    let Some(value) = option(field, "stream") else { return "None".into() };
    let name = match value.as_enum_number() {
        Some(1) => "Exhibit",
        Some(2) => "Case",
        Some(3) => "Compartment",
        Some(4) => "Device",
        Some(5) => "Site",
        other => panic!("{}: no stream kind {other:?}", field.full_name()),
    };
    format!("Some(Stream::{name})")
}

fn number(field: &FieldDescriptor, name: &str) -> Option<u32> {
    option(field, name).and_then(|value| value.as_u32())
}

fn option(field: &FieldDescriptor, name: &str) -> Option<Value> {
    let extension = field.parent_pool().get_extension_by_name(&format!("{PACKAGE}{name}"))?;
    let options = field.options();
    options.has_extension(&extension).then(|| options.get_extension(&extension).into_owned())
}

/// `Deposited.Declared` → `DEPOSITED_DECLARED`.
fn ident(name: &str) -> String {
    let mut out = String::new();
    let mut previous_lower = false;
    for character in name.chars() {
        if character == '.' {
            out.push('_');
            previous_lower = false;
            continue;
        }
        if character.is_uppercase() && previous_lower {
            out.push('_');
        }
        previous_lower = character.is_lowercase() || character.is_ascii_digit();
        out.push(character.to_ascii_uppercase());
    }
    out
}
