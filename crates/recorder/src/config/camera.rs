//! The configuration of one camera.

use std::path::{Path, PathBuf};

use custody::id::SiteId;
use locker::config::{ConfigError, value};
use serde::Deserialize;

use crate::pass::Watched;
use crate::pattern::Pattern;
use crate::rules::Rules;
use crate::source::Source;
use crate::source::folder::FolderSource;
use crate::source::frigate::FrigateSource;
use crate::source::http::Api;
use crate::source::moonfire::MoonfireSource;
use crate::source::onvif::{Credentials, Onvif};

/// Microseconds in a second.
const S: u64 = 1_000_000;

/// One camera as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CameraFile {
    id: String,
    site: Option<String>,
    #[serde(default = "default_retention_days")]
    retention_days: u64,
    #[serde(default = "default_period_s")]
    period_s: u64,
    #[serde(default = "default_gap_ms")]
    gap_ms: u64,
    #[serde(default = "default_no_signal_s")]
    no_signal_s: u64,
    #[serde(default)]
    frozen_frame_bytes: u64,
    #[serde(default = "default_backfill_s")]
    backfill_s: u64,
    source: SourceFile,
    onvif: Option<OnvifFile>,
}

fn default_retention_days() -> u64 {
    31
}

fn default_period_s() -> u64 {
    60
}

fn default_gap_ms() -> u64 {
    1000
}

fn default_no_signal_s() -> u64 {
    180
}

fn default_backfill_s() -> u64 {
    86_400
}

/// Where a camera's recording is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum SourceFile {
    /// A folder of segments.
    Folder {
        /// `path`: the folder of this one camera; relative to the configuration's own folder.
        path: PathBuf,
        /// `pattern`: how the names of files under it tell their start, in UTC: `%Y %m %d %H %M %S`, `%f` (fraction
        /// of the second), `%s` (seconds since 1970), `%%`, `*` (anything but `/`). ffmpeg writes local time unless
        /// it runs with `TZ=UTC`. Without a pattern, the container's claim counts, and without that the time of the
        /// file's last change less its duration.
        pattern: Option<String>,
        /// `settle_s`: the newest file counts as closed when it has not changed for so long. Longer than the
        /// recorder goes without writing to a file that is open.
        #[serde(default = "default_settle_s")]
        settle_s: u64,
    },
    /// Frigate. It must record continuously: `record.continuous.days` of at least the retention.
    Frigate {
        /// `api`: base URL, e.g. `http://127.0.0.1:5000`. Without it the folder alone is read.
        api: Option<String>,
        /// `camera`: its name in Frigate's configuration.
        camera: String,
        /// `recordings`: the folder of that name as this machine sees it.
        recordings: PathBuf,
        /// `settle_s`: as for a folder, where there is no `api`.
        #[serde(default = "default_settle_s")]
        settle_s: u64,
    },
    /// Moonfire NVR.
    Moonfire {
        /// `api`: base URL, e.g. `http://127.0.0.1:8080`.
        api: String,
        /// `camera`: its UUID in Moonfire.
        camera: String,
        /// `stream`: `main` unless given.
        #[serde(default = "default_stream")]
        stream: String,
        /// `cookie_file`: file with the `Cookie` header of a session, where Moonfire asks for one (`s=…`).
        cookie_file: Option<PathBuf>,
    },
}

fn default_settle_s() -> u64 {
    30
}

fn default_stream() -> String {
    "main".to_owned()
}

/// An ONVIF recorder that can tell when it had no data of the camera.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnvifFile {
    /// `url`: the address of its search service.
    pub url: String,
    /// `recording`: the recording's token.
    pub recording: String,
    /// `track`: the token of the video track.
    pub track: String,
    /// `user`: a user with the right to read media.
    pub user: Option<String>,
    /// `password_file`: file with that user's password.
    pub password_file: Option<PathBuf>,
}

