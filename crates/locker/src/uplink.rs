//! The way to the node: one request, one answer. HTTP here; tests bring their own.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// How long one request may take: a batch of 256 is a second's work for the node.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The longest answer read: 256 outcomes of an entry and a receipt are some two megabytes.
const ANSWER_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// The longest text of a refusal shown.
const DETAIL_BYTES_MAX: u64 = 1024;

/// Something that carries a `SubmitRequest` to a node and brings back its `SubmitResponse`.
///
/// It may lead to several nodes of one ledger, to one at a time ([`crate::nodes::Nodes`]).
pub trait Uplink {
    /// Both as protobuf bytes; to the present node and to no other.
    fn submit(&mut self, request: &[u8]) -> Result<Vec<u8>, UplinkError>;

    /// The present node, by the name that errors call it.
    #[expect(clippy::unnecessary_literal_bound, reason = "one that leads to several nodes owns their names")]
    fn node(&self) -> &str {
        "the node"
    }

    /// How many nodes it leads to.
    fn nodes(&self) -> usize {
        1
    }

    /// The next node is the present one from now on. After the last comes the first.
    fn turn(&mut self) {}
}

/// No answer came. The request may have arrived all the same; sending it again does no harm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UplinkError {
    /// The node cannot be reached, or the connection broke.
    #[error("the node cannot be reached: {0}")]
    Unreachable(String),
    /// The node, or something before it, answered with an error.
    #[error("the node answered {status}: {detail}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The beginning of what it said.
        detail: String,
    },
}

/// The uplink cannot be set up as configured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UplinkConfigError {
    /// Not a URL.
    #[error("node: not a URL: {0}")]
    Url(String),
    /// Unencrypted and not to this machine.
    #[error("node: {0} must begin with https:// unless it is this machine's own address")]
    Plain(String),
    /// The file of root certificates.
    #[error("tls_roots: {0}")]
    Roots(String),
}

/// HTTP to one node.
#[derive(Debug)]
pub struct HttpUplink {
    agent: ureq::Agent,
    node: String,
    token: Option<String>,
}

impl HttpUplink {
    /// To the node at this base URL. `tls_roots` is a PEM file with the certificates to trust instead of the
    /// public ones; `token` goes along as a bearer token where the node asks for one.
    pub fn new(
        node: &str,
        tls_roots: Option<&Path>,
        token: Option<String>,
    ) -> Result<Self, UplinkConfigError> {
        Self::within(TIMEOUT, node, tls_roots, token)
    }

    /// The same, of which one request may take so long.
    pub(crate) fn within(
        time: Duration,
        node: &str,
        tls_roots: Option<&Path>,
        token: Option<String>,
    ) -> Result<Self, UplinkConfigError> {
        let agent = agent_within(time, node, tls_roots)?;
        Ok(Self { agent, node: node.trim_end_matches('/').to_owned(), token })
    }
}

/// What speaks to the node at this base URL, and follows it nowhere else. An error status is an answer.
pub fn agent(node: &str, tls_roots: Option<&Path>) -> Result<ureq::Agent, UplinkConfigError> {
    agent_within(TIMEOUT, node, tls_roots)
}

fn agent_within(
    time: Duration,
    node: &str,
    tls_roots: Option<&Path>,
) -> Result<ureq::Agent, UplinkConfigError> {
    check_url(node)?;
    let mut tls = TlsConfig::builder();
    if let Some(path) = tls_roots {
        tls = tls.root_certs(read_roots(path)?);
    }
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(time))
        .max_redirects(0)
        .http_status_as_error(false)
        .tls_config(tls.build())
        .build();
    Ok(config.new_agent())
}

