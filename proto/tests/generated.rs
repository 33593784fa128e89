//! The committed generated code is what the schema generates. `UPDATE_GENERATED=1` rewrites it.
#![expect(clippy::unwrap_used, reason = "helpers of a test binary; every failure is the test's failure")]

mod table;

use std::path::{Path, PathBuf};

use prost_reflect::DescriptorPool;

fn schema_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir("custody/v1")
        .unwrap()
        .map(|entry| Path::new("custody/v1").join(entry.unwrap().file_name()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "proto"))
        .collect();
    files.sort();
    files
}

fn schema() -> DescriptorPool {
    let mut compiler = protox::Compiler::new(["."]).unwrap();
    compiler.include_imports(true).include_source_info(false).open_files(schema_files()).unwrap();
    compiler.descriptor_pool()
}

fn messages(pool: &DescriptorPool) -> String {
    let out = tempfile::tempdir().unwrap();
    let mut files = pool.file_descriptor_protos().cloned().collect::<Vec<_>>();
    // The options file extends the schema language itself; it has no message.
    files.retain(|file| file.package() == "custody.v1" && file.extension.is_empty());
    prost_build::Config::new().out_dir(out.path()).compile_fds(prost_types(files)).unwrap();
    std::fs::read_to_string(out.path().join("custody.v1.rs")).unwrap()
}

fn prost_types(
    file: Vec<prost_reflect::prost_types::FileDescriptorProto>,
) -> prost_reflect::prost_types::FileDescriptorSet {
    prost_reflect::prost_types::FileDescriptorSet { file }
}

#[track_caller]
fn check(path: &str, generated: &str) {
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(path, generated).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == generated, "{path} is not what the schema generates; run with UPDATE_GENERATED=1");
}

#[test]
fn the_committed_messages_are_what_the_schema_generates() {
    check("src/custody.v1.rs", &messages(&schema()));
}

#[test]
fn the_committed_table_is_what_the_schema_generates() {
    check("src/table.rs", &table::generate(&schema()));
}

/// What a device observed, what a person declared, what was computed and what came from elsewhere never mix in
/// one message: a report cannot take the one for the other.
#[test]
fn every_fact_keeps_observed_declared_imported_and_derived_apart() {
    let statement = schema().get_message_by_name("custody.v1.Statement").unwrap();
    let facts = statement
        .fields()
        .filter(|field| field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic()));
    let mut count = 0;
    for fact in facts {
        let message = fact.kind().as_message().unwrap().clone();
        for field in message.fields() {
            let expected = match field.number() {
                1 => "observed",
                2 => "declared",
                3 => "imported",
                4 => "derived",
                other => panic!("{}: field {other}", message.full_name()),
            };
            assert_eq!(field.name(), expected, "{}", message.full_name());
        }
        count += 1;
    }
    assert_eq!(count, 135, "facts in the schema");
}