/// One camera.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Camera {
    /// `id`: its UUID, as registered. `site`: where it hangs, if not at the recorder's site. `retention_days`: 31;
    /// footage that is gone earlier was altered, later it lapsed. `period_s`: 60; a manifest is signed for about
    /// so much recording. `gap_ms`: 1000; a longer hole is an outage. `no_signal_s`: 180; nothing newer for longer
    /// is an outage that lasts: more than a segment takes to be closed. `frozen_frame_bytes`: 0 (not looked at); a
    /// segment whose median frame is smaller is a frozen picture. `backfill_s`: 86400; so much of what was recorded
    /// before the very first look is committed to.
    pub rules: Rules,
    /// `source`: see [`SourceFile`].
    pub source: SourceFile,
    /// `onvif`: see [`OnvifFile`].
    pub onvif: Option<OnvifFile>,
}

impl CameraFile {
    pub(super) fn read(self, field: &str, site: SiteId, base: &Path) -> Result<Camera, ConfigError> {
        let rules = Rules {
            camera: value(&format!("{field}.id"), &self.id)?,
            site: self.site.map_or(Ok(site), |site| value(&format!("{field}.site"), &site))?,
            retention_us: self.retention_days.saturating_mul(86_400 * S),
            period_us: self.period_s.saturating_mul(S),
            gap_us: self.gap_ms.saturating_mul(1000),
            no_signal_us: self.no_signal_s.saturating_mul(S),
            frozen_frame_bytes: self.frozen_frame_bytes,
            backfill_us: self.backfill_s.saturating_mul(S),
        };
        let source = self.source.under(base);
        if let SourceFile::Folder { pattern: Some(pattern), .. } = &source {
            value::<Pattern>(&format!("{field}.source.pattern"), pattern)?;
        }
        let onvif = self.onvif.map(|onvif| OnvifFile {
            password_file: onvif.password_file.map(|path| base.join(path)),
            ..onvif
        });
        Ok(Camera { rules, source, onvif })
    }
}

impl SourceFile {
    fn under(self, base: &Path) -> Self {
        match self {
            Self::Folder { path, pattern, settle_s } => {
                Self::Folder { path: base.join(path), pattern, settle_s }
            }
            Self::Frigate { api, camera, recordings, settle_s } => {
                Self::Frigate { api, camera, recordings: base.join(recordings), settle_s }
            }
            Self::Moonfire { api, camera, stream, cookie_file } => {
                Self::Moonfire { api, camera, stream, cookie_file: cookie_file.map(|path| base.join(path)) }
            }
        }
    }
}

impl Camera {
    /// Ready to be looked at.
    pub fn watched(&self) -> Result<Watched, ConfigError> {
        let onvif = self.onvif.as_ref().map(OnvifFile::open).transpose()?;
        Ok(Watched::new(self.rules, self.open_source()?, onvif))
    }

    fn open_source(&self) -> Result<Box<dyn Source>, ConfigError> {
        Ok(match &self.source {
            SourceFile::Folder { path, pattern, settle_s } => {
                let pattern =
                    pattern.as_ref().map(|text| value("cameras.source.pattern", text)).transpose()?;
                Box::new(FolderSource::new(path.clone(), pattern, settle_s.saturating_mul(S)))
            }
            SourceFile::Frigate { api: Some(api), camera, recordings, .. } => {
                Box::new(FrigateSource::new(Api::new(api, None), camera, recordings.clone()))
            }
            SourceFile::Frigate { api: None, camera, recordings, settle_s } => {
                let pattern = value("cameras.source.camera", &FrigateSource::pattern(camera))?;
                Box::new(FolderSource::new(recordings.clone(), Some(pattern), settle_s.saturating_mul(S)))
            }
            SourceFile::Moonfire { api, camera, stream, cookie_file } => {
                let cookie = cookie_file.as_deref().map(secret).transpose()?;
                Box::new(MoonfireSource::new(Api::new(api, cookie), camera, stream))
            }
        })
    }
}

impl OnvifFile {
    fn open(&self) -> Result<Onvif, ConfigError> {
        let password = self.password_file.as_deref().map(secret).transpose()?;
        let credentials =
            self.user.clone().zip(password).map(|(user, password)| Credentials { user, password });
        Ok(Onvif {
            api: Api::new(&self.url, None),
            recording: self.recording.clone(),
            track: self.track.clone(),
            credentials,
        })
    }
}

fn secret(path: &Path) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|source| ConfigError::Io { path: path.to_owned(), source })?;
    Ok(text.trim().to_owned())
}
