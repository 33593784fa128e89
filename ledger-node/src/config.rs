//! The configuration: one struct, whose doc comments are the manual. A wrong value fails at start and names
//! its field.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::cluster::TAKE_OVER_AFTER;

/// Longest configuration file in bytes: it has a dozen lines.
const CONFIG_BYTES_MAX: u64 = 64 * 1024;

/// The file given with `--config`, in TOML. Every field may be left out; an unknown one is an error.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of the ledger, its keys, the vault, tokens and the access log.
    pub data: PathBuf,
    /// Address of the cluster that the ledger lies in; without it, it lies in `data`. `data` then holds a mirror of it.
    pub store: Option<StoreAddress>,
    /// How the node is one of several, where `store` is given.
    pub cluster: ClusterConfig,
    /// Address and port to listen on. Without `tls` it must be a loopback address.
    pub listen: SocketAddr,
    /// Certificate and key; without them only this machine is served.
    pub tls: Option<Tls>,
    /// How log lines look, on standard error. Which ones, says `RUST_LOG`, by default `info`.
    pub log: LogFormat,
    /// Whether `POST /v1/statements` needs a bearer token as well, where strangers can reach the port. The
    /// statements' own signatures are checked in any case.
    pub statements_need_token: bool,
    /// Folder in which `POST /v1/archives/…` and `POST /v1/backups/…` put what they make; without it they are
    /// refused. Best on another disk. Backups hold the vault: guard it like `data`.
    pub copies: Option<PathBuf>,
    /// Policy file by which the node judges until the ledger adopts one; without it the documented default.
    pub policy: Option<PathBuf>,
    /// More policy files, or folders of them (`*.toml`): at hand for when two authorities adopt one by its hash.
    pub policies: Vec<PathBuf>,
    /// Seconds from one look at what time alone makes wrong to the next: what is overdue, was not counted, was not
    /// returned, or whose footage is about to lapse. The node says it in the ledger, once.
    pub round_time_s: u64,
    /// Bounds on what clients can make the node do.
    pub limits: Limits,
}

/// The address of a cluster, which may hold a password: it is shown nowhere.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct StoreAddress(String);

/// How a node is one of several over one store.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClusterConfig {
    /// The stream that the ledger lies in, the same for all of its nodes.
    pub stream: String,
    /// User or group of the cluster that may append to the stream: the nodes'.
    pub writer: String,
    /// User or group of the cluster that may read it and no more.
    pub reader: String,
    /// Seconds for which the node that writes may leave no mark before this one takes over.
    pub take_over_after_s: u64,
}

/// Where the certificate lies.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// PEM file with the certificate and those between it and the root.
    pub certificate: PathBuf,
    /// PEM file with its private key.
    pub key: PathBuf,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Bounds on what clients can make the node do. All are at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Largest body in bytes.
    pub body_bytes_max: usize,
    /// Open connections; who comes beyond is turned away before the TLS handshake.
    pub connections_max: usize,
    /// Requests being answered at once; beyond, 503.
    pub requests_max: usize,
    /// Of these, requests with statements and without a token; beyond, 503. Fewer than `requests_max`, so that
    /// a flood of them leaves room for whoever has a token.
    pub submissions_max: usize,
    /// Requests being answered at once for one token; beyond, 429.
    pub requests_per_token_max: usize,
    /// Seconds for TLS handshake, and for the head of a request.
    pub header_time_s: u64,
    /// Seconds from the head of a request to its answer, the body's arrival included; beyond, 503.
    pub request_time_s: u64,
    /// Seconds that open requests have after a signal to stop.
    pub drain_time_s: u64,
    /// Readers of the stream of alerts at once; beyond, 503.
    pub alert_streams_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // 256 statements of a locker's day offline with their openings have about 2 MiB.
            body_bytes_max: 8 * 1024 * 1024,
            // Every locker of a large force at once, and some; each idle one costs about 20 KiB.
            connections_max: 1024,
            // Beyond this many nothing gets faster; bodies of so many fill 2 GiB at the very worst.
            requests_max: 256,
            // Three quarters: appends share one disk, and a quarter is plenty for reading.
            submissions_max: 192,
            // A mirror fetching tiles in parallel; and no token can take the whole node.
            requests_per_token_max: 32,
            // Mobile networks in a rural store: slow, but not this slow.
            header_time_s: 10,
            // An append takes milliseconds; 8 MiB over 3 Mbit/s take 22 s.
            request_time_s: 30,
            // As long as a request may take.
            drain_time_s: 30,
            // Every exhibits officer's page, with one connection and a few kilobytes each.
            alert_streams_max: 64,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            store: None,
            cluster: ClusterConfig::default(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8440)),
            tls: None,
            log: LogFormat::Text,
            statements_need_token: false,
            copies: None,
            policy: None,
            policies: Vec::new(),
            // Days are what it measures; a minute is soon enough, and costs nothing.
            round_time_s: 60,
            limits: Limits::default(),
        }
    }
}

