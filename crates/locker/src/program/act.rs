//! The commands `deposit` and `collect`.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use custody::id::{Digest, ExhibitId, PackageId, PersonId};
use custody_proto::v1;
use locker::act::{Package, Recognised};
use locker::collect::{Collection, CollectionOutcome};
use locker::config::Config;
use locker::deposit::{Deposit, DepositOutcome};
use locker::random;
use locker::slip::slip_of;

use crate::{ATTEND, MachineDevice, driver, open};

/// Who acts on what, and where.
#[derive(Debug, Args)]
pub(crate) struct ActArgs {
    /// The compartment, by its label or id.
    #[arg(long)]
    compartment: String,
    /// Whose card was recognised.
    #[arg(long)]
    person: PersonId,
    /// The second person's card.
    #[arg(long)]
    witness: Option<PersonId>,
    /// The package needs two people.
    #[arg(long)]
    needs_witness: bool,
    /// An exhibit in the package; may be repeated. None: a new provisional one.
    #[arg(long = "exhibit")]
    exhibits: Vec<ExhibitId>,
    /// The package's own id.
    #[arg(long)]
    package: Option<PackageId>,
    /// The seal's number. None: the package counts as unsealed.
    #[arg(long)]
    seal: Option<String>,
    /// The id on the label, as the simulated reader reads it. None: it cannot be read.
    #[arg(long)]
    label: Option<ExhibitId>,
    /// The custody statement that this act continues, from the slip.
    #[arg(long)]
    follows: Option<Digest>,
    /// Where it goes (collections only).
    #[arg(long)]
    destination: Option<String>,
    /// The statement that authorised the collection.
    #[arg(long)]
    authority: Option<Digest>,
}

impl ActArgs {
    fn recognised(person: PersonId) -> Recognised {
        Recognised { person, method: v1::AuthenticationMethod::CardAndPin }
    }

    fn package(&self) -> Result<Package> {
        let mut exhibits = self.exhibits.clone();
        if exhibits.is_empty() {
            exhibits.push(ExhibitId(random::uuid()?));
        }
        let closure = if self.seal.is_some() { v1::Closure::Sealed } else { v1::Closure::Unsealed };
        Ok(Package { exhibits, package: self.package, closure, seal: self.seal.clone() })
    }

    fn condition(&self) -> v1::SealCondition {
        if self.seal.is_some() { v1::SealCondition::Intact } else { v1::SealCondition::Absent }
    }
}

pub(crate) fn deposit(config: &Config, args: &ActArgs) -> Result<ExitCode> {
    let place = config.compartment(&args.compartment).context("no such compartment at this locker")?;
    let mut device = started(config)?;
    let mut simulator = driver::load(config, driver::standing_clock(device.clock())?)?;
    simulator.label(args.label.map(|label| label.0));
    let request = Deposit {
        is_drop_slot: place.is_drop_slot,
        witness: args.witness.map(ActArgs::recognised),
        needs_witness: args.needs_witness,
        condition: args.condition(),
        follows: args.follows,
        ..Deposit::new(place.id, ActArgs::recognised(args.person), args.package()?)
    };
    device.attend(&mut simulator)?;
    let outcome = device.deposit(&mut simulator, &request);
    driver::save(config, &simulator)?;
    let outcome = outcome?;
    tell!("{}\n", outcome.instruction());
    match outcome {
        DepositOutcome::Deposited { statement } => print_slip(config, &device, statement),
        _ => Ok(ExitCode::from(ATTEND)),
    }
}

pub(crate) fn collect(config: &Config, args: &ActArgs) -> Result<ExitCode> {
    let place = config.compartment(&args.compartment).context("no such compartment at this locker")?;
    let mut device = started(config)?;
    let mut simulator = driver::load(config, driver::standing_clock(device.clock())?)?;
    simulator.label(args.label.map(|label| label.0));
    let request = Collection {
        is_drop_slot: place.is_drop_slot,
        witness: args.witness.map(ActArgs::recognised),
        needs_witness: args.needs_witness,
        condition: args.condition(),
        follows: args.follows,
        destination: args.destination.clone(),
        authority: args.authority,
        ..Collection::new(place.id, ActArgs::recognised(args.person), args.package()?)
    };
    device.attend(&mut simulator)?;
    let outcome = device.collect(&mut simulator, &request);
    driver::save(config, &simulator)?;
    let outcome = outcome?;
    tell!("{}\n", outcome.instruction());
    match outcome {
        CollectionOutcome::Collected { statement } => print_slip(config, &device, statement),
        CollectionOutcome::CollectedOtherLabel { statement, .. } => {
            print_slip(config, &device, statement)?;
            Ok(ExitCode::from(ATTEND))
        }
        _ => Ok(ExitCode::from(ATTEND)),
    }
}

fn started(config: &Config) -> Result<MachineDevice> {
    let mut device = open(config)?;
    device.start(v1::BootReason::PowerOn, &config.firmware)?;
    Ok(device)
}

fn print_slip(config: &Config, device: &MachineDevice, statement: Digest) -> Result<ExitCode> {
    tell!("{}", slip_of(device, statement, config.ledger_key.name(), &config.zone)?.to_text()?);
    Ok(ExitCode::SUCCESS)
}
