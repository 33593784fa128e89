//! The functions that the page calls. Numbers go in and numbers come out: no address ever does, so that there is nothing
//! here that the compiler could not check.
//!
//! The order: [`verify_page_begin`] and [`verify_page_push`] for bundle and trust file, [`verify_page_check`], then
//! [`verify_page_len`] and [`verify_page_word`] for each text. A module serves one check; the page makes a new one for each.

use std::cell::RefCell;

use verifier::trust::TRUST_BYTES_MAX;

use crate::check::{BUNDLE_BYTES_MAX, check};
use crate::words::{Incoming, Refused, word};

/// What [`verify_page_check`] says where it was not given everything. Neither this nor any other number but 0 and 1 is
/// ever an answer.
pub const NOT_ALL_THERE: u32 = 3;

/// Everything between two calls.
#[derive(Default)]
struct Held {
    bundle: Incoming,
    trust: Incoming,
    texts: Vec<String>,
}

thread_local! {
    static HELD: RefCell<Held> = RefCell::default();
}

/// Makes ready for a file of `len` bytes: `file` 0 is the bundle, any other the trust file. 0 ready, 1 longer than
/// is taken, 2 no memory for it.
#[expect(
    unsafe_code,
    reason = "an export keeps its name; no other crate is in the module that could have the same"
)]
#[unsafe(no_mangle)]
pub extern "C" fn verify_page_begin(file: u32, len: u32) -> u32 {
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    let incoming = match Incoming::new(len, len_max(file)) {
        Ok(incoming) => incoming,
        Err(Refused::TooLong) => return 1,
        Err(Refused::NoMemory) => return 2,
    };
    HELD.with_borrow_mut(|held| *held.file(file) = incoming);
    0
}

/// The longest file that is taken, in bytes.
#[expect(
    unsafe_code,
    reason = "an export keeps its name; no other crate is in the module that could have the same"
)]
#[unsafe(no_mangle)]
pub extern "C" fn verify_page_limit(file: u32) -> u32 {
    u32::try_from(len_max(file)).unwrap_or(u32::MAX)
}

/// Takes the next sixteen bytes of a file, the least first.
#[expect(
    unsafe_code,
    reason = "an export keeps its name; no other crate is in the module that could have the same"
)]
#[unsafe(no_mangle)]
pub extern "C" fn verify_page_push(file: u32, first: u32, second: u32, third: u32, fourth: u32) {
    HELD.with_borrow_mut(|held| held.file(file).push([first, second, third, fourth]));
}

/// Checks what was given: 0 verified, 1 findings, 2 something that had to be checked was not, 3 [`NOT_ALL_THERE`].
#[expect(
    unsafe_code,
    reason = "an export keeps its name; no other crate is in the module that could have the same"
)]
#[unsafe(no_mangle)]
pub extern "C" fn verify_page_check() -> u32 {
    HELD.with_borrow_mut(|held| {
        let (Some(bundle), Some(trust)) = (held.bundle.whole(), held.trust.whole()) else {
            return NOT_ALL_THERE;
        };
        let outcome = check(bundle, trust);
        let status = outcome.status;
        held.texts = outcome.texts(bundle, trust).into();
        u32::from(status)
    })
}

/// How many bytes a text of the answer has; which there are, [`Outcome::texts`](crate::check::Outcome::texts) says.
#[expect(
    unsafe_code,
    reason = "an export keeps its name; no other crate is in the module that could have the same"
)]
#[unsafe(no_mangle)]
pub extern "C" fn verify_page_len(text: u32) -> u32 {
    HELD.with_borrow(|held| u32::try_from(held.text(text).len()).unwrap_or(u32::MAX))
}

/// Four bytes of a text, the least first.
#[expect(
    unsafe_code,
    reason = "an export keeps its name; no other crate is in the module that could have the same"
)]
#[unsafe(no_mangle)]
pub extern "C" fn verify_page_word(text: u32, index: u32) -> u32 {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    HELD.with_borrow(|held| word(held.text(text), index))
}

fn len_max(file: u32) -> usize {
    if file == 0 { BUNDLE_BYTES_MAX } else { TRUST_BYTES_MAX }
}

impl Held {
    fn file(&mut self, file: u32) -> &mut Incoming {
        if file == 0 { &mut self.bundle } else { &mut self.trust }
    }

    fn text(&self, text: u32) -> &[u8] {
        let text = usize::try_from(text).ok().and_then(|place| self.texts.get(place));
        text.map_or(&[], |text| text.as_bytes())
    }
}
