//! What of a history a bundle has, and what of its fields is disclosed.

use std::collections::{BTreeMap, BTreeSet};

use custody::id::ExhibitId;
use custody::ledger::Ledger;
use custody::verdict::{Holder, Verdict};
use custody_proto::schema::Stream;
use disclosure::material::Said;
use disclosure::openings::{Field, Openings, Registered};
use disclosure::profile::{Basis, Profile};

/// Descriptions that a careless renderer would obey.
const HOSTILE: [&str; 4] = [
    "<script>alert(1)</script> & \"quoted\" 'bag'",
    "=HYPERLINK(\"http://evil.example\",\"open\")",
    "evil\u{202e}gnp.exe\u{2066} \u{200b}zero",
    "line one\r\n@SUM(1+1)\u{1b}[2J",
];

/// The entries that a bundle would have: of the exhibits, of the compartments in which they lay, of the devices and sites
/// of those; and what everything rests on.
pub(super) fn sliced(
    entries: BTreeMap<u64, Said>,
    verdicts: &[Verdict],
    ledger: &Ledger,
    scope: &[ExhibitId],
) -> BTreeMap<u64, Said> {
    let mut ids: BTreeSet<[u8; 16]> = scope.iter().map(|exhibit| exhibit.0).collect();
    for leg in verdicts.iter().flat_map(|verdict| &verdict.legs) {
        if let Holder::Compartment(compartment) = leg.holder {
            ids.insert(compartment.0);
            let (_, locker) = ledger.estate().locker_of(compartment).unwrap();
            ids.extend([locker.device.0, locker.site.0]);
            let of_the_site = ledger.estate().cameras.values().filter(|camera| camera.site == locker.site);
            ids.extend(of_the_site.map(|camera| camera.recorder.0));
        }
    }
    let is_base = |said: &Said| {
        matches!(
            said.decoded.name,
            "genesis"
                | "approved"
                | "person_registered"
                | "session_opened"
                | "site_registered"
                | "camera_registered"
                | "transit_store_designated"
                | "disclosure_requested"
                | "census_taken"
                | "firmware_approved"
        )
    };
    let is_kept = |said: &Said| {
        let mut streams = said.decoded.streams.iter();
        is_base(said) || streams.any(|stream| stream.kind != Stream::Case && ids.contains(&stream.id))
    };
    entries.into_iter().filter(|(_, said)| is_kept(said)).collect()
}

/// Every field as the profile has it, and some as somebody decided, lost or destroyed.
pub(super) fn openings(
    entries: &BTreeMap<u64, Said>,
    profile: Profile,
    texts: &BTreeMap<Vec<u8>, String>,
) -> (Openings, Vec<Registered>) {
    let (mut openings, mut register, mut exhibits) = (Openings::default(), Vec::new(), 0);
    for (index, said) in entries {
        for commitment in &said.decoded.commitments {
            // One opening was lost, and another destroyed.
            let fate = match (said.decoded.name, commitment.field) {
                (_, "recipient") => Some(Field::Missing),
                (_, "case_reference") if exhibits == 2 => Some(Field::Erased { index: 1 }),
                _ => None,
            };
            // Somebody has decided that nobody outside learns what cameras are called.
            let decided = said.decoded.name == "camera_registered" && profile == Profile::Cps;
            let decided = decided.then_some(Basis::PublicInterest);
            let withheld = decided.or(profile.withholds(commitment.field)).map(Field::Withheld);
            let field = match fate.or(withheld) {
                Some(field) => field,
                None => Field::Disclosed(match (said.decoded.name, commitment.field) {
                    (_, "identity") => texts.get(commitment.digest.0.as_slice()).cloned().unwrap_or_default(),
                    (_, "exhibit_reference") => {
                        exhibits += 1;
                        format!("AB/{exhibits}")
                    }
                    (_, "description") => {
                        HOSTILE.get(exhibits % HOSTILE.len()).copied().unwrap_or_default().to_owned()
                    }
                    (_, "case_reference") => "01/12345/26".to_owned(),
                    ("site_registered", _) => format!("Site No. {index}"),
                    ("transit_store_designated", _) => format!("Room G{index}"),
                    ("camera_registered", _) => format!("Camera {index}"),
                    (_, field) => format!("text of {field}"),
                }),
            };
            if !matches!(field, Field::Disclosed(_)) {
                register.push(Registered {
                    number: u64::try_from(register.len()).unwrap() + 1,
                    index: *index,
                    statement: said.decoded.hash,
                    field: commitment.field,
                    commitment: commitment.digest,
                    fate: field.clone(),
                });
            }
            openings.0.insert((said.decoded.hash, commitment.digest), field);
        }
    }
    (openings, register)
}
