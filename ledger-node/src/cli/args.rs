//! The arguments. Their doc comments are what `--help` prints.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use clap::{Parser, Subcommand};
use custody::id::{CaseId, DeviceId, Digest, ExhibitId};
use disclosure::profile::Profile;
use ledger_format::key::PublicKey;
use ledger_node::config::{Config, StoreAddress};
use ledger_node::genesis::AuthorityKey;
use ledger_node::token::{LABEL_BYTES_MAX, Scope, is_label};

/// Where the address of a cluster may stand with its password.
const STORE_VARIABLE: &str = "CUSTODY_STORE";

/// A ledger node: records what devices of an exhibit store sign, and answers with receipts.
///
/// Exit status: 0 done; 1 not done, and standard error says why; 2 the command line is wrong; 3 a node has
/// declined a statement.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// Configuration file (TOML). Every field has a default.
    #[arg(long, env = "CUSTODY_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// Folder of the ledger; overrides `data` of the configuration.
    #[arg(long, env = "CUSTODY_DATA", global = true)]
    data: Option<PathBuf>,
    /// Cluster that the ledger lies in, as `kurrentdb://HOST:PORT,…`; overrides `store` of the configuration. Put user and
    /// password into `CUSTODY_STORE` instead: the list of processes shows what stands here.
    #[arg(long, global = true)]
    store: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// The configuration, with the flags in place of its values.
    pub(crate) fn config(&self) -> Result<Config> {
        let mut config = self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read)?;
        if let Some(data) = &self.data {
            config.data.clone_from(data);
        }
        let given = std::env::var(STORE_VARIABLE).ok().filter(|address| !address.is_empty());
        if let Some(address) = given {
            config.store = Some(StoreAddress::new(address));
        }
        if let Some(address) = self.store.as_deref().map(StoreAddress::new) {
            ensure!(
                !address.has_credentials(),
                "--store: user and password do not belong on the command line, where the list of processes shows them; \
                 give the whole address in {STORE_VARIABLE} or in the configuration"
            );
            config.store = Some(address);
        }
        Ok(config)
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new ledger in an empty data folder.
    Init(Init),
    /// Run the node.
    Serve(Serve),
    /// Move the ledger between the data folder and the cluster that `store` names, and close the store that it leaves.
    Migrate(Migrate),
    /// Print the trust file: what a verifier must be given by another way than the ledger itself.
    Trust,
    /// Write the ledger out for others.
    #[command(subcommand)]
    Export(Export),
    /// Make a bundle that proves the history of an exhibit, or of every exhibit of a case, complete and redacted.
    Disclose(Disclose),
    /// Have one of several nodes over one cluster write from now on, whichever did before.
    TakeOver(NodeArgs),
    /// Back up the data of the node; the keys are not in it.
    Backup(Copy),
    /// Make a backup the data of a node again. Keys are put there by hand.
    Restore {
        /// The backup.
        from: PathBuf,
        /// The data folder, in which no ledger may be.
        to: PathBuf,
    },
    /// Bearer tokens.
    #[command(subcommand)]
    Token(Token),
    /// Print the newest lines of the access log.
    Access {
        /// How many.
        #[arg(long, default_value_t = 100)]
        count: u32,
    },
    /// The vault of openings.
    #[command(subcommand)]
    Vault(Vault),
    /// An authority's own key, on an administrator's machine.
    #[command(subcommand)]
    Authority(Authority),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// The ledger's name for ever, as a schema-less URL: `ledger.example.police.uk/exhibits`.
    #[arg(long)]
    pub(crate) origin: String,
    /// An authority as `authority new` prints it, `<device id>:<public key in hex>`. At least two.
    #[arg(long = "authority", required = true, value_parser = parse_authority)]
    pub(crate) authorities: Vec<AuthorityKey>,
    /// Where to write the trust file as well.
    #[arg(long)]
    pub(crate) trust_out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Address and port; overrides `listen` of the configuration. Port 0 takes a free one and the log says
    /// which.
    #[arg(long, env = "CUSTODY_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// A signed checkpoint of this ledger that somebody else holds: the node refuses to start from behind it.
    #[arg(long)]
    pub(crate) known: Vec<PathBuf>,
    /// Of several nodes over one cluster, be the one that writes, at once and whoever wrote before. Without it the node stands
    /// by until none has written for a while.
    #[arg(long)]
    pub(crate) take_over: bool,
}

