//! A history of the estate with faults in it, names beside it, and the bundle's material made from both.

mod slice;

use std::collections::{BTreeMap, BTreeSet};

use civil_time::Zone;
use corpus::history::history;
use corpus::line::HOUR;
use corpus::plant::{Plant, planters};
use corpus::play::play;
use custody::fact::Fact;
use custody::finding::Finding;
use custody::id::{CaseId, Digest, ExhibitId, PersonId};
use custody::ledger::{Ledger, Recorded};
use custody::policy::Policy;
use custody::severity::Severity;
use custody::verdict::Verdict;
use custody_proto::v1;
use disclosure::material::{Material, Request, Said, Standing};
use disclosure::openings::{Openings, Registered};
use disclosure::profile::Profile;
use ledger_format::merkle::leaf_hash;
use ledger_format::statement::decode;
use prost::Message as _;
use verifier::testing::AUTHORITIES;

/// All that a material borrows.
pub(crate) struct World {
    request: Request,
    ledger: Ledger,
    policy: Policy,
    entries: BTreeMap<u64, Said>,
    verdicts: Vec<Verdict>,
    findings: Vec<Finding>,
    openings: Openings,
    register: Vec<Registered>,
    standing: Standing,
    zone: Zone,
    /// What each person is called, by the time from which on.
    pub(crate) called: BTreeMap<PersonId, Vec<(u64, String)>>,
}

/// Faults of several families.
const KINDS: [&str; 4] =
    ["forced, nobody looked", "a hole at the deposit", "deposited by a colleague", "an opening not filmed"];

impl World {
    /// The first history that has room for a fault of each of several families, for a profile.
    pub(crate) fn faulty(profile: Profile) -> Self {
        (0..100)
            .find_map(|seed| Self::new(seed, &KINDS, profile))
            .expect("a history with room for all of them")
    }

    /// The history of a seed with these kinds of faults, for a profile; none without room for them.
    pub(crate) fn new(seed: u64, kinds: &[&str], profile: Profile) -> Option<Self> {
        let mut script = history(seed);
        for planter in planters().iter().filter(|planter| kinds.contains(&planter.kind)) {
            let Plant::Script(plant) = planter.plant else { continue };
            plant(&mut script)?;
        }
        let mut texts: BTreeMap<Vec<u8>, String> = BTreeMap::new();
        let mut called: BTreeMap<PersonId, Vec<(u64, String)>> = BTreeMap::new();
        let people: Vec<PersonId> = script.people.iter().map(|person| person.id).collect();
        let (early, later) = (script.span.estate_us + HOUR, script.span.from_us + 24 * HOUR);
        for (number, person) in people.iter().enumerate() {
            for (at_us, name) in [
                (early, format!("PC {} EARLY-{number:02}", 2000 + number)),
                (later, format!("Sgt LATER-{number:02}")),
            ] {
                if at_us == later && number % 3 != 0 {
                    continue;
                }
                let identity = script.commitment();
                texts.insert(identity.clone(), name.clone());
                let declared = v1::person_registered::Declared { person: person.0.to_vec(), identity };
                let fact = v1::PersonRegistered { declared: Some(declared) };
                script.say(AUTHORITIES[0], at_us, v1::statement::Fact::PersonRegistered(fact));
                called.entry(*person).or_default().push((at_us, name));
            }
        }
        let travelled = script.bags.iter().filter(|bag| bag.visits().count() > 1);
        let scope: Vec<ExhibitId> = travelled.take(3).flat_map(|bag| bag.ids.iter().copied()).collect();
        let case =
            script.bags.iter().find(|bag| bag.ids.contains(scope.first().unwrap())).map(|bag| bag.case);
        let end = script.span.to_us + HOUR;
        let declared = v1::disclosure_requested::Declared {
            case: case.map(|case| case.0.to_vec()),
            exhibits: scope.iter().map(|id| id.0.to_vec()).take(1).collect(),
            profile: profile.to_message().into(),
            recipient: script.commitment(),
        };
        let desk = script.site(script.central).desk;
        let fact = v1::DisclosureRequested { declared: Some(declared) };
        script.say(desk, end, v1::statement::Fact::DisclosureRequested(fact));
        script.census(end + 1_000_000);
        let played = play(&script);
        Some(Self::of(&played, &scope, case, profile, &texts, called))
    }

