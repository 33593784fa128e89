//! HTTP by hand on a plain socket: for requests that no decent client sends, and answers read as they are.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Longest wait for a word from the node, so that a test that would hang fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to the node at this address.
pub(crate) fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Everything the node says on a connection until it closes it. A reset is an end like any other.
pub(crate) fn rest(stream: &mut TcpStream) -> String {
    let (mut said, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => said.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the node neither answers nor closes the connection: {error}"),
        }
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// The status of an answer; `None` where there was none.
pub(crate) fn status(answer: &str) -> Option<u16> {
    answer.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

/// Asks for a path. Returns the status and the body.
#[track_caller]
pub(crate) fn get(address: &str, path: &str, token: &str) -> (u16, String) {
    let mut stream = connect(address);
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let answer = rest(&mut stream);
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    (status(&answer).unwrap_or_else(|| panic!("no answer: {answer:?}")), body.to_owned())
}

/// Posts JSON to a path. Returns the status, the head and the body's bytes.
#[track_caller]
pub(crate) fn post(address: &str, path: &str, token: &str, body: &str) -> (u16, String, Vec<u8>) {
    let mut stream = connect(address);
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    (status(&head).unwrap(), head, answer[end + 4..].to_vec())
}
