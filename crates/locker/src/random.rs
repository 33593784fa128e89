//! Random bytes from the operating system: seeds, salts and ids.

/// The operating system had no random bytes to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes from the operating system: {0}")]
pub struct RandomError(getrandom::Error);

/// `N` bytes that nobody can guess.
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(RandomError)?;
    Ok(bytes)
}

/// A random UUID (RFC 9562 version 4), for a provisional exhibit, a package or a run.
pub fn uuid() -> Result<[u8; 16], RandomError> {
    let mut uuid = bytes::<16>()?;
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut uuid;
    *version = *version & 0x0f | 0x40;
    *variant = *variant & 0x3f | 0x80;
    Ok(uuid)
}

#[cfg(test)]
mod tests {
    use custody::id::ExhibitId;

    #[test]
    fn a_random_uuid_says_that_it_is_one() {
        let (one, two) = (super::uuid().unwrap(), super::uuid().unwrap());
        assert_ne!(one, two);
        let text = ExhibitId(one).to_string();
        assert_eq!(text.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&text.as_bytes()[19]));
    }
}