impl Default for ClusterConfig {
    fn default() -> Self {
        Self {
            stream: "custody-ledger".to_owned(),
            writer: "ledger-writer".to_owned(),
            reader: "ledger-reader".to_owned(),
            take_over_after_s: TAKE_OVER_AFTER.as_secs(),
        }
    }
}

impl StoreAddress {
    /// The address in this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// All of it, for whoever connects.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether somebody's password may stand in it.
    pub fn has_credentials(&self) -> bool {
        self.0.contains('@')
    }
}

impl fmt::Debug for StoreAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreAddress(…)")
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is too long to be a configuration.
    #[error("{path} is longer than {CONFIG_BYTES_MAX} bytes, so it is no configuration")]
    Length {
        /// The file.
        path: PathBuf,
    },
    /// It is not TOML of this form.
    #[error("{path}: {source}")]
    Form {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A field's value cannot be used.
    #[error("{field}: {problem}")]
    Field {
        /// Dotted path of the field.
        field: &'static str,
        /// What is wrong and what to do.
        problem: String,
    },
}

impl Config {
    /// Reads the file at `path`. Its values are checked by [`check`](Self::check), once flags have had their
    /// say.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let failed = |source| ConfigError::Read { path: path.to_owned(), source };
        let file = std::fs::File::open(path).map_err(failed)?;
        let mut text = String::new();
        std::io::Read::read_to_string(&mut std::io::Read::take(file, CONFIG_BYTES_MAX + 1), &mut text)
            .map_err(failed)?;
        if u64::try_from(text.len()).is_ok_and(|len| len > CONFIG_BYTES_MAX) {
            return Err(ConfigError::Length { path: path.to_owned() });
        }
        let form = |source| ConfigError::Form { path: path.to_owned(), source: Box::new(source) };
        toml::from_str(&text).map_err(form)
    }

    /// Whether these values can be used together.
    pub fn check(&self) -> Result<(), ConfigError> {
        check_listen(self.listen, self.tls.is_some())?;
        let limits = self.limits;
        check_at_least_one("limits.body_bytes_max", limits.body_bytes_max)?;
        check_at_least_one("limits.connections_max", limits.connections_max)?;
        check_at_least_one("limits.requests_max", limits.requests_max)?;
        check_at_least_one("limits.submissions_max", limits.submissions_max)?;
        check_at_least_one("limits.requests_per_token_max", limits.requests_per_token_max)?;
        check_at_least_one("limits.alert_streams_max", limits.alert_streams_max)?;
        check_seconds("round_time_s", self.round_time_s)?;
        check_seconds("cluster.take_over_after_s", self.cluster.take_over_after_s)?;
        check_seconds("limits.header_time_s", limits.header_time_s)?;
        check_seconds("limits.request_time_s", limits.request_time_s)?;
        check_seconds("limits.drain_time_s", limits.drain_time_s)
    }
}

/// Whether a listener may serve `address`: tokens and openings never cross a network in clear.
pub fn check_listen(address: SocketAddr, has_tls: bool) -> Result<(), ConfigError> {
    if has_tls || address.ip().is_loopback() {
        return Ok(());
    }
    let problem = format!(
        "{address} can be reached from other machines and there is no [tls]; give tls.certificate and tls.key, \
         or listen on 127.0.0.1 or [::1] behind a proxy that speaks TLS"
    );
    Err(ConfigError::Field { field: "listen", problem })
}

