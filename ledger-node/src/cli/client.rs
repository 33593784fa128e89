//! The command line as a client of a running node.

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use custody_proto::v1;
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::Envelope;
use prost::Message as _;
use ureq::http::{HeaderMap, Response, StatusCode};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::{Agent, Body, RequestBuilder};

use super::args::NodeArgs;

/// Longest answer read, in bytes: one entry, its receipt and a checkpoint, with room to spare.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// How long to wait for an answer about one statement.
const SUBMIT_TIME: Duration = Duration::from_secs(60);

/// Sends one statement; returns its outcome.
pub(super) fn submit(node: &NodeArgs, envelope: &Envelope, openings: &[Disclosure]) -> Result<v1::Outcome> {
    let submission = v1::Submission {
        envelope: Some(envelope.to_message()),
        openings: openings.iter().map(|opening| opening.encoded.clone()).collect(),
    };
    let request = v1::SubmitRequest { submissions: vec![submission], seen_size: 0 }.encode_to_vec();
    let url = url(node, "/v1/statements")?;
    let agent = agent(node, Some(SUBMIT_TIME))?;
    let post = authorised(agent.post(&url), node).content_type("application/x-protobuf");
    let bytes = answer(&url, post.send(request.as_slice()))?;
    let response = v1::SubmitResponse::decode(bytes.as_slice()).context("the answer is no SubmitResponse")?;
    response.outcomes.into_iter().next().context("the answer has no outcome")
}

/// Asks for something to be done; returns the answer's JSON.
pub(super) fn post(node: &NodeArgs, path: &str) -> Result<String> {
    ensure!(node.token.is_some(), "a token of scope operate is needed: --token, or CUSTODY_TOKEN");
    let url = url(node, path)?;
    // Reading a whole ledger takes as long as it takes.
    let agent = agent(node, None)?;
    let bytes = answer(&url, authorised(agent.post(&url), node).send_empty())?;
    String::from_utf8(bytes).context("the answer is not text")
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
    let url = url(node, path)?;
    let agent = agent(node, None)?;
    let post = authorised(agent.post(&url), node).content_type("application/json");
    answer_within(&url, post.send(body.to_string().as_bytes()), bytes_max)
}

fn url(node: &NodeArgs, path: &str) -> Result<String> {
    let base = node.node.as_deref().context("--node is missing")?.trim_end_matches('/');
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

fn answer(url: &str, sent: Result<Response<Body>, ureq::Error>) -> Result<Vec<u8>> {
    Ok(answer_within(url, sent, ANSWER_BYTES_MAX)?.1)
}

fn answer_within(
    url: &str,
    sent: Result<Response<Body>, ureq::Error>,
    bytes_max: u64,
) -> Result<(HeaderMap, Vec<u8>)> {
    let mut response = sent.map_err(|error| anyhow!("{url}: {error}"))?;
    let status = response.status();
    let body = response.body_mut().with_config().limit(bytes_max).read_to_vec();
    let body = body.with_context(|| format!("{url}: the answer broke off"))?;
    if status == StatusCode::OK {
        return Ok((response.headers().clone(), body));
    }
    let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let detail = problem.get("detail").and_then(serde_json::Value::as_str);
    bail!("{url}: {status}: {}", detail.unwrap_or("no reason given"))
}
