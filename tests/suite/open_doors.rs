//! Whoever can reach the port can do no more than knock: half requests, crowds and endless bodies leave the node
//! answering.

use std::collections::VecDeque;
use std::io::Write as _;
use std::net::TcpStream;

use custody_proto::v1;
use ledger_node::config::Limits;

use crate::estate::Estate;
use crate::estate::acts::exhibit;
use crate::estate::http::{connect, get, rest, status};
use crate::estate::verify::is_clean;

/// Connections of a crowd, over the whole test.
const CROWD: usize = 1_000;

/// Connections held open by a crowd at once: twice of these fit a process that may open 1,024 files.
const HELD: usize = 300;

/// Seconds after which the node cuts off who is slow: long enough for an honest request on a busy machine.
const CUT_OFF_S: u64 = 3;

/// A head that never ends.
const HALF_A_HEAD: &[u8] = b"POST /v1/statements HTTP/1.1\r\nhost: node\r\nx-slow: ";

/// The head of a request for a body that is declared to be this long.
fn head_of(len: u64) -> String {
    format!(
        "POST /v1/statements HTTP/1.1\r\nhost: node\r\ncontent-type: application/x-protobuf\r\n\
         content-length: {len}\r\n\r\n"
    )
}

/// The node answers, records, and what it has recorded verifies.
#[track_caller]
fn goes_on(estate: &mut Estate) {
    assert_eq!(get(estate.node.address(), "/healthz", "").0, 200);
    assert_eq!(get(estate.node.address(), "/checkpoint", &estate.node.token).0, 200);
    let mut voice = estate.voice(0x77, v1::DeviceKind::Locker);
    let answer = estate.node.submit(voice.boots(3, estate.now()));
    assert!(answer.outcomes.iter().all(|one| one.status() == v1::OutcomeStatus::Recorded));
    is_clean(&estate.audit());
}

#[test]
fn half_requests_are_cut_off_and_the_node_answers_meanwhile() {
    let limits = Limits { header_time_s: CUT_OFF_S, request_time_s: CUT_OFF_S, ..Limits::default() };
    let mut estate = Estate::within(limits);
    let address = estate.node.address().to_owned();
    let mut halves: Vec<TcpStream> = (0..20).map(|_| connect(&address)).collect();
    for (number, stream) in halves.iter_mut().enumerate() {
        match number % 3 {
            // Not a byte.
            0 => {}
            1 => stream.write_all(HALF_A_HEAD).unwrap(),
            // A whole head, and a body that does not come.
            _ => stream.write_all(format!("{}x", head_of(1_000)).as_bytes()).unwrap(),
        }
    }
    goes_on(&mut estate);
    for (number, stream) in halves.iter_mut().enumerate() {
        // Ends because the node closes the connection: the test would fail for lack of patience.
        let said = rest(stream);
        let expect: &[Option<u16>] = if number % 3 == 2 { &[Some(503)] } else { &[None, Some(408)] };
        assert!(expect.contains(&status(&said)), "{number}: {said}");
    }
}

#[test]
fn a_crowd_of_connections_is_turned_away_beyond_the_limit_and_those_within_it_are_served() {
    let limits = Limits { connections_max: HELD * 2 / 3, header_time_s: CUT_OFF_S, ..Limits::default() };
    let mut estate = Estate::within(limits);
    let address = estate.node.address().to_owned();
    let mut held = VecDeque::new();
    let mut turned_away = 0;
    for _ in 0..CROWD {
        let mut stream = connect(&address);
        // One that was turned away already may not take it.
        if stream.write_all(HALF_A_HEAD).is_err() {
            turned_away += 1;
        }
        held.push_back(stream);
        if held.len() > HELD {
            held.pop_front();
        }
    }
    // Each of those still held ends: turned away, or cut off when its head took too long.
    for mut stream in held {
        let said = rest(&mut stream);
        assert!(matches!(status(&said), None | Some(408)), "{said}");
        turned_away += usize::from(said.is_empty());
    }
    assert!(turned_away > 0);
    goes_on(&mut estate);
}

#[test]
fn idle_connections_within_the_limit_keep_nobody_out() {
    let mut estate = Estate::new();
    let address = estate.node.address().to_owned();
    let idle: Vec<_> = (0..HELD).map(|_| connect(&address)).collect();
    goes_on(&mut estate);
    drop(idle);
}

#[test]
fn a_body_declared_to_be_huge_is_refused_before_it_arrives() {
    let mut estate = Estate::new();
    let before = estate.node.head();
    for len in [100 * 1024 * 1024, 1 << 40, u64::MAX] {
        let mut stream = connect(estate.node.address());
        stream.write_all(head_of(len).as_bytes()).unwrap();
        // Nothing of the body is sent: the answer cannot have waited for it.
        let said = rest(&mut stream);
        assert!(status(&said).is_some_and(|status| (400..500).contains(&status)), "{len}: {said}");
    }
    assert_eq!(estate.node.head(), before);
    goes_on(&mut estate);
}

#[test]
fn half_bodies_that_take_all_room_give_it_back() {
    const ROOM: usize = 4;
    let limits = Limits { requests_max: ROOM, request_time_s: CUT_OFF_S, ..Limits::default() };
    let mut estate = Estate::within(limits);
    let half = || {
        let mut stream = connect(estate.node.address());
        stream.write_all(format!("{}x", head_of(1_000)).as_bytes()).unwrap();
        stream
    };
    for mut stream in (0..ROOM * 2).map(|_| half()).collect::<Vec<_>>() {
        // Cut off in time, or turned away for lack of room.
        assert_eq!(status(&rest(&mut stream)), Some(503));
        assert_eq!(get(estate.node.address(), "/healthz", "").0, 200);
    }
    goes_on(&mut estate);
}

#[test]
fn an_endless_body_is_refused_at_the_limit() {
    let mut estate = Estate::new();
    let before = estate.node.head();
    let mut stream = connect(estate.node.address());
    let head = "POST /v1/statements HTTP/1.1\r\nhost: node\r\ncontent-type: application/x-protobuf\r\n\
                transfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = [b"10000\r\n".as_slice(), &vec![0; 0x10000], b"\r\n"].concat();
    let limit = Limits::default().body_bytes_max;
    // Far beyond the limit, if nobody stops us.
    let sent = (0..4 * limit / 0x10000).take_while(|_| stream.write_all(&chunk).is_ok()).count();
    let said = rest(&mut stream);
    assert!(matches!(status(&said), None | Some(413)), "{said}");
    assert!(sent >= limit / 0x10000 / 2, "{sent}");
    assert_eq!(estate.node.head(), before);
    goes_on(&mut estate);
}

#[test]
fn what_is_no_request_at_all_is_answered_or_closed() {
    let mut estate = Estate::new();
    estate.lawful_way(exhibit(1));
    let before = estate.node.head();
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(100_000));
    let nonsense: [&[u8]; 5] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/statements HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        long.as_bytes(),
    ];
    for bytes in nonsense {
        let mut stream = connect(estate.node.address());
        // The node may have closed it before all is sent.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let said = rest(&mut stream);
        assert!(status(&said).is_none_or(|status| (400..500).contains(&status)), "{said}");
    }
    assert_eq!(estate.node.head(), before);
    goes_on(&mut estate);
}
