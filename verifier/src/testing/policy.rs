//! The default policy less what a small ledger has none of: cameras, roles, authorities to collect, approved firmware.

use custody::policy::{DEFAULT_TEXT, Policy};

use crate::policies::Policies;

/// The text of a policy that asks nothing of the estate: what is left is what bytes, doors and people show.
pub fn policy_text() -> String {
    let needs = [
        "exhibits_in_transit_stores_only",
        "camera_required",
        "roles_required",
        "collection_required",
        "approval_required",
    ];
    needs.iter().fold(DEFAULT_TEXT.replace("default-3", "without-estate"), |text, need| {
        text.replace(&format!("{need} = true"), &format!("{need} = false"))
    })
}

/// That policy, as the only one given.
pub fn policies() -> Policies {
    Policies::of([Policy::parse(&policy_text()).expect("the default with other values")])
}
