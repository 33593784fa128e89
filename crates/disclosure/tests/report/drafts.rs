//! Drafts: for the prosecution alone, each maker's own acts alone, harmless in a spreadsheet.

use disclosure::profile::Profile;
use disclosure::{drafts, report};

use crate::world::World;

#[test]
fn the_defence_has_no_drafts() {
    let report = report(&World::faulty(Profile::Defence).material());
    assert_eq!(drafts::files(&report), []);
    assert!(report.statements.is_empty() && report.mg12.is_empty());
    assert!(report.mg6c.is_empty() && report.mg6d.is_empty());
}

#[test]
fn a_draft_tells_the_makers_own_acts_and_names_nobody_else() {
    let world = World::faulty(Profile::Internal);
    let report = report(&world.material());
    let handlers: Vec<_> = report.statements.iter().filter(|draft| draft.kind.starts_with("MG11")).collect();
    assert!(handlers.len() > 3);
    for draft in handlers {
        let mine: Vec<&String> = world
            .called
            .iter()
            .filter(|(person, _)| draft.maker.contains(&person.to_string()[..8]))
            .flat_map(|(_, names)| names.iter().map(|(_, name)| name))
            .collect();
        let text = draft.paragraphs.join("\n");
        assert!(text.starts_with("DRAFT") && text.contains("NOT SIGNED. NOT DATED."));
        for (person, names) in &world.called {
            for (_, name) in names.iter().filter(|(_, name)| !mine.contains(&name)) {
                assert!(!text.contains(name.as_str()), "{name} in the draft of {}", draft.maker);
            }
            let short = &person.to_string()[..8];
            assert!(
                draft.maker.contains(short) || !text.contains(short),
                "{short} in that of {}",
                draft.maker
            );
        }
        for index in text.split("[Record: entry ").skip(1).filter_map(|rest| rest.split('.').next()) {
            let said = world.entries().get(&index.parse().unwrap()).unwrap();
            let whole = format!("{:?}", said.decoded.statement.fact);
            let is_mine = world.called.keys().any(|person| {
                draft.maker.contains(&person.to_string()[..8]) && whole.contains(&person.to_string())
            });
            assert!(is_mine, "entry {index} is not of {}", draft.maker);
        }
    }
}

#[test]
fn schedules_are_numbered_through_and_nothing_in_them_is_a_formula() {
    let world = World::faulty(Profile::Cps);
    let report = report(&world.material());
    let numbers: Vec<usize> = report.mg6c.iter().chain(&report.mg6d).map(|row| row.number).collect();
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
    assert!(!report.mg6d.is_empty());
    for finding in &report.findings {
        assert!(report.mg6c.iter().any(|row| row.description.contains(&finding.sentence)));
    }
    let files = drafts::files(&report);
    assert!(files.iter().any(|(name, _)| name == "sensitive/mg6d.csv"));
    for (name, content) in files.iter().filter(|(name, _)| name.contains(".csv")) {
        for cell in content.split("\r\n").flat_map(|line| line.split("\",\"")) {
            let cell = cell.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{name}: {cell}");
        }
        assert!(!content.contains("\u{202e}") && !content.contains('\u{1b}'));
    }
}
