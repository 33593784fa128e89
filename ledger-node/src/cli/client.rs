//! The command line as a client of a running node, or of the nodes of one ledger: they are asked in turn.

use std::io;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use custody_proto::v1;
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::Envelope;
use prost::Message as _;
use ureq::http::{HeaderMap, Response, StatusCode};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::{Agent, Body, RequestBuilder, Timeout};

use super::args::NodeArgs;

/// Longest answer read, in bytes: one entry, its receipt and a checkpoint, with room to spare.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// How long to wait for one node's answer about one statement.
const SUBMIT_TIME: Duration = Duration::from_secs(60);

/// How long to wait for a machine that does not answer at all, before the next is asked.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// The code of a problem: the node had begun, and what becomes of it is not known.
const TOOK_TOO_LONG: &str = "timeout";

/// The code of what a node does not take because another one writes.
const NOT_WRITER: &str = "not-writer";

/// A node gave no answer that is one.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error("{url}: {source}")]
    Line { url: String, source: ureq::Error },
    #[error("{url}: {status}: {detail}")]
    Status { url: String, status: StatusCode, code: String, detail: String },
    #[error("{url}: it stands by: another node of the ledger writes")]
    StandsBy { url: String },
}

impl Unanswered {
    /// Whether the node has done nothing of what it was asked, as far as anybody can tell: a standby, or nobody.
    fn is_nothing_done(&self) -> bool {
        match self {
            Self::Status { status, code, .. } => {
                *status == StatusCode::SERVICE_UNAVAILABLE && code != TOOK_TOO_LONG
            }
            Self::StandsBy { .. } => true,
            Self::Line { source, .. } => match source {
                ureq::Error::HostNotFound
                | ureq::Error::ConnectionFailed
                | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => true,
                ureq::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
                _ => false,
            },
        }
    }
}

/// Sends one statement; returns its outcome.
pub(super) fn submit(node: &NodeArgs, envelope: &Envelope, openings: &[Disclosure]) -> Result<v1::Outcome> {
    let submission = v1::Submission {
        envelope: Some(envelope.to_message()),
        openings: openings.iter().map(|opening| opening.encoded.clone()).collect(),
    };
    let request = v1::SubmitRequest { submissions: vec![submission], seen_size: 0 }.encode_to_vec();
    let agent = agent(node, Some(SUBMIT_TIME))?;
    let ask = |url: &str| {
        let post = authorised(agent.post(url), node).content_type("application/x-protobuf");
        let (_, bytes) = answer(url, post.send(request.as_slice()), ANSWER_BYTES_MAX)?;
        let outcome = outcome(&bytes);
        let stands_by = outcome.as_ref().is_ok_and(|outcome| outcome.code() == NOT_WRITER);
        if stands_by { Err(Unanswered::StandsBy { url: url.to_owned() }) } else { Ok(outcome) }
    };
    in_turn(node, "/v1/statements", ask)?
}

fn outcome(bytes: &[u8]) -> Result<v1::Outcome> {
    let response = v1::SubmitResponse::decode(bytes).context("the answer is no SubmitResponse")?;
    response.outcomes.into_iter().next().context("the answer has no outcome")
}

/// Asks for something to be done; returns the answer's JSON.
pub(super) fn post(node: &NodeArgs, path: &str) -> Result<String> {
    ensure!(node.token.is_some(), "a token of scope operate is needed: --token, or CUSTODY_TOKEN");
    // Reading a whole ledger takes as long as it takes.
    let agent = agent(node, None)?;
    let ask = |url: &str| answer(url, authorised(agent.post(url), node).send_empty(), ANSWER_BYTES_MAX);
    let (_, bytes) = in_turn(node, path, ask)?;
    String::from_utf8(bytes).context("the answer is not text")
}

/// Has one node of several write; prints the epoch in which it does.
pub(super) fn take_over(node: &NodeArgs) -> Result<()> {
    ensure!(
        node.nodes.len() == 1,
        "--node names {} nodes: say which one is to write from now on",
        node.nodes.len()
    );
    println!("{}", post(node, "/v1/take-over")?);
    Ok(())
}

