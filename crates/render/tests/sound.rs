//! What every reader of PDF may rely on.

use std::fs;

use crate::support::{BUNDLE, NAME, PDF, SAMPLE, asked, on_disk};

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(render::pdf(SAMPLE, NAME, BUNDLE).as_ref(), Ok(&*PDF));
}

#[test]
fn another_bundle_gives_another_document() {
    assert_ne!(render::pdf(SAMPLE, NAME, b"another").as_ref(), Ok(&*PDF));
}

#[test]
fn it_says_of_itself_that_it_is_an_archive_copy_for_everybody() {
    let pdf = on_disk(&PDF);
    let Some(metadata) = asked("pdfinfo", &["-meta"], &pdf, &[]) else { return };
    for word in ["<pdfaid:part>3</", "<pdfaid:conformance>A</", "<pdfuaid:part>1</", "2026-03-14T09:26:53"] {
        assert!(metadata.contains(word), "{word} is not in {metadata}");
    }
    let Some(facts) = asked("pdfinfo", &[], &pdf, &[]) else { return };
    let fact = |name: &str| {
        facts
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(str::trim)
            .unwrap_or_default()
    };
    assert_eq!(fact("Title"), "Custody report, case FICTION/2026/0007, profile Crown Prosecution Service");
    assert_eq!(fact("Tagged"), "yes");
    assert_eq!(fact("JavaScript"), "no");
    assert_eq!(fact("Encrypted"), "no");
    assert_eq!(fact("Page size"), "595.276 x 841.89 pts (A4)");
}

#[test]
fn headings_tables_and_pictures_are_tagged_and_pictures_are_described() {
    let Some(structure) = asked("pdfinfo", &["-struct-text"], &on_disk(&PDF), &[]) else { return };
    for tag in ["H1", "H2", "H3", "Table", "TH", "TD", "L", "Figure", "Link"] {
        assert!(
            structure.lines().any(|line| line.trim_start().split([' ', ':']).next() == Some(tag)),
            "no {tag} in {structure}"
        );
    }
    let pdf = String::from_utf8_lossy(&PDF);
    assert!(pdf.contains("/Lang(en-GB)") || pdf.contains("/Lang (en-GB)"), "the language is not said");
}

#[test]
fn every_font_is_embedded_and_can_be_read_back() {
    let Some(fonts) = asked("pdffonts", &[], &on_disk(&PDF), &[]) else { return };
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!fonts.is_empty());
    for font in fonts {
        assert!(font.contains("Plex") && font.contains("yes yes yes"), "{font}");
    }
}

#[test]
fn the_attached_bundle_is_the_bundle_byte_for_byte() {
    let pdf = on_disk(&PDF);
    let out = pdf.folder.path().join("saved.zip");
    let Some(_) = asked("pdfdetach", &["-savefile", NAME, "-o", "saved.zip"], &pdf, &[]) else { return };
    assert_eq!(fs::read(out).unwrap(), BUNDLE);
}

#[test]
fn its_structure_is_sound() {
    let Some(said) = asked("qpdf", &["--check"], &on_disk(&PDF), &[]) else { return };
    assert!(said.contains("No syntax or stream encoding errors found"), "{said}");
}