/// The node must not be running. What was interrupted is done by doing it again.
#[derive(Debug, clap::Args)]
pub(crate) struct Migrate {
    /// Where the ledger goes.
    #[arg(long)]
    pub(crate) to: Destination,
    /// The cluster is lost and will never be started again: the ledger goes on in the data folder's mirror, and what only the
    /// cluster had is lost. If it is started again all the same, there are two histories.
    #[arg(long)]
    pub(crate) cluster_is_lost: bool,
    /// A signed checkpoint of this ledger that somebody else holds: a mirror that is behind it is not gone on in.
    #[arg(long, requires = "cluster_is_lost")]
    pub(crate) known: Vec<PathBuf>,
}

/// Where a ledger goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Destination {
    /// From the data folder into the cluster.
    Cluster,
    /// From the cluster into the data folder, where a mirror of it is.
    Folder,
}

/// Writing the ledger out.
#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// The whole ledger as a C2SP tlog-tiles tree, for `verifier audit`.
    Archive(Copy),
}

/// A copy, made by a running node or of one that is not running.
#[derive(Debug, clap::Args)]
pub(crate) struct Copy {
    /// Folder to make. With --node: the copy's name (a to z, 0 to 9 and hyphen), which the node puts into its
    /// folder for copies. Without: the node must not be running, and it is started for as long as this takes.
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) node: NodeArgs,
}

/// A bundle. That it was asked for and handed out is recorded in the ledger and in the access log.
#[derive(Debug, clap::Args)]
pub(crate) struct Disclose {
    /// Every exhibit of this case.
    #[arg(long, conflicts_with = "exhibit", required_unless_present = "exhibit")]
    pub(crate) case: Option<CaseId>,
    /// This exhibit, and what hangs together with it.
    #[arg(long)]
    pub(crate) exhibit: Option<ExhibitId>,
    /// For whom: defence, cps or internal.
    #[arg(long)]
    pub(crate) profile: Profile,
    /// The recipient's name. The ledger holds a commitment to it; the name goes to the vault.
    #[arg(long)]
    pub(crate) recipient: String,
    /// The file to make: FILE.zip. Nothing may be there.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// A file of decisions about single fields: what is withheld, each with its basis, and what is disclosed.
    #[arg(long)]
    pub(crate) decisions: Option<PathBuf>,
    /// Make the bundle again as of a ledger of so many entries, as printed when it was first made.
    #[arg(long)]
    pub(crate) at: Option<u64>,
    /// The same, under a checkpoint that witnesses and auditors have cosigned.
    #[arg(long, value_name = "FILE")]
    pub(crate) cosigned: Option<PathBuf>,
    /// Who asks, for the access log; with --node it is the token's name.
    #[arg(long = "as", default_value = "operator")]
    pub(crate) who: String,
    #[command(flatten)]
    pub(crate) node: NodeArgs,
}

/// How to reach a running node, or the nodes of one ledger.
#[derive(Debug, clap::Args)]
pub(crate) struct NodeArgs {
    /// Address of a running node: `https://ledger.example.police.uk`. Where several serve the ledger it may be given for
    /// each: they are asked in this order, until one is not a standby and can be reached. In the environment: with commas.
    #[arg(long = "node", env = "CUSTODY_NODE", value_name = "NODE", value_delimiter = ',')]
    pub(crate) nodes: Vec<String>,
    /// Bearer token for it. In the environment it does not show in the list of processes.
    #[arg(long, env = "CUSTODY_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// PEM file of the certificate authority that vouches for the node, if no public one does.
    #[arg(long, env = "CUSTODY_CA")]
    pub(crate) ca: Option<PathBuf>,
}

impl NodeArgs {
    /// Whether a running node is to be asked.
    pub(crate) fn is_given(&self) -> bool {
        !self.nodes.is_empty()
    }
}

