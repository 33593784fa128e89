//! Nodes of one ledger as a device meets them: real sockets on loopback, and each behaves as a test wants.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use custody_proto::v1;
use prost::Message as _;

use super::{FakeNode, Lie};
use crate::uplink::Uplink as _;

/// How a node behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It takes what it is sent.
    Writes,
    /// The same, and each time another device says something right behind its answer.
    Grows,
    /// It takes what it is sent, and proves nothing beyond that.
    ProvesNothing,
    /// It is not the one that writes.
    StandsBy,
    /// Every connection breaks before anything was read.
    Dead,
    /// It records, and dies before it has answered.
    DiesAnswering,
    /// It says nothing until the device hangs up.
    Hangs,
    /// It takes statements before this number, and while it answers another node becomes the writer.
    Ceases(u64),
    /// It says this.
    Lies(Lie),
}

/// What a standby answers.
const STANDBY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 25\r\n\r\n\
    {\"code\":\"not_writer\"}    ";

#[derive(Debug)]
struct State {
    manner: Manner,
    asked: usize,
    has_ended: bool,
}

/// One node, until it is dropped.
#[derive(Debug)]
pub(crate) struct Front {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    serving: Option<JoinHandle<()>>,
}

impl Front {
    /// A node over this ledger, on a free port.
    pub(crate) fn of(ledger: &Arc<Mutex<FakeNode>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State { manner: Manner::Writes, asked: 0, has_ended: false }));
        let (shared, ledger) = (Arc::clone(&state), Arc::clone(ledger));
        let serving = std::thread::spawn(move || {
            for socket in listener.incoming() {
                let manner = {
                    let mut state = shared.lock().unwrap();
                    state.asked += 1;
                    if state.has_ended {
                        return;
                    }
                    state.manner
                };
                // Who hangs up is the device, or this node in its manner.
                let _hung_up = serve(BufReader::new(socket.unwrap()), manner, &ledger);
                if matches!(manner, Manner::Ceases(_)) {
                    shared.lock().unwrap().manner = Manner::StandsBy;
                }
            }
        });
        Self { address, state, serving: Some(serving) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on it behaves like this.
    pub(crate) fn behaves(&self, manner: Manner) {
        self.state.lock().unwrap().manner = manner;
    }

    /// How often it has been asked since this was asked last.
    pub(crate) fn asked(&self) -> usize {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.state.lock().unwrap().has_ended = true;
        // So that it looks.
        let _woken = TcpStream::connect(self.address);
        if let Some(serving) = self.serving.take() {
            serving.join().unwrap();
        }
    }
}

fn serve(mut socket: BufReader<TcpStream>, manner: Manner, ledger: &Mutex<FakeNode>) -> io::Result<()> {
    if manner == Manner::Dead {
        return Ok(());
    }
    let request = read_request(&mut socket)?;
    let hands_over_nothing = v1::SubmitRequest::decode(request.as_slice()).unwrap().submissions.is_empty();
    let answer = match manner {
        Manner::ProvesNothing if hands_over_nothing => return socket.get_mut().write_all(STANDBY),
        Manner::StandsBy => return socket.get_mut().write_all(STANDBY),
        Manner::Hangs => return socket.read_to_end(&mut Vec::new()).map(drop),
        Manner::Ceases(at) => lying(ledger, Lie::Ceases(at), &request),
        Manner::Lies(lie) => lying(ledger, lie, &request),
        Manner::Grows => {
            let mut ledger = ledger.lock().unwrap();
            let answer = ledger.submit(&request).unwrap();
            ledger.grow();
            answer
        }
        Manner::Writes | Manner::ProvesNothing | Manner::DiesAnswering | Manner::Dead => {
            ledger.lock().unwrap().submit(&request).unwrap()
        }
    };
    let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", answer.len());
    let sent = if manner == Manner::DiesAnswering { answer.len() / 2 } else { answer.len() };
    socket.get_mut().write_all(head.as_bytes())?;
    socket.get_mut().write_all(&answer[..sent])
}

fn lying(ledger: &Mutex<FakeNode>, lie: Lie, request: &[u8]) -> Vec<u8> {
    let mut ledger = ledger.lock().unwrap();
    ledger.lie = Some(lie);
    let answer = ledger.submit(request).unwrap();
    ledger.lie = None;
    answer
}

fn read_request(socket: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        socket.read_line(&mut line)?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    socket.read_exact(&mut body)?;
    Ok(body)
}
