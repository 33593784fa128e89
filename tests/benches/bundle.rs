//! What a bundle of one exhibit costs out of a large ledger: time to make, size, time to verify; and beside each the same of
//! the whole archive, in the same run. Fails where a bundle is not what it says it is, and nowhere for being slow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use custody::id::ExhibitId;
use custody::policy::Policies;
use custody::rule::RuleId;
use disclosure::profile::Profile;
use ledger_node::clock::SetClock;
use ledger_node::disclose::{At, Bundle, Decisions, Order, Scope};
use ledger_node::evidence::Evidence;
use ledger_node::folder::NodeKeys;
use ledger_node::home::HomeName;
use ledger_node::node::Node;
use ledger_node::policy::Judging;
use ledger_node::start::{Parts, start};
use ledger_node::vault::Vault;
use ledger_store::head::write_head_file;
use ledger_store::memory::MemoryStore;
use ledger_store::{Batch, Store as _};
use verifier::testing::{NODE, World};

use crate::large::Ledger;
use crate::own_process::OnDisk;

/// Exhibits of which a bundle is made.
const EXHIBITS: usize = 5;

/// Entries of one append.
const BATCH: usize = 200;

/// Measures on one ledger, which lies on the disk as an archive as well.
pub(crate) fn measure(ledger: &Ledger, on_disk: &OnDisk) {
    let whole = on_disk.audit();
    println!("THE WHOLE ARCHIVE of {} entries", ledger.entries());
    println!("  {:>8} KiB, verified in {:.1} s", on_disk.bytes() / 1024, whole.seconds());
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("the build's folder");
        let node = node(ledger.world(), home.path()).await;
        bundles(&node, ledger).await;
        node.shutdown().await;
    });
}

/// A bundle of each of some exhibits, spread over the ledger.
async fn bundles(node: &Node<MemoryStore>, ledger: &Ledger) {
    let exhibits = node.exhibits();
    println!("A BUNDLE OF ONE EXHIBIT, out of the same ledger");
    for number in 0..EXHIBITS {
        let place = exhibits.len() * (2 * number + 1) / (2 * EXHIBITS);
        let Some(exhibit) = exhibits.get(place).copied() else { continue };
        let begun = Instant::now();
        let order = order(exhibit);
        let bundle = node.disclose(&order, &At::Now, None).await.expect("a bundle");
        let made = begun.elapsed();
        let begun = Instant::now();
        check(&bundle, ledger);
        tell(&bundle, made, begun.elapsed());
    }
}

fn order(exhibit: ExhibitId) -> Order {
    Order {
        scope: Scope::Exhibits(vec![exhibit]),
        profile: Profile::Defence,
        recipient: "Sample & Sample".to_owned(),
        decisions: Decisions::default(),
    }
}

/// The openings of this ledger are nowhere, which is a finding; nothing else may be wrong with the bundle.
fn check(bundle: &Bundle, ledger: &Ledger) {
    let checked = verifier::bundle::check(&bundle.bytes, &ledger.world().trust());
    assert_eq!(checked.could_not_check, None);
    let of_bundle = [RuleId::L01, RuleId::L03, RuleId::L08, RuleId::G01, RuleId::G04];
    let wrong: Vec<_> = checked.findings.iter().filter(|finding| of_bundle.contains(&finding.rule)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn tell(bundle: &Bundle, made: Duration, verified: Duration) {
    println!(
        "  {:>5} entries, {:>6} KiB: made in {:.2} s (which verifies it once), verified in {:.2} s",
        bundle.entries,
        bundle.bytes.len() / 1024,
        made.as_secs_f64(),
        verified.as_secs_f64()
    );
}

async fn node(world: &World, home: &std::path::Path) -> Node<MemoryStore> {
    let store = MemoryStore::new();
    let mut first = 0;
    for chunk in world.writer.entries.chunks(BATCH) {
        let batch = Batch::new(chunk.to_vec()).expect("short entries");
        first = store.append(first, &batch).await.expect("memory");
    }
    let head = home.join("head");
    write_head_file(&head, world.checkpoint(world.writer.size()).to_string().as_bytes())
        .expect("the build's folder");
    let parts = Parts {
        store,
        home: HomeName::embedded(),
        vault: Arc::new(Vault::open(home).expect("a vault")),
        evidence: Arc::new(Evidence::open(home).expect("an archive")),
        keys: NodeKeys {
            ledger: world.ledger_key(),
            node: world.speakers.get(NODE).expect("the node").key(),
        },
        heads: vec![head],
        known: Vec::new(),
        clock: SetClock::new(world.now_us),
        judging: Judging::when_asked(Policies::default()),
    };
    start(parts).await.expect("a whole ledger")
}
