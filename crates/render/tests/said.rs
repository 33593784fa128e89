//! The paper says what the model says: all of it, except what must not be on it.

use serde_json::Value;

use crate::support::{BUNDLE, NAME, PDF, SAMPLE, sample, text_of, without_space};

/// The templates, in which every field of the model must be used.
const TEMPLATES: [&str; 5] = [
    include_str!("../src/template/report.typ"),
    include_str!("../src/template/exhibit.typ"),
    include_str!("../src/template/picture.typ"),
    include_str!("../src/template/schedules.typ"),
    include_str!("../src/template/drafts.typ"),
];

/// The model's own definition.
const MODEL: [&str; 2] =
    [include_str!("../../disclosure/src/model.rs"), include_str!("../../disclosure/src/model/picture.rs")];

/// Fields that are not words on paper.
const NOT_SHOWN: [(&str, &str); 2] = [
    ("mg6d", "candidates for the sensitive schedule go into a file of their own"),
    ("label", "a bar's words stand in the tables after the picture"),
];

#[test]
fn every_field_of_the_model_is_used() {
    let words = include_str!("../src/template/words.typ");
    for field in MODEL
        .iter()
        .flat_map(|file| file.lines())
        .filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "))
        .map(|(name, _)| name)
    {
        let is_used = TEMPLATES.iter().chain([&words]).any(|template| uses(template, field));
        let is_excused = NOT_SHOWN.iter().any(|(name, _)| *name == field);
        assert!(
            is_used != is_excused,
            "the field {field} of the model: used {is_used}, excused {is_excused}"
        );
    }
}

/// Whether `.field` stands in a template, and no longer name.
fn uses(template: &str, field: &str) -> bool {
    template.match_indices(&format!(".{field}")).any(|(at, found)| {
        template
            .get(at + found.len()..)
            .and_then(|rest| rest.chars().next())
            .is_none_or(|next| !next.is_alphanumeric() && next != '_' && next != '-')
    })
}

#[test]
fn all_that_the_model_says_is_on_the_paper() {
    let Some(text) = text_of(&PDF) else { return };
    let mut strings = Vec::new();
    let mut model = sample();
    model["cover"]["profile"] = Value::Null;
    model["mg6d"] = Value::Null;
    collect(&model, &mut strings);
    assert!(strings.len() > 300, "{}", strings.len());
    for string in strings {
        assert!(text.contains(&without_space(string)), "{string:?} is not on the paper");
    }
}

/// Every string but those that name how something is drawn or what became of a field.
fn collect<'a>(value: &'a Value, strings: &mut Vec<&'a str>) {
    match value {
        Value::String(string) => strings.push(string),
        Value::Array(values) => values.iter().for_each(|value| collect(value, strings)),
        Value::Object(fields) => {
            let named = fields.iter().filter(|(name, _)| !["lanes", "fate"].contains(&name.as_str()));
            named.for_each(|(_, value)| collect(value, strings));
            if let Some(Value::Object(fate)) = fields.get("fate") {
                fate.get("words").into_iter().for_each(|words| collect(words, strings));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn the_bundle_is_named_by_its_digest_on_every_page() {
    let Some(text) = text_of(&PDF) else { return };
    // What `sha256sum` says of the bundle.
    let digest = "c29038ab387ec54d6cf070d4090518af2fdc5a896aa2263c3a70a6841974026c";
    let pages = text.matches("bundleSHA-256").count();
    // Once more where the attachment is described.
    assert_eq!(text.matches(digest).count(), pages + 1);
    for page in 1..=pages {
        assert!(text.contains(&format!("{page}of{pages}")), "page {page} of {pages}");
    }
}

#[test]
fn candidates_for_the_sensitive_schedule_are_not_on_the_paper() {
    let Some(text) = text_of(&PDF) else { return };
    assert!(SAMPLE.contains("covert") && !text.contains("covert") && !text.contains("MG6D"));
}

#[test]
fn a_report_for_the_defence_has_no_drafts_and_no_caution_about_them() {
    let mut model = sample();
    model["cover"]["profile"] = "defence".into();
    for list in ["statements", "mg12", "mg6c", "mg6d"] {
        model[list] = Value::Array(Vec::new());
    }
    let Some(text) = text_of(&render::pdf(&model.to_string(), NAME, BUNDLE).unwrap()) else { return };
    for word in ["DRAFT", "MG11", "MG12", "MG6C", "Notforthedefence"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn a_report_on_nothing_says_so() {
    let mut model = sample();
    for list in [
        "exhibits",
        "findings",
        "openings",
        "footage",
        "reliability",
        "register",
        "statements",
        "mg12",
        "mg6c",
    ] {
        model[list] = Value::Array(Vec::new());
    }
    model["cover"]["case_reference"] = Value::Null;
    model["cover"]["case"] = Value::Null;
    model["cover"]["period"] = Value::Null;
    let Some(text) = text_of(&render::pdf(&model.to_string(), NAME, BUNDLE).unwrap()) else { return };
    for sentence in [
        "No exhibit is in scope.",
        "None under the rules that were checked.",
        "No opening is on record.",
        "Every committed field of this bundle is disclosed.",
    ] {
        assert!(text.contains(&without_space(sentence)), "{sentence}");
    }
}
