//! What a client asks before it chooses a member: what the server can do, and who leads.

use std::sync::atomic::Ordering;

use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::member::Member;
use crate::wire;
use crate::wire::gossip::gossip_server::Gossip;
use crate::wire::gossip::member_info::State;
use crate::wire::gossip::{ClusterInfo, EndPoint, MemberInfo};
use crate::wire::server_features::server_features_server::ServerFeatures;
use crate::wire::server_features::{SupportedMethod, SupportedMethods};

/// The version of the server whose decisions these are.
const VERSION: &str = "24.10.0";

#[tonic::async_trait]
impl ServerFeatures for Member {
    async fn get_supported_methods(&self, _: Request<()>) -> Result<Response<SupportedMethods>, Status> {
        let batches = self.shared.appends_batches().then_some("batchappend");
        let methods = ["append", "read", "delete", "tombstone"].into_iter().chain(batches);
        let methods = methods.map(|name| SupportedMethod {
            method_name: name.to_owned(),
            service_name: "event_store.client.streams.streams".to_owned(),
            features: Vec::new(),
        });
        Ok(Response::new(SupportedMethods {
            methods: methods.collect(),
            event_store_server_version: VERSION.to_owned(),
        }))
    }
}

#[tonic::async_trait]
impl Gossip for Member {
    /// Anyone may ask, but not with credentials that are wrong.
    async fn read(&self, request: Request<()>) -> Result<Response<ClusterInfo>, Status> {
        if request.metadata().contains_key("authorization") {
            self.authorise(request.metadata())?;
        }
        let leader = self.shared.leader.load(Ordering::SeqCst);
        let others = if self.shared.leading_seat().is_some() { State::Follower } else { State::Unknown };
        let members = (0..).zip(&self.shared.seats).map(|(index, seat)| MemberInfo {
            instance_id: Some(structured(Uuid::from_u64_pair(0, u64::from(seat.address.port())))),
            time_stamp: 0,
            state: i32::from(if index == leader { State::Leader } else { others }),
            is_alive: seat.is_alive(),
            http_end_point: Some(EndPoint {
                address: seat.address.ip().to_string(),
                port: u32::from(seat.address.port()),
            }),
        });
        Ok(Response::new(ClusterInfo { members: members.collect() }))
    }
}

/// An id as two numbers.
pub(crate) fn structured(id: Uuid) -> wire::Uuid {
    let (most, least) = id.as_u64_pair();
    wire::Uuid {
        value: Some(wire::uuid::Value::Structured(wire::uuid::Structured {
            most_significant_bits: most.cast_signed(),
            least_significant_bits: least.cast_signed(),
        })),
    }
}
