//! The configuration of one recorder. The doc comments of its fields are the manual.

mod camera;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use custody::id::{CameraId, SiteId};
use ledger_format::note::VerifierKey;
use locker::clock::ClockSettings;
use locker::config::{ClockFile, ConfigError, value};
use locker::device::Identity;
use locker::nodes::NodeUrls;
use serde::Deserialize;

pub use self::camera::{Camera, OnvifFile, SourceFile};

use self::camera::CameraFile;

/// Microseconds in a second.
const S: u64 = 1_000_000;

/// The most cameras of one recorder: one program hashes what a few of them record, no more.
const CAMERAS_MAX: usize = 64;

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
    firmware: Option<String>,
    #[serde(default)]
    clock: ClockFile,
    #[serde(default = "default_poll_s")]
    poll_s: u64,
    #[serde(default = "default_full_look_s")]
    full_look_s: u64,
    #[serde(default = "default_rehash_mib")]
    rehash_mib: u64,
    site: String,
    cameras: Vec<CameraFile>,
}

fn default_poll_s() -> u64 {
    5
}

fn default_full_look_s() -> u64 {
    600
}

fn default_rehash_mib() -> u64 {
    256
}

/// The configuration of one recorder.
#[derive(Debug, Clone)]
pub struct Config {
    /// `device`: the device's UUID. `enrolment`: the leaf hash of the entry that enrolled its key.
    pub identity: Identity,
    /// `node`: base URL of the ledger's node, or a list of them where several serve it; `https` unless it is this machine.
    pub nodes: NodeUrls,
    /// `ledger_key`: the ledger's verifier key (C2SP vkey); its name is the ledger's origin.
    pub ledger_key: VerifierKey,
    /// `data`: the folder of key, journal and preserved footage; relative to the configuration's own folder.
    pub data: PathBuf,
    /// `tls_roots`: PEM file with the certificates to trust instead of the public ones.
    pub tls_roots: Option<PathBuf>,
    /// `token_file`: file with the bearer token, where the node asks for one.
    pub token_file: Option<PathBuf>,
    /// `firmware`: what this device says it runs, when it starts; this program's version if not given.
    pub firmware: String,
    /// `clock`: as in a locker's configuration.
    pub clock: ClockSettings,
    /// `poll_s`: 5; seconds between two quick looks, each with the question what the node wants.
    pub poll: Duration,
    /// `full_look_s`: 600; seconds between two looks at everything that should be held.
    pub full_look_us: u64,
    /// `rehash_mib`: 256; so much of each camera is hashed again in each full look.
    pub hash_bytes_max: u64,
    /// `site`: where the recorder stands. `cameras`: one table each.
    pub cameras: Vec<Camera>,
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
        let site: SiteId = value("site", &file.site)?;
        let mut cameras = Vec::new();
        for (place, camera) in file.cameras.into_iter().enumerate() {
            cameras.push(camera.read(&format!("cameras[{place}]"), site, base)?);
        }
        check_cameras(&cameras)?;
        let firmware = concat!("recorder ", env!("CARGO_PKG_VERSION"));
        Ok(Self {
            identity,
            nodes: file.node,
            ledger_key: value("ledger_key", &file.ledger_key)?,
            data: base.join(file.data),
            tls_roots: file.tls_roots.map(|path| base.join(path)),
            token_file: file.token_file.map(|path| base.join(path)),
            firmware: file.firmware.unwrap_or_else(|| firmware.to_owned()),
            clock: file.clock.settings(),
            poll: Duration::from_secs(file.poll_s.max(1)),
            full_look_us: file.full_look_s.saturating_mul(S),
            hash_bytes_max: file.rehash_mib.saturating_mul(1024 * 1024),
            cameras,
        })
    }

    /// The longest that any of the cameras' files must stay as they are to count as closed.
    pub fn settle(&self) -> Duration {
        let settle_s = self.cameras.iter().map(|camera| match &camera.source {
            SourceFile::Folder { settle_s, .. } | SourceFile::Frigate { settle_s, api: None, .. } => {
                *settle_s
            }
            SourceFile::Frigate { .. } | SourceFile::Moonfire { .. } => 0,
        });
        Duration::from_secs(settle_s.max().unwrap_or(0))
    }
}

fn check_cameras(cameras: &[Camera]) -> Result<(), ConfigError> {
    let wrong = |problem: String| Err(ConfigError::Value { field: "cameras".to_owned(), problem });
    let ids: BTreeSet<CameraId> = cameras.iter().map(|camera| camera.rules.camera).collect();
    if ids.len() != cameras.len() {
        return wrong("two cameras share an id".to_owned());
    }
    if cameras.is_empty() || cameras.len() > CAMERAS_MAX {
        return wrong(format!("{} cameras; at least one and at most {CAMERAS_MAX}", cameras.len()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "device = 'd1d1d1d1-d1d1-d1d1-d1d1-d1d1d1d1d1d1'\n\
        enrolment = 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'\n\
        node = 'https://ledger.example.test'\ndata = 'data'\nsite = '51515151-5151-5151-5151-515151515151'\n\
        ledger_key = 'LEDGER'\n\
        [[cameras]]\nid = 'ca010101-0101-0101-0101-010101010101'\nfrozen_frame_bytes = 60\n\
        source = { kind = 'folder', path = '/video/1', pattern = '%Y%m%d%H%M%S.mp4' }\n\
        [[cameras]]\nid = 'ca020202-0202-0202-0202-020202020202'\n\
        source = { kind = 'frigate', camera = 'yard', recordings = 'recordings' }\n\
        onvif = { url = 'http://nvr.example.test/search', recording = 'R1', track = 'V1' }\n";

    fn text() -> String {
        let key = ledger_format::note::NoteSigner::new(
            "ledger.example.test/custody",
            ledger_format::key::SigningKey::from_seed(&[9; 32]),
        );
        TEXT.replace("LEDGER", &key.unwrap().verifier().to_string())
    }

    #[track_caller]
    fn check(from: &str, to: &str, expect: &str) {
        let changed = text().replace(from, to);
        assert_ne!(changed, text());
        let error = Config::parse(&changed, Path::new("/etc")).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn what_is_not_said_is_what_the_manual_says() {
        let config = Config::parse(&text(), Path::new("/etc/recorder")).unwrap();
        let [first, second] = config.cameras.as_slice() else { panic!("two cameras") };
        assert_eq!(first.rules.retention_us, 31 * 86_400 * S);
        assert_eq!((first.rules.period_us, first.rules.frozen_frame_bytes), (60 * S, 60));
        assert_eq!(second.rules.site, first.rules.site);
        assert!(matches!(&second.source, SourceFile::Frigate { recordings, .. }
            if recordings == Path::new("/etc/recorder/recordings")));
        assert_eq!((config.poll, config.settle()), (Duration::from_secs(5), Duration::from_secs(30)));
        assert!(config.cameras.iter().all(|camera| camera.watched().is_ok()));
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
        check("node = 'https://ledger.example.test'", "node = []", "node: at least one URL");
        check("ca010101-", "ca01-", "cameras[0].id");
        check("%Y%m", "%Q%m", "cameras[0].source.pattern: %Q is not known");
        check("ca020202-0202-0202-0202-020202020202", "ca010101-0101-0101-0101-010101010101", "share an id");
        check("frozen_frame_bytes", "frozen_frames", "frozen_frames");
        check("kind = 'folder'", "kind = 'tape'", "tape");
        check("path = '/video/1'", "path = '/video/1', deep = 1", "deep");
        check("site = '5", "site = 'x", "site: ");
    }
}