/// Longest time limit in seconds: nobody waits longer for an answer, and arithmetic on it cannot overflow.
const TIME_S_MAX: u64 = 3600;

/// Greatest count of a limit: what a semaphore holds.
const COUNT_MAX: usize = 1 << 29;

fn check_at_least_one(field: &'static str, value: usize) -> Result<(), ConfigError> {
    if (1..=COUNT_MAX).contains(&value) {
        return Ok(());
    }
    Err(ConfigError::Field { field, problem: format!("{value} is not from 1 to {COUNT_MAX}") })
}

fn check_seconds(field: &'static str, value: u64) -> Result<(), ConfigError> {
    if (1..=TIME_S_MAX).contains(&value) {
        return Ok(());
    }
    Err(ConfigError::Field { field, problem: format!("{value} is not from 1 to {TIME_S_MAX} seconds") })
}

impl Limits {
    /// Time for a handshake, and for a request's head.
    pub fn header_time(&self) -> Duration {
        Duration::from_secs(self.header_time_s)
    }

    /// Time for a request.
    pub fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_time_s)
    }

    /// Time for open requests after a signal to stop.
    pub fn drain_time(&self) -> Duration {
        Duration::from_secs(self.drain_time_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<(), &str>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.toml");
        std::fs::write(&path, text).unwrap();
        let outcome = Config::read(&path).and_then(|config| config.check());
        match (outcome, expect) {
            (Ok(()), Ok(())) => {}
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (outcome, expect) => panic!("{text:?}: {outcome:?}, expected {expect:?}"),
        }
    }

    #[test]
    fn an_empty_file_is_the_default_and_serves_this_machine_only() {
        check("", Ok(()));
        assert!(Config::default().listen.ip().is_loopback());
    }

    #[test]
    fn a_plain_listener_on_any_address_but_loopback_is_refused_by_name() {
        check("listen = '0.0.0.0:8440'", Err("listen: 0.0.0.0:8440 can be reached"));
        check("listen = '[::]:8440'", Err("listen: "));
        check("listen = '192.0.2.1:8440'", Err("listen: "));
        check("listen = '[::1]:8440'", Ok(()));
        check("listen = '0.0.0.0:8440'\n[tls]\ncertificate = 'c.pem'\nkey = 'k.pem'", Ok(()));
    }

    #[test]
    fn the_example_names_every_field_with_its_default() {
        let example = include_str!("../node.example.toml");
        let set = example.replace("\n#: ", "\n");
        let config: Config = toml::from_str(&set).unwrap();
        let named = config.tls.is_some() && config.copies.is_some() && config.policy.is_some();
        assert!(named && !config.policies.is_empty(), "the example names what has no default too");
        assert!(config.store.is_some());
        let unset =
            Config { store: None, tls: None, copies: None, policy: None, policies: Vec::new(), ..config };
        assert_eq!(unset, Config::default());
        assert_eq!(toml::from_str::<Config>(example).unwrap(), Config::default());
        for field in ["log", "statements_need_token", "round_time_s", "take_over_after_s"]
            .into_iter()
            .chain(LIMIT_FIELDS)
        {
            assert!(example.contains(&format!("\n{field} = ")), "{field}");
        }
    }

    const LIMIT_FIELDS: [&str; 9] = [
        "body_bytes_max",
        "connections_max",
        "requests_max",
        "submissions_max",
        "requests_per_token_max",
        "header_time_s",
        "request_time_s",
        "drain_time_s",
        "alert_streams_max",
    ];

    #[test]
    fn an_unknown_or_wrong_field_is_refused_by_name() {
        check("listne = '127.0.0.1:1'", Err("listne"));
        check("listen = 'here'", Err("listen"));
        check("log = 'xml'", Err("log"));
        check("[tls]\ncertificate = 'c.pem'", Err("key"));
        check("[limits]\nbody_bytes_max = 0", Err("limits.body_bytes_max: 0 is not from 1"));
        check("[limits]\nrequest_time_s = 86400", Err("limits.request_time_s: 86400"));
        check("[limits]\nconections_max = 1", Err("conections_max"));
    }
}
