//! All that the templates can see: themselves, the model, the attachment, five fonts. No disk, no packages, no date.

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World, WorldExt};

use crate::glyphs::FONTS;

/// The templates, the first of which is laid out.
const TEMPLATES: [(&str, &str); 6] = [
    ("/report.typ", include_str!("template/report.typ")),
    ("/words.typ", include_str!("template/words.typ")),
    ("/picture.typ", include_str!("template/picture.typ")),
    ("/exhibit.typ", include_str!("template/exhibit.typ")),
    ("/schedules.typ", include_str!("template/schedules.typ")),
    ("/drafts.typ", include_str!("template/drafts.typ")),
];

/// Everything that is needed to lay out one report.
pub(crate) struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    main: FileId,
    templates: Vec<Source>,
    files: [(FileId, Bytes); 3],
}

impl Desk {
    /// A desk with the model and the words about the attachment, both JSON, and the attachment's bytes.
    pub(crate) fn new(model: &str, attachment: &str, bundle: Bytes) -> Self {
        // Headers of rows in tables are among the extras.
        let library = Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build();
        Self {
            library: LazyHash::new(library),
            book: LazyHash::new(FontBook::from_fonts(FONTS.iter())),
            main: id("/report.typ"),
            templates: TEMPLATES.map(|(path, text)| Source::new(id(path), text.to_owned())).into(),
            files: [
                (id("/model.json"), Bytes::from_string(model.to_owned())),
                (id("/attachment.json"), Bytes::from_string(attachment.to_owned())),
                (id("/bundle"), bundle),
            ],
        }
    }

    /// `exhibit.typ:12: what is wrong there`, for each.
    pub(crate) fn complaints(&self, errors: &[SourceDiagnostic]) -> Vec<String> {
        errors
            .iter()
            .map(|error| format!("{}{}", self.place(error).unwrap_or_default(), error.message))
            .collect()
    }

    fn place(&self, error: &SourceDiagnostic) -> Option<String> {
        let source = self.source(error.span.id()?).ok()?;
        let line = source.lines().byte_to_line(self.range(error.span)?.start)?.checked_add(1)?;
        Some(format!("{}:{line}: ", source.id().get().vpath().get_without_slash()))
    }
}

fn id(path: &str) -> FileId {
    RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).expect("the paths above are plain")).intern()
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.templates.iter().find(|source| source.id() == id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files
            .iter()
            .find(|(one, _)| *one == id)
            .map(|(_, bytes)| bytes.clone())
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
