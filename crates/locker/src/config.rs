//! The configuration of one locker. The doc comments of its fields are the manual.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use civil_time::Zone;
use custody::id::CompartmentId;
use ledger_format::note::VerifierKey;
use serde::Deserialize;

use crate::clock::{ClockSettings, SyncSource};
use crate::device::Identity;
use crate::nodes::NodeUrls;

/// The configuration as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    device: String,
    enrolment: String,
    node: NodeUrls,
    ledger_key: String,
    data: PathBuf,
    tls_roots: Option<PathBuf>,
    token_file: Option<PathBuf>,
    hardware: HardwareKind,
    #[serde(default)]
    firmware: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    clock: ClockFile,
    #[serde(default)]
    compartments: Vec<CompartmentFile>,
}

/// The table `clock` of a device's configuration; see [`Config::clock`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockFile {
    source: Option<SyncSource>,
    unsynced_error_us: Option<u64>,
}

impl ClockFile {
    /// With what is usual where nothing is said.
    pub fn settings(self) -> ClockSettings {
        let known = ClockSettings::default();
        ClockSettings {
            source: self.source.unwrap_or(known.source),
            unsynced_error_us: self.unsynced_error_us.unwrap_or(known.unsynced_error_us),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct CompartmentFile {
    id: String,
    label: String,
    #[serde(default)]
    drop_slot: bool,
}

/// Which driver speaks to the doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HardwareKind {
    /// No metal: for training, tests and demonstrations. A device with it must never be registered as a real
    /// locker.
    Simulated,
    /// Desk: no doors at all.
    None,
}

/// One compartment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compartment {
    /// `id`: its id, as registered.
    pub id: CompartmentId,
    /// `label`: as painted on the door.
    pub label: String,
    /// `drop_slot`: it may hold more than one package.
    pub is_drop_slot: bool,
}

/// The configuration of one locker.
#[derive(Debug, Clone)]
pub struct Config {
    /// `device`: the device's UUID. `enrolment`: the leaf hash of the entry that enrolled its key.
    pub identity: Identity,
    /// `node`: base URL of the ledger's node, or a list of them where several serve the ledger; each `https` unless
    /// it is this machine. An upload goes to the node that took the last one, and to the next in the list where that
    /// one does not answer or does not take it.
    pub nodes: NodeUrls,
    /// `ledger_key`: the ledger's verifier key (C2SP vkey); its name is the ledger's origin.
    pub ledger_key: VerifierKey,
    /// `data`: the folder of key and journal; relative to the configuration's own folder.
    pub data: PathBuf,
    /// `tls_roots`: PEM file with the certificates to trust instead of the public ones.
    pub tls_roots: Option<PathBuf>,
    /// `token_file`: file with the bearer token, where the node asks for one.
    pub token_file: Option<PathBuf>,
    /// `hardware`: `simulated` or `none`.
    pub hardware: HardwareKind,
    /// `firmware`: what this device says it runs, when it starts; this program's version if not given.
    pub firmware: String,
    /// `zone`: whose civil time slips give beside UTC, by its name in the IANA database; `Europe/London` if not
    /// given.
    pub zone: Zone,
    /// `clock.source`: whom to ask whether the clock is synchronised: `chrony` (by its command `chronyc`),
    /// `timesyncd` (by systemd's `busctl`), `auto` for the first of them that follows a source, or `none`; `auto`
    /// if not given. `clock.unsynced_error_us`: bound on the error of a clock of which no synchronisation is
    /// known; ten minutes if not given.
    pub clock: ClockSettings,
    /// `compartments`: its doors.
    pub compartments: Vec<Compartment>,
}

/// The configuration is wrong.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It is not TOML, or has a field too many or too few.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// A field has a value that it cannot have.
    #[error("{field}: {problem}")]
    Value {
        /// The field.
        field: String,
        /// What is wrong.
        problem: String,
    },
}

