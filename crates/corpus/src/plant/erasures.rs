//! G03: erasures.

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use super::states::in_store;
use super::{Planted, Planter, script as of};
use crate::line::{HOUR, LineId};
use crate::script::Script;

const BREAK: Severity = Severity::Break;

pub(super) const PLANTERS: &[Planter] = &[
    of(RuleId::G03, "erased under a hold", |script| under_hold(script, false)),
    of(RuleId::G03, "erased under a hold on its case", |script| under_hold(script, true)),
    of(RuleId::G03, "erased under another case", other_case),
    of(RuleId::G03, "erased in another exhibit's name", other_exhibit),
    of(RuleId::G03, "erased without naming whose", nobodys),
];

/// A bag in the store, the registration of its first exhibit, and the lawful erasure of what that opened.
fn erased(script: &mut Script) -> Option<(usize, LineId, LineId, u64)> {
    let (journey, at) = in_store(script, script.plan())?;
    let registration = *journey.registered.first()?;
    let line = script.erasure(journey.bag, registration, at + 3 * HOUR);
    Some((journey.bag, registration, line, at))
}

fn declared(script: &mut Script, line: LineId) -> Option<&mut v1::field_erased::Declared> {
    match &mut script.line(line).fact {
        Fact::FieldErased(v1::FieldErased { declared }) => declared.as_mut(),
        _ => None,
    }
}

fn under_hold(script: &mut Script, is_whole_case: bool) -> Option<Planted> {
    let (bag, _, line, at) = erased(script)?;
    let hold = script.hold(bag, at);
    if is_whole_case {
        let case = script.bag(bag).case.0.to_vec();
        if let Fact::HoldPlaced(v1::HoldPlaced { declared: Some(declared) }) = &mut script.line(hold).fact {
            declared.case = Some(case);
            declared.exhibits = Vec::new();
        }
    }
    Some(Planted::new("What a registration committed to was erased under a hold.").needs(
        RuleId::G03,
        BREAK,
        [line],
    ))
}

fn other_case(script: &mut Script) -> Option<Planted> {
    let (_, _, line, _) = erased(script)?;
    let case = script.id().to_vec();
    declared(script, line)?.case = Some(case);
    Some(Planted::new("An erasure names a case that the exhibit does not belong to.").needs(
        RuleId::G03,
        BREAK,
        [line],
    ))
}

fn other_exhibit(script: &mut Script) -> Option<Planted> {
    let (_, registration, line, _) = erased(script)?;
    let (other, _) = in_store(script, script.plan())?;
    let (exhibits, case) = (script.exhibits(other.bag), script.bag(other.bag).case.0.to_vec());
    let declared = declared(script, line)?;
    (declared.exhibits, declared.case) = (exhibits, Some(case));
    // Once for whom it names, once for whom it does not.
    let planted = Planted::new("An erasure names another exhibit than the statement's.");
    Some(planted.needs_up_to(2, RuleId::G03, BREAK, [line]).resting_on([registration]))
}

fn nobodys(script: &mut Script) -> Option<Planted> {
    let (_, registration, line, _) = erased(script)?;
    let declared = declared(script, line)?;
    (declared.exhibits, declared.case) = (Vec::new(), None);
    let planted = Planted::new("What a registration committed to was erased, and the entry names nobody.");
    Some(planted.needs(RuleId::G03, BREAK, [line]).resting_on([registration]))
}