    fn of(
        played: &corpus::play::Played,
        scope: &[ExhibitId],
        case: Option<CaseId>,
        profile: Profile,
        texts: &BTreeMap<Vec<u8>, String>,
        called: BTreeMap<PersonId, Vec<(u64, String)>>,
    ) -> Self {
        let writer = &played.world.writer;
        let policy = Policy::standard();
        let (mut ledger, mut entries, mut findings) = (Ledger::new(), BTreeMap::new(), Vec::new());
        for (entry, bytes) in writer.decoded().into_iter().zip(&writer.entries) {
            let decoded = decode(&entry.envelope.statement).unwrap();
            let message = v1::Statement::decode(entry.envelope.statement.as_slice()).unwrap();
            let leaf = leaf_hash(bytes);
            let said = Said { leaf, recorded_at_us: entry.recorded_at_us, decoded, message };
            let recorded = Recorded {
                index: entry.index,
                leaf,
                hash: said.decoded.hash,
                recorded_at_us: entry.recorded_at_us,
                statement: &said.decoded.statement,
            };
            findings.extend(ledger.evolve(&recorded, &policy));
            entries.insert(entry.index, said);
        }
        let mut scope: BTreeSet<ExhibitId> = scope.iter().copied().collect();
        // Those that somebody did wrong, as far as chain order tells, and those that lay behind a door that nobody explains.
        let at_the_end = ledger.closing_findings(&policy);
        let wrong = findings.iter().chain(&at_the_end).filter(|finding| finding.severity > Severity::Warning);
        scope.extend(wrong.flat_map(|finding| finding.exhibits.iter().copied()).take(3));
        let scope: Vec<ExhibitId> = scope.into_iter().collect();
        let mut verdicts: Vec<Verdict> =
            scope.iter().filter_map(|exhibit| ledger.judge(*exhibit, &policy)).collect();
        for verdict in &mut verdicts {
            findings.append(&mut verdict.findings);
        }
        findings.extend(at_the_end);
        findings.retain(|finding| {
            finding.exhibits.is_empty() || finding.exhibits.iter().any(|exhibit| scope.contains(exhibit))
        });
        findings.sort_by(|one, other| other.severity.cmp(&one.severity).then(one.cmp(other)));
        findings.dedup();
        for finding in &mut findings {
            ledger.put_beside(finding);
        }
        let entries = slice::sliced(entries, &verdicts, &ledger, &scope);
        let (openings, register) = slice::openings(&entries, profile, texts);
        let find = |is: &dyn Fn(&Fact) -> bool| {
            let found = entries.iter().rfind(|(_, said)| is(&said.decoded.statement.fact));
            found.map_or((0, 0), |(index, said)| (*index, said.decoded.statement.time.wall_us))
        };
        let asked = find(&|fact| matches!(fact, Fact::Other("disclosure_requested")));
        let census = find(&|fact| matches!(fact, Fact::CensusTaken { .. }));
        let request = Request {
            origin: played.world.origin.clone(),
            size: writer.size(),
            root: Digest([7; 32]),
            profile,
            case,
            exhibits: scope,
            requested_at: asked.0,
            requested_us: asked.1,
            recipient: Some("Messrs Doe & Roe".to_owned()),
            census_at: census.0,
            census_us: census.1,
        };
        let standing = Standing {
            completeness: "Complete as stated by the ledger's operator; not independently audited."
                .to_owned(),
            checked: vec![format!("{} entries were replayed.", entries.len())],
            rests_on_audit: vec!["That every census is that of the streams.".to_owned()],
            cosigned: Vec::new(),
            program: "verifier 0.1.0".to_owned(),
        };
        let zone = Zone::default();
        Self {
            request,
            ledger,
            policy,
            entries,
            verdicts,
            findings,
            openings,
            register,
            standing,
            zone,
            called,
        }
    }

    pub(crate) fn material(&self) -> Material<'_> {
        Material {
            request: &self.request,
            ledger: &self.ledger,
            policy: &self.policy,
            entries: &self.entries,
            verdicts: &self.verdicts,
            findings: &self.findings,
            openings: &self.openings,
            register: &self.register,
            standing: &self.standing,
            zone: &self.zone,
        }
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(crate) fn entries(&self) -> &BTreeMap<u64, Said> {
        &self.entries
    }

    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(crate) fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }
}
