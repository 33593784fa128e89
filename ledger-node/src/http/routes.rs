//! The routes: one table of every path, what it needs and who answers. The rest of the edge hangs on it.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode};
use axum::routing::{MethodRouter, get, post};
use axum::{Router, middleware};
use ledger_store::Store;

use super::edge::Edge;
use super::guard::{Guard, guard};
use super::{alerts, bounds, chase, copies, custody, disclosures, erase, log, operate, submit};
use crate::problem::Problem;
use crate::token::Scope;

/// What a request must bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: whether the node lives is no secret.
    Nothing,
    /// Statements with their own signatures; a token as well, where the configuration says so.
    Signatures,
    /// A bearer token of this scope or a wider one.
    Token(Scope),
    /// The same, and the access log gets a line: the answer says who did what with an exhibit.
    Logged(Scope),
}

/// One route.
pub struct Route<S> {
    /// Its method.
    pub method: Method,
    /// Its path, as the router has it.
    pub path: &'static str,
    /// What a request must bring.
    pub needs: Needs,
    /// It may take longer than a request usually may: as long as reading the whole ledger.
    is_long: bool,
    handler: MethodRouter<Arc<Edge<S>>>,
}

/// Every route.
pub fn routes<S: Store>() -> Vec<Route<S>> {
    use Needs::{Logged, Nothing, Signatures, Token};
    use Scope::{Operate, Read};
    vec![
        // What devices send.
        write("/v1/statements", Signatures, post(submit::statements)),
        // The log, as C2SP tlog-tiles.
        read("/checkpoint", Token(Read), get(log::checkpoint)),
        read("/tile/{level}/{*index}", Token(Read), get(log::hash_tile)),
        read("/tile/entries/{*index}", Logged(Read), get(log::entry_bundle)),
        // Single entries and proofs.
        read("/v1/entries/{index}", Logged(Read), get(log::entry)),
        read("/v1/entries/{index}/receipt", Token(Read), get(log::receipt)),
        read("/v1/statements/{hash}/receipt", Token(Read), get(log::statement_receipt)),
        read("/v1/statements/{hash}/envelope", Logged(Read), get(log::statement_envelope)),
        read("/v1/consistency", Token(Read), get(log::consistency)),
        // What the entries mean.
        read("/v1/exhibits/{id}", Logged(Read), get(custody::exhibit)),
        read("/v1/exhibits/{id}/verdict", Logged(Read), get(custody::verdict)),
        read("/v1/lockers/{id}", Logged(Read), get(custody::locker)),
        read("/v1/estate", Token(Read), get(custody::estate)),
        read("/v1/findings", Logged(Read), get(custody::findings)),
        // What is wrong, as it happens, and what somebody must chase.
        read("/v1/alerts", Logged(Read), get(alerts::stream)),
        read("/v1/alerts/recent", Logged(Read), get(alerts::recent)),
        read("/v1/overdue", Logged(Read), get(chase::overdue)),
        read("/v1/missing", Logged(Read), get(chase::missing)),
        read("/v1/equipment", Logged(Read), get(chase::equipment)),
        read("/v1/counts", Logged(Read), get(chase::counts)),
        // What a recorder is asked for.
        read("/v1/footage/wanted", Token(Read), get(chase::wanted)),
        // What goes to court.
        write("/v1/cases/{id}/bundle", Logged(Operate), post(disclosures::of_case)).long(),
        write("/v1/exhibits/{id}/bundle", Logged(Operate), post(disclosures::of_exhibit)).long(),
        // Running the node.
        write("/v1/census", Token(Operate), post(operate::census)),
        write("/v1/take-over", Token(Operate), post(operate::take_over)).long(),
        write("/v1/archives/{name}", Logged(Operate), post(copies::archive)).long(),
        write("/v1/backups/{name}", Logged(Operate), post(copies::backup)).long(),
        write("/v1/vault/erasures", Logged(Operate), post(erase::erase)).long(),
        read("/healthz", Nothing, get(operate::healthz)),
        read("/readyz", Nothing, get(operate::readyz)),
        read("/v1/health", Token(Read), get(operate::health)),
        read("/metrics", Token(Read), get(operate::numbers)),
        read("/openapi.json", Token(Read), get(operate::openapi)),
    ]
}

fn read<S>(path: &'static str, needs: Needs, handler: MethodRouter<Arc<Edge<S>>>) -> Route<S> {
    Route { method: Method::GET, path, needs, is_long: false, handler }
}

fn write<S>(path: &'static str, needs: Needs, handler: MethodRouter<Arc<Edge<S>>>) -> Route<S> {
    Route { method: Method::POST, path, needs, is_long: false, handler }
}

impl<S> Route<S> {
    fn long(self) -> Self {
        Self { is_long: true, ..self }
    }
}

/// The service, which needs no socket.
pub fn router<S: Store>(edge: Arc<Edge<S>>) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let guarding = Guard { edge: Arc::clone(&edge), needs: route.needs };
        let mut guarded = route.handler.route_layer(middleware::from_fn_with_state(guarding, guard));
        if !route.is_long {
            guarded = guarded.route_layer(middleware::from_fn_with_state(Arc::clone(&edge), bounds::in_time));
        }
        router = router.route(route.path, guarded);
    }
    router
        .fallback(async || Problem::of_status(StatusCode::NOT_FOUND))
        .layer(DefaultBodyLimit::max(edge.limits.body_bytes_max))
        .layer(middleware::from_fn_with_state(Arc::clone(&edge), bounds::finish))
        .with_state(edge)
}
