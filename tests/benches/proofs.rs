//! What an archive and its receipts weigh, and what checking one receipt costs.

use custody::id::Digest;
use ledger_format::merkle::{MemoryTree, inclusion_proof, leaf_hash, verify_inclusion};
use ledger_format::receipt::Receipt;
use sha2::{Digest as _, Sha256};
use std::hint::black_box;
use verifier::receipt::check;
use verifier::testing::World;

use crate::rounds::{Contender, contest, timed};
use crate::sizes::Sizes;

/// Receipts checked in one turn, spread over the ledger.
const RECEIPTS: usize = 500;

/// Times that the whole list is hashed in one turn.
const LISTS: usize = 5;

/// One entry and what proves it.
struct Sample {
    index: u64,
    leaf: Digest,
    entry: Vec<u8>,
    proof: Vec<Digest>,
    receipt: String,
}

pub(crate) fn run(sizes: &Sizes, world: &World) {
    weigh(world);
    let size = world.writer.size();
    let root = world.writer.root_at(size);
    let trust = world.trust();
    let samples = samples(world);
    let receipts: Vec<f64> =
        samples.iter().filter_map(|sample| u32::try_from(sample.receipt.len()).ok()).map(f64::from).collect();
    let [least, median, greatest] = crate::rounds::spread(receipts);
    println!(
        "  a receipt with its checkpoint                  {median:>10.0} bytes ({least:.0}-{greatest:.0})"
    );
    let leaves: Vec<Digest> = world.writer.entries.iter().map(|entry| leaf_hash(entry)).collect();
    contest(
        &format!("PROOFS: that one entry stands in a ledger of {size}"),
        "checks",
        sizes.rounds,
        vec![
            Contender::ours("inclusion proof alone", || {
                timed(samples.len(), || {
                    for Sample { index, leaf, proof, .. } in &samples {
                        verify_inclusion(*leaf, *index, size, proof, root).expect("it is in the tree");
                    }
                })
            }),
            Contender::ours("receipt: parse, signature, proof, entry", || {
                timed(samples.len(), || {
                    for Sample { entry, receipt, .. } in &samples {
                        check(receipt.as_bytes(), entry, &trust).expect("it is in the ledger");
                    }
                })
            }),
            Contender::naive("hash the list of all leaf hashes", || {
                timed(LISTS, || {
                    for _ in 0..LISTS {
                        black_box(hash_list(black_box(&leaves)));
                    }
                })
            }),
        ],
    );
}

fn weigh(world: &World) {
    let archive = world.archive();
    let total = |is_of: &dyn Fn(&str) -> bool| -> usize {
        archive.files.iter().filter(|(path, _)| is_of(path)).map(|(_, bytes)| bytes.len()).sum()
    };
    let entries = world.writer.entries.len();
    let statements: usize =
        world.writer.decoded().iter().map(|entry| entry.envelope.statement.len() + 64).sum();
    println!("\nWEIGHT: an archive of {entries} entries, {} files", archive.files.len());
    let line = |what: &str, bytes: usize| {
        println!("  {what:<46} {bytes:>10} bytes, {:>4} for each entry", bytes / entries);
    };
    line("all of it", total(&|_| true));
    line("of that, entry bundles", total(&|path| path.starts_with("tile/entries/")));
    line(
        "of that, hash tiles",
        total(&|path| path.starts_with("tile/") && !path.starts_with("tile/entries/")),
    );
    line("statements and signatures alone, for comparison", statements);
}

fn samples(world: &World) -> Vec<Sample> {
    let (size, tree): (u64, &MemoryTree) = (world.writer.size(), world.writer.tree());
    let note = world.checkpoint(size);
    let step = world.writer.entries.len().div_ceil(RECEIPTS);
    (0..)
        .zip(&world.writer.entries)
        .step_by(step)
        .map(|(index, entry)| {
            let proof = inclusion_proof(tree, index, size).expect("within the tree");
            let receipt = Receipt::new(index, proof.clone(), note.clone()).expect("a proof is short");
            Sample {
                index,
                leaf: leaf_hash(entry),
                entry: entry.clone(),
                proof,
                receipt: receipt.to_string(),
            }
        })
        .collect()
}

/// What proves an entry where there is no tree: a hash over all leaf hashes, which must all be at hand.
fn hash_list(leaves: &[Digest]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for leaf in leaves {
        hash.update(leaf.0);
    }
    hash.finalize().into()
}
