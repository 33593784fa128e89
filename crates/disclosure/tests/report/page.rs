//! The page: complete, inert, well formed.

use disclosure::profile::Profile;
use disclosure::{html, report, text};

use crate::world::World;

/// Every start tag in order, and whether every one is closed by its own end tag.
fn tags(page: &str) -> (Vec<String>, bool) {
    let (mut all, mut open, mut is_closed) = (Vec::new(), Vec::new(), true);
    for piece in page.split('<').skip(1) {
        let (inside, _) = piece.split_once('>').expect("a tag ends");
        if inside.starts_with('!') || inside.ends_with('/') {
            all.push(inside.split([' ', '/']).next().unwrap().to_owned());
        } else if let Some(name) = inside.strip_prefix('/') {
            is_closed &= open.pop().as_deref() == Some(name);
        } else {
            let name = inside.split(' ').next().unwrap().to_owned();
            all.push(name.clone());
            open.push(name);
        }
    }
    (all, is_closed && open.is_empty())
}

#[test]
fn a_page_runs_nothing_loads_nothing_and_closes_what_it_opens() {
    for profile in Profile::ALL {
        let world = World::faulty(profile);
        let page = html(&report(&world.material()));
        let (tags, is_closed) = tags(&page);
        assert!(is_closed, "an element is not closed");
        for forbidden in
            ["script", "link", "img", "iframe", "object", "embed", "form", "base", "audio", "video"]
        {
            assert!(!tags.iter().any(|tag| tag == forbidden), "{forbidden}");
        }
        for (place, _) in page.match_indices("http") {
            let rest = &page[place..];
            let is_inert = rest.starts_with("http-equiv")
                || rest.starts_with("http://www.w3.org/2000/svg\"")
                || rest.starts_with("http://evil.example&quot;");
            assert!(is_inert, "{}", &rest[..60]);
        }
        for attribute in [" src=", " onclick", " onload", " style=", "javascript:", "url(http", "@import"] {
            assert!(!page.contains(attribute), "{attribute}");
        }
        assert!(page.contains("default-src &#39;none&#39;; style-src &#39;sha256-"));
        assert!(page.is_ascii() || !page.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{1b}', '\r']));
    }
}

#[test]
fn headings_are_in_order_and_ids_are_unique() {
    let page = html(&report(&World::faulty(Profile::Internal).material()));
    let (tags, _) = tags(&page);
    let headings = tags.iter().filter_map(|tag| tag.strip_prefix('h')?.parse::<u8>().ok());
    let mut last = 0;
    for level in headings {
        assert!(level <= last + 1, "h{level} after h{last}");
        last = level;
    }
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let unique: std::collections::BTreeSet<&&str> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    for anchor in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&anchor), "{anchor}");
    }
    let tables = tags.iter().filter(|tag| *tag == "table").count();
    assert_eq!(tags.iter().filter(|tag| *tag == "caption").count(), tables);
}

#[test]
fn every_finding_and_every_verdict_stands_in_every_rendering_whoever_reads() {
    for profile in Profile::ALL {
        let world = World::faulty(profile);
        assert!(world.findings().len() > 2, "{}", world.findings().len());
        let report = report(&world.material());
        let (page, words) = (html(&report), text(&report));
        assert_eq!(report.findings.len(), world.findings().len());
        for (said, finding) in report.findings.iter().zip(world.findings()) {
            assert_eq!((said.rule, said.severity), (finding.rule.name(), finding.severity.name()));
            assert_eq!(said.indices, finding.indices);
            assert!(page.contains(&format!("{}. {} ({})", said.number, said.rule, said.severity)));
            assert!(words.contains(&format!("  {}. {} ({}) ", said.number, said.rule, said.severity)));
            assert!(!said.witnesses.is_empty());
        }
        assert_eq!(report.exhibits.len(), world.verdicts().len());
        for exhibit in &report.exhibits {
            let mut verdicts = world.verdicts().iter();
            let verdict = verdicts.find(|verdict| verdict.exhibit.to_string() == exhibit.id).unwrap();
            assert_eq!(exhibit.verdict, verdict.standing().unwrap().name());
            assert!(page.contains(&format!("</span> {}</span>", exhibit.verdict)));
            assert!(words.contains(&format!("  {:<12} {}", exhibit.verdict, exhibit.name)));
            assert!(exhibit.answer.contains("PROVEN"));
        }
        assert!(page.contains("No report of this kind shows:") && words.contains("NOT ASSERTED"));
    }
}

/// `REPORT_DIR=… cargo test -p disclosure -- a_page_to_look_at` writes pages for people to look at.
#[test]
fn a_page_to_look_at() {
    let Some(folder) = std::env::var_os("REPORT_DIR").map(std::path::PathBuf::from) else { return };
    for profile in Profile::ALL {
        let report = report(&World::faulty(profile).material());
        std::fs::write(folder.join(format!("{profile}.html")), html(&report)).unwrap();
        std::fs::write(folder.join(format!("{profile}.txt")), text(&report)).unwrap();
        for (name, content) in disclosure::drafts::files(&report) {
            std::fs::write(folder.join(format!("{profile}-{}", name.replace('/', "-"))), content).unwrap();
        }
    }
}