/// Asks for something to be done as a JSON body says; returns the answer's JSON.
pub(super) fn post_json(node: &NodeArgs, path: &str, body: &serde_json::Value) -> Result<String> {
    let (_, bytes) = post_for_bytes(node, path, body, ANSWER_BYTES_MAX)?;
    String::from_utf8(bytes).context("the answer is not text")
}

/// The same, for an answer of at most so many bytes; with its headers.
pub(super) fn post_for_bytes(
    node: &NodeArgs,
    path: &str,
    body: &serde_json::Value,
    bytes_max: u64,
) -> Result<(HeaderMap, Vec<u8>)> {
    ensure!(node.token.is_some(), "a token of scope operate is needed: --token, or CUSTODY_TOKEN");
    let (agent, body) = (agent(node, None)?, body.to_string());
    let ask = |url: &str| {
        let post = authorised(agent.post(url), node).content_type("application/json");
        answer(url, post.send(body.as_bytes()), bytes_max)
    };
    in_turn(node, path, ask)
}

/// The answer of the first node, in the order given, that does not leave it to another. What one may have done already, no
/// other is asked for. Those that left it to another are told of on standard error, or in the error if all did.
fn in_turn<T>(node: &NodeArgs, path: &str, ask: impl Fn(&str) -> Result<T, Unanswered>) -> Result<T> {
    ensure!(node.is_given(), "--node is missing");
    // A wrong address is an error even where its turn does not come.
    let urls = node.nodes.iter().map(|base| url(base, path)).collect::<Result<Vec<_>>>()?;
    let mut unanswered: Vec<String> = Vec::new();
    for url in urls {
        match ask(&url) {
            Ok(answer) => {
                for said in unanswered {
                    eprintln!("{said}; {url} answered");
                }
                return Ok(answer);
            }
            Err(error) => {
                unanswered.push(error.to_string());
                if !error.is_nothing_done() {
                    break;
                }
            }
        }
    }
    bail!("{}", unanswered.join("; "))
}

fn url(base: &str, path: &str) -> Result<String> {
    let base = base.trim_end_matches('/');
    // A token never crosses a network in clear.
    let host = base.strip_prefix("http://");
    let is_here = |host: &str| ["127.0.0.1", "localhost", "[::1]"].contains(&host_name(host));
    ensure!(
        base.starts_with("https://") || host.is_some_and(is_here),
        "--node must begin with https:// (or be http:// on this very machine)"
    );
    Ok(format!("{base}{path}"))
}

/// The host without its port.
fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn agent(node: &NodeArgs, time: Option<Duration>) -> Result<Agent> {
    let mut tls = TlsConfig::builder().provider(TlsProvider::Rustls);
    if let Some(path) = &node.ca {
        let text = std::fs::read(path).with_context(|| format!("--ca: cannot read {}", path.display()))?;
        let certificates: Vec<Certificate<'static>> = parse_pem(&text)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            })
            .collect();
        ensure!(!certificates.is_empty(), "--ca: {} holds no certificate", path.display());
        tls = tls.root_certs(RootCerts::new_with_certs(&certificates));
    }
    let config = Agent::config_builder()
        .tls_config(tls.build())
        .timeout_global(time)
        .timeout_connect(Some(CONNECT_TIME))
        .http_status_as_error(false)
        .max_redirects(0)
        .build();
    Ok(config.into())
}

fn authorised<B>(request: RequestBuilder<B>, node: &NodeArgs) -> RequestBuilder<B> {
    match &node.token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    }
}

fn answer(
    url: &str,
    sent: Result<Response<Body>, ureq::Error>,
    bytes_max: u64,
) -> Result<(HeaderMap, Vec<u8>), Unanswered> {
    let broken = |source| Unanswered::Line { url: url.to_owned(), source };
    let mut response = sent.map_err(broken)?;
    let status = response.status();
    let body = response.body_mut().with_config().limit(bytes_max).read_to_vec().map_err(broken)?;
    if status == StatusCode::OK {
        return Ok((response.headers().clone(), body));
    }
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let member = |name: &str| problem.get(name).and_then(serde_json::Value::as_str);
    let code = member("code").unwrap_or_default().to_owned();
    let detail = member("detail").unwrap_or("no reason given").to_owned();
    Err(Unanswered::Status { url: url.to_owned(), status, code, detail })
}
