//! The command `simulate`: a day at a locker, from a script or typed line by line.
//!
//! What it says is signed by the device and will be uploaded: use a device that is enrolled for training.

use std::io::{self, BufRead, BufReader, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use custody::id::{BootId, CompartmentId, ExhibitId, PersonId};
use custody_proto::v1;
use ledger_format::key::SigningKey;
use locker::act::{Package, Recognised};
use locker::clock::SystemClock;
use locker::collect::Collection;
use locker::config::Config;
use locker::deposit::Deposit;
use locker::device::Device;
use locker::hardware::Alarm;
use locker::nodes::Nodes;
use locker::random;
use locker::simulator::{Fault, Hand, SimulatedClock, Simulator};
use locker::status::{Light, status};
use locker::sync::{Line, sync};
use locker::uplink::HttpUplink;

use crate::{ATTEND, driver, line, open_key};

/// Bound on a simulated clock's error when it is synchronised: that of a server on the other side of a slow line.
const SYNCED_ERROR_US: u64 = 100_000;

const HELP: &str = "\
deposit COMPARTMENT PERSON EXHIBIT SEAL     collect COMPARTMENT PERSON EXHIBIT SEAL
  PERSON and EXHIBIT are UUIDs or any word, which then stands for a fixed one
hand puts GRAMS | takes | nothing | stays | leaves GRAMS     what the person does at the next door
label EXHIBIT | none        the next label read        force COMPARTMENT | shut COMPARTMENT
jam | latch TIMES | power-cut CALLS | stuck COMPARTMENT yes|no|off
wait 90s|10m|3h     step 5s|-5s     unsynchronised | synchronised     restart
attend     sync     status     help     quit";

/// Where the script comes from.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// A file with one command on each line; typed, if not given.
    script: Option<PathBuf>,
}

struct Stage<'a> {
    config: &'a Config,
    device: Option<Device<SigningKey, SimulatedClock>>,
    simulator: Simulator,
    clock: SimulatedClock,
    line: Line<Nodes<HttpUplink>>,
}

pub(crate) fn run(config: &Config, args: &SimulateArgs) -> Result<ExitCode> {
    let machine = SystemClock::new(config.clock)?;
    let clock = driver::standing_clock(&machine)?;
    let simulator = driver::load(config, clock.clone())?;
    let mut stage = Stage { config, device: None, simulator, clock, line: line(config)? };
    stage.start()?;
    let script: Box<dyn BufRead> = match &args.script {
        Some(path) => {
            let file = std::fs::File::open(path).with_context(|| format!("opening {}", path.display()))?;
            Box::new(BufReader::new(file))
        }
        None => Box::new(io::stdin().lock()),
    };
    for (number, text) in (1..).zip(script.lines()) {
        let text = text?;
        let words: Vec<&str> = text.split_whitespace().collect();
        if matches!(words.as_slice(), ["quit"]) {
            break;
        }
        match stage.play(&words) {
            Ok(()) => {}
            // Typed wrongly is said and forgotten; scripted wrongly ends the script.
            Err(error) if args.script.is_none() => eprintln!("{error:#}"),
            Err(error) => return Err(error.context(format!("line {number}: {text}"))),
        }
        io::stdout().flush()?;
    }
    driver::save(config, &stage.simulator)?;
    let light = stage.device.as_ref().map(|device| status(device).light());
    Ok(if light == Some(Light::Red) { ExitCode::from(ATTEND) } else { ExitCode::SUCCESS })
}

