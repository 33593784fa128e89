//! The one contract, on a cluster of one and of three, over TLS, and on a real server where one is named.

use kurrent_server::Cluster;
use kurrent_store::{KurrentStore, STREAM};
use ledger_store::contract_suite::Fixture;

use crate::authority::Authority;
use crate::support::open_at;

/// A stream of its own: in a cluster of this process, or on the server that `KURRENTDB_URL` names.
pub(crate) struct Stream {
    members: usize,
    has_batches: bool,
    authority: Option<Authority>,
    cluster: Option<Cluster>,
    url: Option<String>,
    name: String,
}

impl Stream {
    fn of(members: usize) -> Self {
        Self {
            members,
            has_batches: true,
            authority: None,
            cluster: None,
            url: None,
            name: STREAM.to_owned(),
        }
    }

    /// Of one member, a server from before batches were appended over a session.
    fn without_batches() -> Self {
        Self { has_batches: false, ..Self::of(1) }
    }

    /// Of three members, as in the field.
    fn over_tls() -> Self {
        Self { authority: Some(Authority::new("authority")), ..Self::of(3) }
    }
}

impl Fixture for Stream {
    type Store = KurrentStore;

    async fn open(&mut self) -> KurrentStore {
        if self.cluster.is_none() {
            let (cluster, url) = match &self.authority {
                None => {
                    let cluster = Cluster::start(self.members).await.unwrap();
                    (cluster.clone(), cluster.url())
                }
                Some(authority) => authority.cluster(self.members).await,
            };
            if !self.has_batches {
                cluster.without_batch_append();
            }
            (self.cluster, self.url) = (Some(cluster), Some(url));
        }
        open_at(self.url.as_deref().unwrap(), &self.name).await.unwrap()
    }
}

mod of_one {
    use super::Stream;

    ledger_store::contract_tests! { Stream::of(1) }
}

mod of_three {
    use super::Stream;

    ledger_store::contract_tests! { Stream::of(3) }
}

mod without_batches {
    use super::Stream;

    ledger_store::contract_tests! { Stream::without_batches() }
}

mod over_tls {
    use super::Stream;

    ledger_store::contract_tests! { Stream::over_tls() }
}

/// Run by `KURRENTDB_URL=… cargo test -p kurrent-store -- --ignored real`, or by the test binary alone.
mod real {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{SystemTime, UNIX_EPOCH};

    use kurrent_store::{Address, KurrentStore, Patience, Roles};
    use ledger_store::contract_suite::Fixture;

    /// On the server named by the environment, a new stream for each promise.
    struct Real(String);

    impl Real {
        fn new() -> Self {
            static COUNT: AtomicU64 = AtomicU64::new(0);
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
            Self(format!("ledger-contract-{now}-{}", COUNT.fetch_add(1, Ordering::Relaxed)))
        }
    }

    impl Fixture for Real {
        type Store = KurrentStore;

        async fn open(&mut self) -> KurrentStore {
            let url = std::env::var("KURRENTDB_URL").expect("KURRENTDB_URL names the server to test");
            // Nobody has made the users of a ledger there, and a server without TLS knows none at all.
            let roles = Roles { writer: "$all".to_owned(), reader: "$all".to_owned() };
            let address = Address::parse(&url, &self.0).unwrap();
            let opened = KurrentStore::open(address, &roles, Patience::default()).await;
            opened.unwrap_or_else(|error| panic!("KURRENTDB_URL: {error}"))
        }
    }

    ledger_store::contract_tests! {
        #[ignore = "needs a server, named by KURRENTDB_URL"]
        Real::new()
    }
}
