//! The template of the system custodian's statement: what a locker cannot say for itself.

use std::collections::BTreeSet;

use super::NOT_ASSERTED;
use super::case::Case;
use super::statements::DECLARATION;
use crate::drafts::CUSTODIAN;
use crate::model::{Condition, Draft};

pub(super) fn statement(case: &Case<'_>, reliability: &[Condition]) -> Draft {
    let material = case.material;
    let devices: BTreeSet<String> = reliability.iter().map(|condition| condition.device.clone()).collect();
    let count = |word: &str| reliability.iter().filter(|condition| condition.what.contains(word)).count();
    let mut paragraphs = vec![
        "TEMPLATE, NOT A STATEMENT. To be completed by whoever keeps the system and can answer for it.".to_owned(),
        "WITNESS STATEMENT (CrimPR 16.2; Criminal Justice Act 1967, section 9)".to_owned(),
        "Statement of: [name; post; how I come to know the system]. Age if under 18: [ ].".to_owned(),
        DECLARATION.to_owned(),
        format!(
            "I am responsible for the custody ledger {}. Lockers, desks and recorders sign each statement with a key of \
             their own when it is made; the ledger keeps the statements in order and cannot change one unnoticed. This \
             bundle rests on {} entries under a checkpoint of {} entries.",
            material.request.origin,
            material.entries.len(),
            material.request.size
        ),
        format!(
            "The entries were checked by {}. {}",
            material.standing.program, material.standing.completeness
        ),
        format!(
            "The devices whose condition is on record: {}. [Installation, maintenance and calibration of each: to be \
             completed.]",
            devices.into_iter().collect::<Vec<_>>().join("; ")
        ),
        format!(
            "On record in the period are {} self-tests passed, {} self-tests failed, {} losses of mains power, {} \
             openings of tamper switches and {} settings of a clock. Each is listed in the reliability pack. [Their \
             effect on the records, if any: to be completed.]",
            count("self-test passed"),
            count("self-test FAILED"),
            count("mains power lost"),
            count("OPENED"),
            count("clock set")
        ),
        "[So far as the records depend on information supplied by a person (Criminal Justice Act 2003, section 129), \
         that person is named beside the entry as the one who declared it, and I do not speak to it.]"
            .to_owned(),
        format!("The findings of the rules number {}; each is in the report.", material.findings.len()),
    ];
    paragraphs.push(format!("I do not and cannot say: {}.", NOT_ASSERTED.join("; ")));
    Draft { kind: CUSTODIAN, maker: "[system custodian]".to_owned(), paragraphs }
}
