//! An audit in a process of its own: its time, and what memory it used at most.

use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use custody::policy::Policy;
use tempfile::TempDir;
use verifier::archive::DirectoryArchive;
use verifier::audit::{Options, audit};
use verifier::policies::Policies;
use verifier::report::{Outcome, human};
use verifier::testing::{World, policy_text};
use verifier::trust::Trust;

/// Names the folder to the process that audits it.
const CHILD: &str = "BENCH_SCALE_CHILD";

/// An archive and its trust file.
pub(crate) struct OnDisk {
    folder: TempDir,
    pub(crate) entries: u64,
}

/// What one audit came to.
pub(crate) struct Audited {
    entries: u64,
    took_us: u64,
    /// Bytes of memory at most, where the system tells.
    pub(crate) peak_bytes: Option<u64>,
}

impl Audited {
    /// How long it took.
    pub(crate) fn seconds(&self) -> f64 {
        std::time::Duration::from_micros(self.took_us).as_secs_f64()
    }

    pub(crate) fn rate(&self) -> f64 {
        let float = |value: u64| f64::from(u32::try_from(value.min(u64::from(u32::MAX))).unwrap_or(u32::MAX));
        float(self.entries) / (float(self.took_us) / 1e6)
    }
}

impl OnDisk {
    pub(crate) fn write(world: &World) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the build's folder");
        for (name, bytes) in world.archive().files {
            let path = folder.path().join("archive").join(name);
            let parent = path.parent().expect("within the folder");
            std::fs::create_dir_all(parent).expect("room on the disk");
            std::fs::write(path, bytes).expect("room on the disk");
        }
        let trust = world.trust();
        let text = format!(
            "origin = \"{}\"\ngenesis = \"{}\"\nledger_key = \"{}\"\nwitnesses = []\nauditors = []\n",
            trust.origin, trust.genesis, trust.ledger_key
        );
        std::fs::write(folder.path().join("trust.toml"), text).expect("room on the disk");
        Self { folder, entries: world.writer.size() }
    }

    /// Bytes of all files of the archive.
    pub(crate) fn bytes(&self) -> u64 {
        fn of(folder: &Path) -> u64 {
            let files = std::fs::read_dir(folder).expect("written before");
            let size = |file: std::io::Result<std::fs::DirEntry>| {
                let file = file.expect("written before");
                if file.path().is_dir() {
                    of(&file.path())
                } else {
                    file.metadata().map_or(0, |data| data.len())
                }
            };
            files.map(size).sum()
        }
        of(&self.folder.path().join("archive"))
    }

    /// Audits it in a process of its own.
    pub(crate) fn audit(&self) -> Audited {
        let program = std::env::current_exe().expect("this program");
        let output = Command::new(program).env(CHILD, self.folder.path()).output().expect("a process");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("numbers");
        let mut numbers = text.split_whitespace().map(|number| number.parse::<u64>().expect("a number"));
        let mut next = || numbers.next().expect("three numbers");
        let (entries, took_us, peak_bytes) = (next(), next(), next());
        assert_eq!(entries, self.entries);
        Audited { entries, took_us, peak_bytes: (peak_bytes > 0).then_some(peak_bytes) }
    }
}

/// Whether this process is one that audits.
pub(crate) fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Audits the folder, and prints entries, microseconds and bytes.
pub(crate) fn child() {
    let folder = std::env::var_os(CHILD).expect("is_child was asked before");
    let folder = Path::new(&folder);
    let trust = std::fs::read_to_string(folder.join("trust.toml")).expect("written before");
    let trust = Trust::parse(&trust).expect("a trust file");
    let archive = DirectoryArchive::open(&folder.join("archive")).expect("written before");
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let policies = Policies::of([policy()]);
    let begun = Instant::now();
    let report = audit(&archive, &trust, &[], &policies, &Options { threads }, &mut |_| {});
    let took = begun.elapsed();
    assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
    println!("{} {} {}", report.counts.entries, took.as_micros(), peak_bytes().unwrap_or(0));
}

/// The default policy less roles, authorities to collect and approved firmware: cameras and stores are asked for. What
/// lies while footage is added lies for weeks, and may.
fn policy() -> Policy {
    let text = policy_text();
    let text = ["exhibits_in_transit_stores_only", "camera_required"]
        .iter()
        .fold(text, |text, need| text.replace(&format!("{need} = false"), &format!("{need} = true")));
    let text = text.replace("dwell_days_max = 14", "dwell_days_max = 400");
    let text = text.replace("count_days_max = 31", "count_days_max = 400");
    Policy::parse(&text).expect("the default with other values")
}

/// What this process has had in memory at most, as Linux tells.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}
