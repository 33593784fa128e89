//! The report's model, made ready for the templates: what must not be on this paper taken out, text made literal.

use serde_json::{Value, json};
use typst::foundations::Datetime;
use typst_pdf::Timestamp;

use crate::RenderError;
use crate::glyphs::literal;

/// A model ready to be laid out.
pub(crate) struct Sheet {
    /// The model's form, by its own word.
    pub(crate) form: String,
    /// When the report was asked for.
    pub(crate) requested: Timestamp,
    /// The templates' data, JSON.
    pub(crate) data: String,
}

/// Reads a model. Candidates for the sensitive schedule never reach the templates: they go into a file of their own.
pub(crate) fn read(model_json: &str) -> Result<Sheet, RenderError> {
    let mut model: Value =
        serde_json::from_str(model_json).map_err(|error| RenderError::Json { message: error.to_string() })?;
    if let Some(fields) = model.as_object_mut() {
        fields.remove("mg6d");
    }
    let form = model.get("form").and_then(Value::as_str).map_or_else(|| "unknown".to_owned(), literal);
    let requested = requested(&model)?;
    make_literal(&mut model);
    Ok(Sheet { form, requested, data: model.to_string() })
}

/// What the templates say of the attached bundle, JSON. The name is as given, `file` what stands in the PDF's list.
pub(crate) fn attachment(name: &str, sha256: &str, size: usize) -> String {
    json!({ "name": literal(name), "file": file_name(name), "sha256": sha256, "size": size }).to_string()
}

/// A name that every reader of PDF can save under: nothing but ASCII letters, digits and `. - _`.
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' };
    let name: String = name.chars().map(plain).take(FILE_NAME_LENGTH_MAX).collect();
    if name.trim_matches('.').is_empty() { "bundle.zip".to_owned() } else { name }
}

/// Longer names cannot be saved on many systems.
const FILE_NAME_LENGTH_MAX: usize = 200;

fn make_literal(value: &mut Value) {
    match value {
        Value::String(text) => *text = literal(text),
        Value::Array(values) => values.iter_mut().for_each(make_literal),
        Value::Object(fields) => fields.values_mut().for_each(make_literal),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn requested(model: &Value) -> Result<Timestamp, RenderError> {
    let found = model.pointer("/cover/requested/utc");
    found.and_then(Value::as_str).and_then(instant).map(Timestamp::new_utc).ok_or_else(|| {
        RenderError::Requested { found: found.map_or_else(|| "absent".to_owned(), Value::to_string) }
    })
}

/// `2026-03-14T09:26:53.589793Z`, to the second.
fn instant(utc: &str) -> Option<Datetime> {
    let (date, time) = utc.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time.split_once('.').map_or(time, |(whole, _)| whole), ':')?;
    let small = |number: u16| u8::try_from(number).ok();
    Datetime::from_ymd_hms(
        i32::from(year),
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
    )
}

fn numbers(text: &str, between: char) -> Option<[u16; 3]> {
    let numbers: Vec<u16> = text.split(between).map(|number| number.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_for_the_sensitive_schedule_do_not_reach_the_templates() {
        let model = r#"{"form": "x", "cover": {"requested": {"utc": "2026-03-14T09:26:53.589793Z"}}, "mg6d": [{"description": "a covert site"}]}"#;
        let sheet = read(model).unwrap();
        assert!(!sheet.data.contains("covert") && !sheet.data.contains("mg6d"), "{}", sheet.data);
    }

    #[test]
    fn a_model_without_the_time_of_its_request_is_refused() {
        for (model, found) in [
            (r"{}", "absent"),
            (r#"{"cover": {"requested": {"utc": "yesterday"}}}"#, "\"yesterday\""),
            (r#"{"cover": {"requested": {"utc": "2026-02-30T00:00:00Z"}}}"#, "\"2026-02-30T00:00:00Z\""),
        ] {
            assert_eq!(read(model).err(), Some(RenderError::Requested { found: found.to_owned() }));
        }
    }

    #[test]
    fn an_attachment_can_be_saved_anywhere() {
        assert_eq!(file_name("case 7/../é.zip"), "case_7_..__.zip");
        assert_eq!(file_name(".."), "bundle.zip");
    }
}
