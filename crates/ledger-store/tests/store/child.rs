//! The same test program as a second process: to be killed, limited, and locked out.

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

use ledger_store::Store;
use ledger_store::sqlite::SqliteStore;

use crate::support::{Folder, batch};

/// How many entries a child appends at once.
pub(crate) const EACH: usize = 3;

const JOB: &str = "LEDGER_STORE_CHILD_JOB";
const DATABASE: &str = "LEDGER_STORE_CHILD_DATABASE";

/// Does `job` on `database`, telling each step by a line on `out`.
///
/// - `open`: opens the store, says `open`, waits for the end of its input, closes the store.
/// - `append`: appends batches of [`EACH`], saying `size N` after each, and `refused E` twice where it fails.
async fn work(job: &str, database: &Path, out: &mut impl Write, batches_max: usize) {
    let store = match SqliteStore::open(database) {
        Ok(store) => store,
        Err(error) => return writeln!(out, "refused {error:?}").unwrap(),
    };
    match job {
        "open" => {
            writeln!(out, "open").unwrap();
            std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        }
        "append" => append(&store, out, batches_max).await,
        other => panic!("there is no job {other}"),
    }
}

async fn append(store: &SqliteStore, out: &mut impl Write, batches_max: usize) {
    let mut refusals = 0;
    for _ in 0..batches_max {
        let size = store.head().await.unwrap();
        match store.append(size, &batch(size.try_into().unwrap(), EACH)).await {
            Ok(size) => writeln!(out, "size {size}").unwrap(),
            Err(error) => {
                writeln!(out, "refused {error:?}").unwrap();
                refusals += 1;
            }
        }
        if refusals == 2 {
            return;
        }
    }
}

/// As a child it works for its parent until it is killed; as a test among the others it shows what it says.
#[tokio::test]
async fn a_child_tells_each_size_once_it_is_durable() {
    if let (Ok(job), Some(database)) = (std::env::var(JOB), std::env::var_os(DATABASE)) {
        // Not captured by the test harness, nor mixed with what it says on standard output.
        return work(&job, Path::new(&database), &mut std::io::stderr(), usize::MAX).await;
    }
    let folder = Folder::with_entries(0).await;
    let mut out = Vec::new();
    work("append", &folder.database(), &mut out, 2).await;
    assert_eq!(String::from_utf8(out).unwrap(), "size 3\nsize 6\n");
}

/// A running child.
pub(crate) struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
}

/// The command that runs this program as a child, to do `job` on `database`.
pub(crate) fn command(program: &Path, job: &str, database: &Path) -> Command {
    let mut command = Command::new(program);
    told(&mut command, job, database);
    command
}

/// The same under a limit of `blocks` × 512 bytes for each file it writes: a disk that fails while writing.
#[cfg(unix)]
pub(crate) fn limited(blocks: u32, job: &str, database: &Path) -> Command {
    let mut command = Command::new("sh");
    // Without the trap the kernel would kill the child instead of failing its write.
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.arg("-c").arg(script).arg(this_program());
    told(&mut command, job, database);
    command
}

pub(crate) fn this_program() -> std::path::PathBuf {
    std::env::current_exe().unwrap()
}

fn told(command: &mut Command, job: &str, database: &Path) {
    command
        .args(["--exact", "child::a_child_tells_each_size_once_it_is_durable", "--nocapture"])
        .env(JOB, job)
        .env(DATABASE, database)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, lines }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next thing it says, or `None` once it has ended.
    pub(crate) fn next_line(&mut self) -> Option<String> {
        self.lines.next().map(Result::unwrap)
    }

    /// Kills it where it stands (SIGKILL) and returns what it had said and was not yet read.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.map(Result::unwrap).collect()
    }

    /// Lets it come to its end by ending its input.
    pub(crate) fn end(mut self) -> ExitStatus {
        drop(self.child.stdin.take());
        self.lines.for_each(drop);
        self.child.wait().unwrap()
    }
}
