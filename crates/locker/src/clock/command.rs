//! Asks a program a question, within bounds of time and size.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a time daemon's own command may take: it talks to this machine only, and a person waits at a door.
pub(super) const ANSWER_TIME_MAX: Duration = Duration::from_secs(2);

/// The longest answer that is read: both daemons answer with one line of some 200 bytes.
const ANSWER_BYTES_MAX: u64 = 4096;

/// What the program prints before it closes its output, if that is a text of reasonable length and came in
/// time. None as well where there is no such program. Whether it succeeded, only its text can say.
pub(super) fn answer(program: &str, arguments: &[&str], time_max: Duration) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C").env("TZ", "UTC");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let text = read(&mut child, time_max);
    // Whatever it still does, nobody waits for it. Killing one that has ended does nothing.
    let _ended_already = child.kill();
    let _reaped = child.wait();
    text
}

/// A thread reads, for a pipe has no time limit of its own; it ends when the program does.
fn read(child: &mut Child, time_max: Duration) -> Option<String> {
    let output = child.stdout.take()?;
    let (send, receive) = mpsc::channel();
    let read = move || {
        let mut bytes = Vec::new();
        let length = output.take(ANSWER_BYTES_MAX + 1).read_to_end(&mut bytes);
        // Nobody listens any more if it came too late.
        let _late = send.send(length.map(|_| bytes));
    };
    thread::Builder::new().spawn(read).ok()?;
    let bytes = receive.recv_timeout(time_max).ok()?.ok()?;
    let is_short = u64::try_from(bytes.len()).is_ok_and(|length| length <= ANSWER_BYTES_MAX);
    if is_short { String::from_utf8(bytes).ok() } else { None }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, time_max: Duration, expect: Option<&str>) {
        assert_eq!(answer("sh", &["-c", script], time_max).as_deref(), expect);
    }

    #[test]
    fn an_answer_is_a_short_text_that_comes_in_time() {
        let long = Duration::from_secs(60);
        check("printf yes; printf no >&2", long, Some("yes"));
        check("cat /dev/zero", long, None);
        check("printf '\\377'", long, None);
        check("exec sleep 600", Duration::from_millis(1), None);
        assert_eq!(answer("/no/such/program", &[], long), None);
    }
}
