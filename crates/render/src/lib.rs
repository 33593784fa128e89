//! The PDF of a disclosure bundle: the report's model on paper, and the bundle attached.
//!
//! Pure: no clock, file, socket, random source or system font; the same model and bundle give the same bytes. What the
//! report says comes from the model alone. Whether the bundle is sound, and whether the model is the bundle's, is for
//! `verifier::bundle` to say before it comes here.

mod glyphs;
mod model;
mod world;

use sha2::{Digest, Sha256};
use typst::diag::Warned;
use typst::foundations::{Bytes, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::world::Desk;

/// Why there is no PDF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The model cannot be read.
    #[error("the model is not JSON: {message}; give a report's model as the verifier writes it")]
    Json {
        /// What the reader of JSON says, with line and column.
        message: String,
    },
    /// The model does not say when the report was asked for, and a PDF of this kind is dated.
    #[error(
        "the model's cover.requested.utc is {found}, not an instant such as 2026-03-14T09:26:53.589793Z; make the bundle again"
    )]
    Requested {
        /// What stands there.
        found: String,
    },
    /// The model has not the form that this program lays out.
    #[error("a model of form {form} cannot be laid out ({}); use the renderer of the version that made the bundle", complaints.join("; "))]
    Layout {
        /// The model's form, by its own word.
        form: String,
        /// Where in the templates, and what was missing.
        complaints: Vec<String>,
    },
    /// What was laid out is not PDF/A-3a and PDF/UA-1.
    #[error("the report cannot be written as PDF/A-3a and PDF/UA-1 ({}); this is a fault of the renderer: report it", complaints.join("; "))]
    Standard {
        /// Where in the templates, and which rule.
        complaints: Vec<String>,
    },
}

/// The PDF of the report that `model_json` describes, with `bundle` attached under `bundle_name`.
///
/// PDF/A-3a and PDF/UA-1: tagged, all fonts embedded, dated by the request and not by a clock. Characters that no font
/// of ours draws, and those that would steer the layout, are written by their code points.
///
/// # Panics
///
/// Never: the two standards allow one another, and the fonts are part of the program.
pub fn pdf(model_json: &str, bundle_name: &str, bundle: &[u8]) -> Result<Vec<u8>, RenderError> {
    let sheet = model::read(model_json)?;
    let sha256 = hexadecimal(&Sha256::digest(bundle));
    let desk = Desk::new(
        &sheet.data,
        &model::attachment(bundle_name, &sha256, bundle.len()),
        Bytes::new(bundle.to_vec()),
    );
    let Warned { output, .. } = typst::compile::<PagedDocument>(&desk);
    let document = output.map_err(|errors| RenderError::Layout {
        form: sheet.form.clone(),
        complaints: desk.complaints(&errors),
    })?;
    let options = PdfOptions {
        ident: Smart::Custom(format!(
            "continuity report {sha256} {}",
            hexadecimal(&Sha256::digest(model_json))
        )),
        creator: Smart::Custom(Some(concat!("render ", env!("CARGO_PKG_VERSION")).to_owned())),
        timestamp: Some(sheet.requested),
        page_ranges: None,
        standards: PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
            .expect("PDF 1.7 allows both standards at once"),
        tagged: true,
        pretty: false,
    };
    typst_pdf::pdf(&document, &options)
        .map_err(|errors| RenderError::Standard { complaints: desk.complaints(&errors) })
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = |byte: &u8| {
        [byte >> 4, byte & 0xf].map(|digit| char::from_digit(digit.into(), 16).unwrap_or_default())
    };
    bytes.iter().flat_map(digits).collect()
}
