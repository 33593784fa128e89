//! What other systems send may be anything.

use proptest::prelude::*;
use recorder::pattern::Pattern;
use recorder::source::onvif::{absences, fault_of, results_of};
use recorder::wanted::windows_of;

use crate::support::{TEN_US, fixture};

proptest! {
    #[test]
    fn any_text_ends_in_an_answer_or_an_error(text in ".{0,200}") {
        let _no_panic = (results_of(&text), fault_of(&text), windows_of(text.as_bytes()));
    }

    #[test]
    fn an_altered_answer_ends_in_an_answer_or_an_error(place: prop::sample::Index, with in ".{0,8}") {
        let mut text = fixture("onvif-results-2.xml");
        let at = place.index(text.len());
        prop_assume!(text.is_char_boundary(at));
        text.insert_str(at, &with);
        if let Ok(results) = results_of(&text) {
            let found = absences(&results.changes, "R1", "VIDEO001", TEN_US, TEN_US + 60_000_000);
            prop_assert!(found.windows(2).all(|pair| pair[0].1 < pair[1].0));
            prop_assert!(found.iter().all(|(from, to)| TEN_US <= *from && from < to && *to <= TEN_US + 60_000_000));
        }
    }

    #[test]
    fn any_name_is_a_time_or_none(name in ".{0,40}", pattern in "[%YmdHMSsf*/0-9_.-]{0,20}") {
        let known: Pattern = "*%Y-%m-%d*%H%M%S.%f*".parse().unwrap();
        let _no_panic = known.start_us(&name);
        if let Ok(pattern) = pattern.parse::<Pattern>() {
            let _no_panic = pattern.start_us(&name);
        }
    }
}