/// Bearer tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token and print it, once.
    Add {
        /// What it allows: read, write or operate; each allows what the ones before it allow.
        #[arg(long)]
        scope: Scope,
        /// Who or what gets it; it stands in the access log. Never used twice.
        #[arg(long = "name")]
        label: String,
        /// Days until it ends.
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..=36_500))]
        expires: Option<u64>,
    },
    /// List all tokens ever made.
    List,
    /// End a token at once.
    Revoke {
        /// Its name.
        #[arg(long = "name")]
        label: String,
    },
}

/// The vault.
#[derive(Debug, Subcommand)]
pub(crate) enum Vault {
    /// Print what a statement's commitments open to. The access log gets a line first.
    Show {
        /// SHA-256 of the statement.
        statement: Digest,
        /// Who asks, for the access log.
        #[arg(long = "as", value_parser = parse_who)]
        who: String,
    },
    /// Destroy openings for good: of one statement, or of a case. The ledger records it first; under a legal hold it is
    /// refused. Without --node the node must not be running, and it is started for as long as this takes.
    Erase(Erase),
    /// Take in what another node of the ledger was sent: the openings in its vault, and its evidence. The node must not be
    /// running. Both files of that vault must lie in the folder: that of a backup, and beside it the copy of its keys.
    TakeIn {
        /// The folder.
        from: PathBuf,
        /// Who does it, for the access log.
        #[arg(long = "as", value_parser = parse_who)]
        who: String,
    },
    /// Copy the key file, with the node running or not: the vault opens with nothing else. Keep the copy apart from every
    /// backup, and replace it after each erasure.
    CopyKeys {
        /// File to make.
        to: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Erase {
    /// SHA-256 of the statement.
    #[arg(long, required_unless_present = "case", conflicts_with = "case")]
    pub(crate) statement: Option<Digest>,
    /// The field of that statement; all of its fields if not given.
    #[arg(long, requires = "statement")]
    pub(crate) field: Option<String>,
    /// The case, with everything that is kept of it and of its exhibits.
    #[arg(long)]
    pub(crate) case: Option<CaseId>,
    /// Who decided it, and under what. The ledger commits to it; the text lies in the vault.
    #[arg(long)]
    pub(crate) authority: String,
    /// Who does it, for the access log.
    #[arg(long = "as", value_parser = parse_who)]
    pub(crate) who: String,
    #[command(flatten)]
    pub(crate) node: NodeArgs,
}

/// An authority.
#[derive(Debug, Subcommand)]
pub(crate) enum Authority {
    /// Make a key and print what `init --authority` wants.
    New {
        /// File of the key; its chain is kept beside it.
        key: PathBuf,
    },
    /// Print who it is, and what waits to be sent.
    Show {
        /// File of the key.
        key: PathBuf,
    },
    /// Sign a fact in JSON, `{"<fact>": {…}}`, and send it, or print it for `curl`.
    Sign {
        /// File of the key.
        key: PathBuf,
        /// File of the fact. A text to be committed to stands as `{"value": "…"}`.
        fact: PathBuf,
        #[command(flatten)]
        sending: Sending,
    },
    /// Sign that this authority agrees to another's statement, and send it, or print it.
    Approve {
        /// File of the key.
        key: PathBuf,
        /// SHA-256 of the statement.
        statement: Digest,
        #[command(flatten)]
        sending: Sending,
    },
    /// Send again what was signed and not yet answered.
    Send {
        /// File of the key.
        key: PathBuf,
        #[command(flatten)]
        sending: Sending,
    },
}

/// Which ledger, and how to reach its node.
#[derive(Debug, clap::Args)]
pub(crate) struct Sending {
    /// The ledger's trust file, by which the authority joins it; needed for its first statement.
    #[arg(long)]
    pub(crate) trust: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) node: NodeArgs,
}

fn parse_who(text: &str) -> Result<String> {
    ensure!(is_label(text), "1 to {LABEL_BYTES_MAX} printable ASCII characters without spaces around");
    Ok(text.to_owned())
}

fn parse_authority(text: &str) -> Result<AuthorityKey> {
    let (device, key) = text.split_once(':').context("must be <device id>:<public key in hex>")?;
    let device: DeviceId =
        device.parse().context("the device id before the colon is not a lower-case UUID")?;
    let key = hex::decode(key).ok().context("the public key after the colon is not hexadecimal")?;
    let key = PublicKey::enrol(&key).context("the public key after the colon is unusable")?;
    Ok(AuthorityKey { device, key })
}
