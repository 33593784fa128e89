//! One field or group of a message as the rulebook's type. The walk has checked lengths, presences and values;
//! checking again costs nothing and cannot panic.

use alloc::vec::Vec;

use custody::fact::{DeviceKey, Key};
use custody::movement::Act;
use custody_proto::v1;

use crate::canonical::{DecodeError, Problem};
use crate::key::PublicKey;

/// A rule beyond the encoding is broken.
pub(super) fn broken(rule: &'static str) -> DecodeError {
    DecodeError { message: "Statement", field: "fact", offset: 0, problem: Problem::Rule(rule) }
}

/// An id or a digest. The walk has checked its length; checking again costs nothing and cannot panic.
pub(super) fn id<'a, T: TryFrom<&'a [u8]>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    T::try_from(bytes).map_err(|_| broken("length of an id"))
}

pub(super) fn optional_id<'a, T: TryFrom<&'a [u8]>>(
    bytes: Option<&'a Vec<u8>>,
) -> Result<Option<T>, DecodeError> {
    bytes.map(|bytes| id(bytes)).transpose()
}

pub(super) fn bytes<const N: usize>(bytes: &[u8]) -> Result<[u8; N], DecodeError> {
    bytes.try_into().map_err(|_| broken("length of a field"))
}

/// A group that the walk has found to stand.
pub(super) fn group<T>(group: Option<T>) -> Result<T, DecodeError> {
    group.ok_or_else(|| broken("a group is missing"))
}

pub(super) fn act(act: Option<v1::Act>) -> Result<Act, DecodeError> {
    let act = group(act)?;
    Ok(Act { person: id(&act.person)?, session: id(&act.session)? })
}

pub(super) fn optional_act(witness: Option<v1::Act>) -> Result<Option<Act>, DecodeError> {
    witness.map(|witness| act(Some(witness))).transpose()
}

/// Ed25519 alone, and only keys that may be enrolled: canonical, not of small order, torsion-free.
pub(super) fn key(message: Option<v1::PublicKey>) -> Result<Key, DecodeError> {
    let message = group(message)?;
    if message.algorithm != i32::from(v1::Algorithm::Ed25519) {
        return Err(broken("the algorithm of a key is not accepted by this version"));
    }
    let key = PublicKey::enrol(&message.key).map_err(|_| broken("a key is not fit to be enrolled"))?;
    Ok(Key { id: key.id(), bytes: *key.as_bytes() })
}

pub(super) fn device_key(message: v1::DeviceKey) -> Result<DeviceKey, DecodeError> {
    Ok(DeviceKey { device: id(&message.device)?, key: key(message.key)? })
}
