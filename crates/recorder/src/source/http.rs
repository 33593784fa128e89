//! Asking a CCTV recorder over HTTP. Most of them speak it unencrypted on their own network; nothing that they
//! answer is believed beyond what is hashed.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::source::SourceError;

/// How long one request may take: a segment over a slow line.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The longest list read: a day of segments of ten seconds is two megabytes.
const LIST_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The longest text of an error shown.
const DETAIL_BYTES_MAX: u64 = 512;

/// The longest segment fetched: an hour at eight megabits a second is four gigabytes.
pub const SEGMENT_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// One CCTV recorder's API.
pub struct Api {
    agent: ureq::Agent,
    base: String,
    cookie: Option<String>,
}

impl fmt::Debug for Api {
    /// Without the session, which is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Api {
    /// At this base URL; `cookie` goes along where the recorder asks for a session.
    pub fn new(base: &str, cookie: Option<String>) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Self { agent: config.new_agent(), base: base.trim_end_matches('/').to_owned(), cookie }
    }

    /// The whole URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A list as JSON.
    pub fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, SourceError> {
        let body = read(self.get(path)?, &self.url(path))?;
        let shape =
            |error: serde_json::Error| SourceError::Shape { url: self.url(path), problem: error.to_string() };
        serde_json::from_slice(&body).map_err(shape)
    }

    /// Writes an answer to a file.
    pub fn download(&self, path: &str, to: &Path) -> Result<(), SourceError> {
        let mut response = self.get(path)?;
        let failed = |source| SourceError::Io { path: to.to_owned(), source };
        let mut file = File::create(to).map_err(failed)?;
        let mut body = response.body_mut().with_config().limit(SEGMENT_BYTES_MAX).reader();
        std::io::copy(&mut body, &mut file).map_err(|error| self.failed(path, error.to_string()))?;
        Ok(())
    }

    /// Posts XML and reads the answer, whatever its status: SOAP faults come with 400 and 500.
    pub fn post_xml(&self, body: &str) -> Result<Vec<u8>, SourceError> {
        let request =
            self.agent.post(&self.base).header("content-type", "application/soap+xml; charset=utf-8");
        let response = request.send(body).map_err(|error| self.failed("", error.to_string()))?;
        read(response, &self.base)
    }

    fn get(&self, path: &str) -> Result<ureq::http::Response<ureq::Body>, SourceError> {
        let mut request = self.agent.get(self.url(path));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let mut response = request.call().map_err(|error| self.failed(path, error.to_string()))?;
        if response.status() == 200 {
            return Ok(response);
        }
        let detail =
            response.body_mut().with_config().limit(DETAIL_BYTES_MAX).read_to_vec().unwrap_or_default();
        let detail = String::from_utf8_lossy(&detail).into_owned();
        Err(self.failed(path, format!("status {}: {detail}", response.status().as_u16())))
    }

    fn failed(&self, path: &str, problem: String) -> SourceError {
        SourceError::Http { url: self.url(path), problem }
    }
}

fn read(mut response: ureq::http::Response<ureq::Body>, url: &str) -> Result<Vec<u8>, SourceError> {
    let body = response.body_mut().with_config().limit(LIST_BYTES_MAX).read_to_vec();
    body.map_err(|error| SourceError::Http { url: url.to_owned(), problem: error.to_string() })
}

/// `text` as one component of a path or value of a query (RFC 3986).
pub fn escape(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escaped = |byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(escaped).collect()
}