impl Stage<'_> {
    fn start(&mut self) -> Result<()> {
        // The old one first: it holds the journal.
        self.device = None;
        let mut device = Device::open(
            &self.config.data,
            open_key(self.config)?,
            self.clock.clone(),
            self.config.identity,
        )?;
        device.start(v1::BootReason::PowerOn, &self.config.firmware)?;
        device.attend(&mut self.simulator)?;
        self.device = Some(device);
        Ok(())
    }

    fn play(&mut self, words: &[&str]) -> Result<()> {
        let Some(device) = &mut self.device else { bail!("the device is not running; type restart") };
        match words {
            [] | ["#", ..] => {}
            ["help"] => tell!("{HELP}"),
            ["deposit", place, person, exhibit, seal] => {
                let package = Package::sealed(ExhibitId(id(exhibit)), seal);
                let at = compartment(self.config, place)?;
                let is_drop_slot = self.config.compartment(place).is_some_and(|place| place.is_drop_slot);
                let request = Deposit { is_drop_slot, ..Deposit::new(at, recognised(person), package) };
                match device.deposit(&mut self.simulator, &request) {
                    Ok(outcome) => tell!("{outcome:?}\n  {}", outcome.instruction()),
                    Err(error) => self.cut(&error)?,
                }
            }
            ["collect", place, person, exhibit, seal] => {
                let package = Package::sealed(ExhibitId(id(exhibit)), seal);
                let at = compartment(self.config, place)?;
                let is_drop_slot = self.config.compartment(place).is_some_and(|place| place.is_drop_slot);
                let request = Collection { is_drop_slot, ..Collection::new(at, recognised(person), package) };
                match device.collect(&mut self.simulator, &request) {
                    Ok(outcome) => tell!("{outcome:?}\n  {}", outcome.instruction()),
                    Err(error) => self.cut(&error)?,
                }
            }
            ["attend"] => match device.attend(&mut self.simulator) {
                Ok(said) => tell!("{} statements", said.len()),
                Err(error) => self.cut(&error)?,
            },
            ["status"] => tell!("{}", status(device)),
            ["sync"] => {
                let result = sync(device, &mut self.line);
                self.line.remarks().iter().for_each(|remark| tell!("{remark}"));
                match result {
                    Ok(report) => tell!("recorded {}, waiting {}", report.recorded, report.waiting),
                    Err(error) => tell!("{error}"),
                }
            }
            ["restart"] => {
                self.clock.restart(BootId(random::uuid()?));
                self.simulator.restore_power();
                self.start()?;
            }
            _ => self.set(words)?,
        }
        Ok(())
    }

    /// What the world does.
    fn set(&mut self, words: &[&str]) -> Result<()> {
        let simulator = &mut self.simulator;
        match words {
            ["hand", "puts", grams] => {
                simulator.hand(Hand::Puts(grams.parse::<u64>()?.saturating_mul(1000)));
            }
            ["hand", "leaves", grams] => {
                simulator.hand(Hand::Leaves(grams.parse::<u64>()?.saturating_mul(1000)));
            }
            ["hand", "takes"] => {
                simulator.hand(Hand::Takes);
            }
            ["hand", "nothing"] => {
                simulator.hand(Hand::Nothing);
            }
            ["hand", "stays"] => {
                simulator.hand(Hand::Stays);
            }
            ["label", "none"] => {
                simulator.label(None);
            }
            ["label", label] => {
                simulator.label(Some(id(label)));
            }
            ["force", place] => simulator.alarm(Alarm::DoorForced(compartment(self.config, place)?)),
            ["shut", place] => simulator.push_shut(compartment(self.config, place)?),
            ["jam"] => simulator.fault(Fault::LockJams),
            ["latch", times] => simulator.fault(Fault::DoorWillNotLatch(times.parse()?)),
            ["power-cut", calls] => simulator.fault(Fault::PowerCutAfter(calls.parse()?)),
            ["stuck", place, how] => {
                let how = match *how {
                    "yes" => Some(true),
                    "no" => Some(false),
                    "off" => None,
                    _ => bail!("yes, no or off"),
                };
                simulator.fault(Fault::PresenceStuck(compartment(self.config, place)?, how));
            }
            ["wait", time] => self.clock.advance(microseconds(time)?.unsigned_abs()),
            ["step", time] => self.clock.step(microseconds(time)?),
            ["synchronised"] => self.clock.set_synchronised(true, SYNCED_ERROR_US),
            ["unsynchronised"] => self.clock.set_synchronised(false, self.config.clock.unsynced_error_us),
            _ => bail!("no such command; type help"),
        }
        Ok(())
    }

    /// The power went in the middle: the device is gone until it is restarted.
    fn cut(&mut self, error: &dyn std::error::Error) -> Result<()> {
        self.device = None;
        tell!("{error}; restarting");
        self.simulator.restore_power();
        self.clock.restart(BootId(random::uuid()?));
        self.start()
    }
}

fn recognised(person: &str) -> Recognised {
    Recognised { person: PersonId(id(person)), method: v1::AuthenticationMethod::CardAndPin }
}

fn compartment(config: &Config, name: &str) -> Result<CompartmentId> {
    Ok(config.compartment(name).with_context(|| format!("no compartment {name}"))?.id)
}

/// A UUID as written, or one made from the word, so that scripts can say `alice`.
fn id(word: &str) -> [u8; 16] {
    use sha2::{Digest as _, Sha256};
    word.parse::<ExhibitId>().map_or_else(
        |_| {
            let hash: [u8; 32] = Sha256::digest(word).into();
            let mut id = [0; 16];
            id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
            id
        },
        |id| id.0,
    )
}

/// `90s`, `10m`, `3h`, with or without a minus.
fn microseconds(text: &str) -> Result<i64> {
    let unit = text.chars().last().context("a time such as 90s, 10m or 3h")?;
    let number: i64 = text.trim_end_matches(unit).parse().context("a time such as 90s, 10m or 3h")?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => bail!("a time such as 90s, 10m or 3h"),
    };
    Ok(number.saturating_mul(seconds).saturating_mul(1_000_000))
}
