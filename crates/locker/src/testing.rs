//! What the tests share: a file that remembers what was written and what was synced.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use crate::storage::Storage;

/// How one operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It fails and nothing of it happened.
    Lost,
    /// It fails and all of it happened.
    Persisted,
}

#[derive(Debug, Default)]
struct State {
    /// What reads see.
    written: Vec<u8>,
    /// What certainly survives.
    synced: Vec<u8>,
    /// Writes since the last sync: offset and bytes; a truncation has no bytes.
    pending: Vec<(u64, Option<Vec<u8>>)>,
    /// Writes, truncations and syncs so far.
    operations: usize,
    fail: Option<(usize, Failure)>,
}

/// A file in memory. Clones are the same file, so that a test keeps one while a journal has the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct FakeFile(Rc<RefCell<State>>);

impl FakeFile {
    /// The operation with this number, counted from 0 over the file's life, fails, and so do all after it.
    pub(crate) fn fail_at(&self, operation: usize, failure: Failure) {
        self.0.borrow_mut().fail = Some((operation, failure));
    }

    pub(crate) fn operations(&self) -> usize {
        self.0.borrow().operations
    }

    /// The file after a power cut: all that was synced, and of each write since then as many of its bytes,
    /// in 16-byte pieces, as `survives` says, piece by piece.
    pub(crate) fn crash(&self, mut survives: impl FnMut() -> bool) -> Self {
        let state = self.0.borrow();
        let mut image = state.synced.clone();
        for (offset, bytes) in &state.pending {
            let offset = usize::try_from(*offset).unwrap();
            match bytes {
                None if survives() => image.truncate(offset),
                None => {}
                Some(bytes) => {
                    for (piece, chunk) in bytes.chunks(16).enumerate() {
                        if survives() {
                            write(&mut image, offset + piece * 16, chunk);
                        }
                    }
                }
            }
        }
        Self::holding(image)
    }

    pub(crate) fn holding(image: Vec<u8>) -> Self {
        Self(Rc::new(RefCell::new(State { written: image.clone(), synced: image, ..State::default() })))
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.borrow().written.clone()
    }

    fn operate(&self, act: impl FnOnce(&mut State)) -> io::Result<()> {
        let mut state = self.0.borrow_mut();
        let number = state.operations;
        state.operations += 1;
        match state.fail {
            Some((at, _)) if number > at => Err(io::Error::other("no power")),
            Some((at, Failure::Lost)) if number == at => Err(io::Error::other("lost")),
            Some((at, Failure::Persisted)) if number == at => {
                act(&mut state);
                Err(io::Error::other("reported lost"))
            }
            _ => {
                act(&mut state);
                Ok(())
            }
        }
    }
}

fn write(image: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    if image.len() < offset + bytes.len() {
        image.resize(offset + bytes.len(), 0);
    }
    image[offset..offset + bytes.len()].copy_from_slice(bytes);
}

impl Storage for FakeFile {
    fn size(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.0.borrow().written.len()).unwrap())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let state = self.0.borrow();
        let offset = usize::try_from(offset).unwrap();
        let bytes = state.written.get(offset..offset + buffer.len());
        buffer.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.operate(|state| {
            write(&mut state.written, usize::try_from(offset).unwrap(), bytes);
            state.pending.push((offset, Some(bytes.to_vec())));
        })
    }

    fn truncate(&mut self, size: u64) -> io::Result<()> {
        self.operate(|state| {
            state.written.truncate(usize::try_from(size).unwrap());
            state.pending.push((size, None));
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.operate(|state| {
            state.synced.clone_from(&state.written);
            state.pending.clear();
        })
    }
}
