//! The committed generated code is what the schema generates. `UPDATE_GENERATED=1` rewrites it.

const SCHEMA: [&str; 4] = ["shared.proto", "server_features.proto", "gossip.proto", "streams.proto"];

#[test]
fn the_committed_code_is_what_the_schema_generates() {
    let out = tempfile::tempdir().unwrap();
    tonic_build::configure()
        .build_client(false)
        .bytes(["."])
        .out_dir(out.path())
        .compile_fds(protox::compile(SCHEMA, ["proto"]).unwrap())
        .unwrap();
    for package in ["", ".server_features", ".gossip", ".streams"] {
        let name = format!("event_store.client{package}.rs");
        let generated = std::fs::read_to_string(out.path().join(&name)).unwrap();
        let path = format!("src/generated/{name}");
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            std::fs::write(&path, &generated).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == generated,
            "{path} is not what the schema generates; run with UPDATE_GENERATED=1"
        );
    }
}