impl Config {
    /// Reads a file; paths in it are relative to its folder.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Io { path: path.to_owned(), source })?;
        Self::parse(&text, path.parent().unwrap_or(Path::new("")))
    }

    /// Reads a text; paths in it are relative to `base`.
    pub fn parse(text: &str, base: &Path) -> Result<Self, ConfigError> {
        let file: Written = toml::from_str(text)?;
        let identity = Identity {
            device: value("device", &file.device)?,
            enrolment: value("enrolment", &file.enrolment)?,
        };
        let mut compartments = Vec::new();
        for (place, compartment) in file.compartments.into_iter().enumerate() {
            let id = value::<CompartmentId>(&format!("compartments[{place}].id"), &compartment.id)?;
            compartments.push(Compartment {
                id,
                label: compartment.label,
                is_drop_slot: compartment.drop_slot,
            });
        }
        let distinct: BTreeSet<_> = compartments.iter().map(|compartment| &compartment.label).collect();
        let ids: BTreeSet<_> = compartments.iter().map(|compartment| compartment.id).collect();
        if distinct.len() != compartments.len() || ids.len() != compartments.len() {
            let problem = "two compartments share an id or a label".to_owned();
            return Err(ConfigError::Value { field: "compartments".to_owned(), problem });
        }
        Ok(Self {
            identity,
            nodes: file.node,
            ledger_key: value("ledger_key", &file.ledger_key)?,
            data: base.join(file.data),
            tls_roots: file.tls_roots.map(|path| base.join(path)),
            token_file: file.token_file.map(|path| base.join(path)),
            hardware: file.hardware,
            firmware: file
                .firmware
                .unwrap_or_else(|| concat!("locker ", env!("CARGO_PKG_VERSION")).to_owned()),
            zone: file.zone.as_deref().map_or_else(|| Ok(Zone::default()), |zone| value("zone", zone))?,
            clock: file.clock.settings(),
            compartments,
        })
    }

    /// The compartment with this label or id.
    pub fn compartment(&self, name: &str) -> Option<&Compartment> {
        self.compartments
            .iter()
            .find(|compartment| compartment.label == name || compartment.id.to_string() == name)
    }
}

/// A field's text as what it means.
pub fn value<T: FromStr>(field: &str, text: &str) -> Result<T, ConfigError>
where
    T::Err: fmt::Display,
{
    text.parse()
        .map_err(|error: T::Err| ConfigError::Value { field: field.to_owned(), problem: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeNode;

    fn text() -> String {
        format!(
            "device = 'd1d1d1d1-d1d1-d1d1-d1d1-d1d1d1d1d1d1'\nenrolment = '{}'\nnode = 'https://ledger.example.test'\n\
             ledger_key = '{}'\ndata = 'data'\nhardware = 'simulated'\n\
             [[compartments]]\nid = 'a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1'\nlabel = 'A1'\n",
            "ee".repeat(32),
            FakeNode::new().key(),
        )
    }

    #[track_caller]
    fn check(from: &str, to: &str, expect: &str) {
        let changed = text().replace(from, to);
        assert_ne!(changed, text());
        let error = Config::parse(&changed, Path::new("/etc")).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn the_node_is_one_url_or_a_list_of_them() {
        let nodes = |text: &str| {
            let config = Config::parse(text, Path::new("/etc")).unwrap();
            config.nodes.iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(nodes(&text()), ["https://ledger.example.test"]);
        let list = "['https://one.example.test', 'https://two.example.test']";
        let several = text().replace("'https://ledger.example.test'", list);
        assert_eq!(nodes(&several), ["https://one.example.test", "https://two.example.test"]);
    }

    #[test]
    fn a_wrong_value_names_its_field() {
        let config = Config::parse(&text(), Path::new("/etc/locker")).unwrap();
        assert_eq!(config.data, Path::new("/etc/locker/data"));
        assert_eq!(config.compartment("A1"), config.compartments.first());
        assert_eq!(config.clock, ClockSettings::default());
        assert_eq!(config.compartment("B9"), None);
        check("d1d1d1d1-", "d1-", "device: length");
        check("ee'", "e'", "enrolment: length");
        check("ledger_key = '", "ledger_key = 'x", "ledger_key: ");
        check("a1a1a1a1-a1a1-", "a1a1a1a1-a1A1-", "compartments[0].id: not lower-case");
        check("label = 'A1'", "lable = 'A1'", "lable");
        check("'simulated'", "'magic'", "magic");
        check("'simulated'", "'simulated'\nclock.source = 'sundial'", "sundial");
        check("hardware = ", "hardwear = ", "hardwear");
        check("node = 'https://ledger.example.test'", "node = []", "node: at least one URL");
        check("node = 'https://ledger.example.test'", "node = 1", "must be a URL or a list of URLs");
        check(
            "data = 'data'",
            "data = 'data'\nzone = 'Europe/Nowhere'",
            "zone: no time zone 'Europe/Nowhere'",
        );
        let twice = "node = ['https://ledger.example.test', 'https://ledger.example.test/']";
        check("node = 'https://ledger.example.test'", twice, "https://ledger.example.test/ stands twice");
        let double =
            "label = 'A1'\n[[compartments]]\nid = 'a2a2a2a2-a1a1-a1a1-a1a1-a1a1a1a1a1a1'\nlabel = 'A1'";
        check("label = 'A1'", double, "share");
    }
}
