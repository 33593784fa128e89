//! The program as a process: made, started, and killed without a word.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

/// The program over one data folder.
pub(crate) struct Program {
    data: PathBuf,
    /// Where the ledger lies in a cluster: its address and a configuration.
    #[cfg(feature = "kurrentdb")]
    cluster: Option<(String, PathBuf)>,
}

/// A process of it, which listens or is about to.
pub(crate) struct Process {
    child: Child,
    /// Where it listens, once it said so.
    pub(crate) url: String,
    log: Option<JoinHandle<Vec<String>>>,
}

impl Program {
    pub(crate) fn new(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            #[cfg(feature = "kurrentdb")]
            cluster: None,
        }
    }

    /// The program over a mirror of the ledger that lies in this cluster, with this configuration.
    #[cfg(feature = "kurrentdb")]
    pub(crate) fn on_cluster(data: &Path, address: String, config: PathBuf) -> Self {
        Self { cluster: Some((address, config)), ..Self::new(data) }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger-node"));
        command.arg("serve").arg("--data").arg(&self.data).args(["--listen", "127.0.0.1:0"]).env_clear();
        #[cfg(feature = "kurrentdb")]
        if let Some((address, config)) = &self.cluster {
            command.arg("--config").arg(config).env("CUSTODY_STORE", address);
        }
        command
    }

    /// Moves the ledger from its folder into the cluster, as an operator does.
    #[cfg(feature = "kurrentdb")]
    pub(crate) fn migrate(&self) -> String {
        let (address, _) = self.cluster.as_ref().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger-node"));
        command.args(["migrate", "--to", "cluster", "--data"]).arg(&self.data).env_clear();
        let output = command.env("CUSTODY_STORE", address).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts it, and does not wait until it listens.
    pub(crate) fn spawn(&self) -> Process {
        let child = self.command().stderr(Stdio::null()).spawn().unwrap();
        Process { child, url: String::new(), log: None }
    }

    /// Starts it and waits until it listens.
    pub(crate) fn serve(&self) -> Process {
        let mut child = self.command().stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut said = Vec::new();
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("it ended before it listened: {said:#?}"));
            if let Some((_, rest)) = line.split_once("address=") {
                break rest.split(' ').next().unwrap().to_owned();
            }
            said.push(line);
        };
        // Read on, so that the log never fills its pipe; what is kept tells why, if anything goes wrong.
        let log = std::thread::spawn(move || lines.filter(|line| line.contains("panicked")).collect());
        Process { child, url: format!("http://{address}"), log: Some(log) }
    }
}

impl Process {
    /// Ends it as a power cut would: `SIGKILL`, which no handler sees.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let panics = self.log.take().map(|log| log.join().unwrap()).unwrap_or_default();
        assert_eq!(panics, Vec::<String>::new());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that fails leaves no process behind; one that was killed has none to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
