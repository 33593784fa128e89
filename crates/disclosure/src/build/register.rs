//! The redaction register: everything that is not disclosed, line by line, with its commitment.

use super::case::{Case, fate};
use crate::model::Redaction;

pub(super) fn register(case: &Case<'_>) -> Vec<Redaction> {
    let register = case.material.register.iter();
    let line = register.map(|line| {
        let fact = case.entry(line.index).map_or("entry", |said| said.decoded.name);
        Redaction {
            number: line.number,
            index: line.index,
            field: format!("{fact}.{}", line.field),
            commitment: line.commitment.to_string(),
            fate: fate(line.fate.clone()),
        }
    });
    line.collect()
}
