//! Lockers that speak: each with its key, its chain and the visits to its one compartment.

use std::collections::VecDeque;

use custody::id::{BootId, DeviceId, Digest};
use custody_proto::v1;
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_node::clock::{Clock as _, SetClock};

use crate::acts::{Act, Visit, id, visit};

/// A day in 2027, at noon: every clock stands there.
pub(crate) const NOON_US: u64 = 1_800_014_400_000_000;

/// A locker, or anybody else with a key and a chain.
pub(crate) struct Speaker {
    pub(crate) chain: DeviceChain,
    pub(crate) key: SigningKey,
    pub(crate) compartment: [u8; 16],
    visits: u64,
    deposited: Option<Digest>,
    signed: VecDeque<Envelope>,
}

impl Speaker {
    /// Speaker `number`, whose key took effect at an entry.
    pub(crate) fn new(number: u64, enrolment: Digest) -> Self {
        let device = DeviceId(id(0xd0, number));
        let seed = [id(0x5e, number), id(0xed, number)].concat();
        Self {
            chain: DeviceChain::new(device, enrolment),
            key: SigningKey::from_seed(seed.as_slice().try_into().expect("twice 16 bytes")),
            compartment: id(0xc0, number),
            visits: 0,
            deposited: None,
            signed: VecDeque::new(),
        }
    }

    /// Signs a fact as its next statement.
    pub(crate) fn say(&mut self, fact: v1::statement::Fact) -> (Envelope, Digest) {
        say(&mut self.chain, &self.key, fact, None)
    }

    /// Its next `count` statements: in turns, an exhibit is deposited by one person and collected by another.
    pub(crate) fn speak(&mut self, count: usize) -> Vec<Envelope> {
        while self.signed.len() < count {
            self.visit();
        }
        self.signed.drain(..count).collect()
    }

    fn visit(&mut self) {
        let act = if self.deposited.is_none() { Act::Deposit } else { Act::Collect };
        let number = u128::from_be_bytes(self.compartment) << 32 | u128::from(self.visits / 2);
        let stood = Visit {
            person: id(1, self.visits),
            compartment: self.compartment,
            exhibit: number.to_be_bytes(),
            close_counter: self.visits,
            follows: self.deposited,
        };
        let (chain, key, signed) = (&mut self.chain, &self.key, &mut self.signed);
        let mut say = |fact, follows| {
            let (envelope, hash) = say(chain, key, fact, follows);
            signed.push_back(envelope);
            hash
        };
        let said = visit(&mut say, stood, act);
        self.deposited = matches!(act, Act::Deposit).then_some(said);
        self.visits += 1;
    }
}

fn say(
    chain: &mut DeviceChain,
    key: &SigningKey,
    fact: v1::statement::Fact,
    follows: Option<Digest>,
) -> (Envelope, Digest) {
    let time = SetClock::new(NOON_US).read().to_message(BootId([7; 16]));
    chain.say(Saying::new(fact, time).following(follows), key).expect("what is said can be read")
}