impl Uplink for HttpUplink {
    fn submit(&mut self, request: &[u8]) -> Result<Vec<u8>, UplinkError> {
        let unreachable = |error: ureq::Error| UplinkError::Unreachable(error.to_string());
        let mut post = self
            .agent
            .post(format!("{}/v1/statements", self.node))
            .header("content-type", "application/x-protobuf")
            .header("accept", "application/x-protobuf");
        if let Some(token) = &self.token {
            post = post.header("authorization", format!("Bearer {token}"));
        }
        let mut response = post.send(request).map_err(unreachable)?;
        let status = response.status().as_u16();
        if status != 200 {
            let body = response.body_mut().with_config().limit(DETAIL_BYTES_MAX).read_to_vec();
            let detail = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
            return Err(UplinkError::Status { status, detail });
        }
        response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(unreachable)
    }

    fn node(&self) -> &str {
        &self.node
    }
}

fn check_url(node: &str) -> Result<(), UplinkConfigError> {
    let uri: Uri = node.parse().map_err(|_| UplinkConfigError::Url(node.to_owned()))?;
    let host = uri.host().ok_or_else(|| UplinkConfigError::Url(node.to_owned()))?;
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if is_loopback => Ok(()),
        _ => Err(UplinkConfigError::Plain(node.to_owned())),
    }
}

fn read_roots(path: &Path) -> Result<RootCerts, UplinkConfigError> {
    let wrong = |problem: String| UplinkConfigError::Roots(format!("{}: {problem}", path.display()));
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() { Err(wrong("no certificate".to_owned())) } else { Ok(certificates.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_demanded_unless_the_node_is_on_this_machine() {
        for good in
            ["https://ledger.example.test", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9/"]
        {
            assert!(HttpUplink::new(good, None, None).is_ok(), "{good}");
        }
        for bad in ["http://ledger.example.test", "http://127.0.0.1.example.test", "ftp://localhost"] {
            assert_eq!(check_url(bad), Err(UplinkConfigError::Plain(bad.to_owned())));
        }
        assert!(matches!(check_url("not a url"), Err(UplinkConfigError::Url(_))));
    }

    #[test]
    fn a_node_that_is_not_there_is_unreachable() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let mut uplink = HttpUplink::new(&url, None, None).unwrap();
        assert!(matches!(uplink.submit(b""), Err(UplinkError::Unreachable(_))));
    }

    /// Answers one request over a real socket and returns what came.
    fn serve_once(answer: &'static [u8]) -> (String, std::thread::JoinHandle<Vec<u8>>) {
        use std::io::{Read as _, Write as _};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let served = std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
            while !request.ends_with(b"REQUEST") {
                let count = socket.read(&mut buffer).unwrap();
                assert_ne!(count, 0);
                request.extend_from_slice(&buffer[..count]);
            }
            socket.write_all(answer).unwrap();
            request
        });
        (url, served)
    }

    #[test]
    fn a_request_is_one_post_of_protobuf_and_the_answer_its_body() {
        let (url, served) = serve_once(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nANSWER");
        let mut uplink = HttpUplink::new(&format!("{url}/"), None, Some("t0k".to_owned())).unwrap();
        assert_eq!(uplink.submit(b"REQUEST").unwrap(), b"ANSWER");
        let request = String::from_utf8(served.join().unwrap()).unwrap().to_lowercase();
        assert!(request.starts_with("post /v1/statements http/1.1\r\n"), "{request}");
        assert!(request.contains("content-type: application/x-protobuf\r\n"), "{request}");
        assert!(request.contains("authorization: bearer t0k\r\n"), "{request}");
    }

    #[test]
    fn an_error_status_is_told_with_the_beginning_of_its_text_and_redirects_are_not_followed() {
        let (url, served) = serve_once(b"HTTP/1.1 503 Busy\r\ncontent-length: 5\r\n\r\nlater");
        let error = HttpUplink::new(&url, None, None).unwrap().submit(b"REQUEST").unwrap_err();
        assert_eq!(error, UplinkError::Status { status: 503, detail: "later".to_owned() });
        served.join().unwrap();
        let elsewhere = b"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        let (url, served) = serve_once(elsewhere);
        let error = HttpUplink::new(&url, None, None).unwrap().submit(b"REQUEST").unwrap_err();
        assert!(matches!(error, UplinkError::Status { status: 307, .. }), "{error:?}");
        served.join().unwrap();
    }
}
