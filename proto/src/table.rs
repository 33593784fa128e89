// Generated from custody/v1/*.proto by tests/generated.rs. Not edited by hand.

use crate::schema::{Enumeration, Field, Kind, Label, Message, Stream};

pub static ACT: Message = Message {
    name: "Act",
    fields: &[
        Field { number: 1, name: "person", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "session", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static ANNOTATED: Message = Message {
    name: "Annotated",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&ANNOTATED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static ANNOTATED_DECLARED: Message = Message {
    name: "Annotated.Declared",
    fields: &[
        Field { number: 1, name: "statement", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "note", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static APPROVED: Message = Message {
    name: "Approved",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&APPROVED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static APPROVED_DECLARED: Message = Message {
    name: "Approved.Declared",
    fields: &[
        Field { number: 1, name: "statement", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static AT_COMPARTMENT: Message = Message {
    name: "AtCompartment",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "door_cycle", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "label", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "weight_mg", kind: Kind::Uint64, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static ATTENDED_CHECK: Message = Message {
    name: "AttendedCheck",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&ATTENDED_CHECK_OBSERVED), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&ATTENDED_CHECK_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static ATTENDED_CHECK_DECLARED: Message = Message {
    name: "AttendedCheck.Declared",
    fields: &[
        Field { number: 1, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "witness", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 3, name: "result", kind: Kind::Enum(&CHECK_RESULT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static ATTENDED_CHECK_OBSERVED: Message = Message {
    name: "AttendedCheck.Observed",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Compartment), commits: false },
        Field { number: 2, name: "door_cycle", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static AUDIT_CLOSED: Message = Message {
    name: "AuditClosed",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&AUDIT_CLOSED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static AUDIT_CLOSED_DECLARED: Message = Message {
    name: "AuditClosed.Declared",
    fields: &[
        Field { number: 1, name: "audit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 3, name: "counted", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static AUDIT_STARTED: Message = Message {
    name: "AuditStarted",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&AUDIT_STARTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static AUDIT_STARTED_DECLARED: Message = Message {
    name: "AuditStarted.Declared",
    fields: &[
        Field { number: 1, name: "audit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 3, name: "locker", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "blind", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "first", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 6, name: "second", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 7, name: "size", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 8, name: "root", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static BREAK_GLASS: Message = Message {
    name: "BreakGlass",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&BREAK_GLASS_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static BREAK_GLASS_DECLARED: Message = Message {
    name: "BreakGlass.Declared",
    fields: &[
        Field { number: 1, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "second", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 3, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 4, name: "expires_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static CAMERA_OUTAGE: Message = Message {
    name: "CameraOutage",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&CAMERA_OUTAGE_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CAMERA_OUTAGE_OBSERVED: Message = Message {
    name: "CameraOutage.Observed",
    fields: &[
        Field { number: 1, name: "camera", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 3, name: "kind", kind: Kind::Enum(&OUTAGE_KIND), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "to_us", kind: Kind::Uint64, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static CAMERA_REGISTERED: Message = Message {
    name: "CameraRegistered",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&CAMERA_REGISTERED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CAMERA_REGISTERED_DECLARED: Message = Message {
    name: "CameraRegistered.Declared",
    fields: &[
        Field { number: 1, name: "camera", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "recorder", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 4, name: "name", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 5, name: "signed_video", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
    ],
};

pub static CENSUS_TAKEN: Message = Message {
    name: "CensusTaken",
    fields: &[
        Field { number: 4, name: "derived", kind: Kind::Message(&CENSUS_TAKEN_DERIVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CENSUS_TAKEN_DERIVED: Message = Message {
    name: "CensusTaken.Derived",
    fields: &[
        Field { number: 1, name: "root", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "streams", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static CHAIN_RESUMED: Message = Message {
    name: "ChainResumed",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&CHAIN_RESUMED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CHAIN_RESUMED_DECLARED: Message = Message {
    name: "ChainResumed.Declared",
    fields: &[
        Field { number: 1, name: "lost_from", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "lost_to", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static CHECKPOINT_SIGNED: Message = Message {
    name: "CheckpointSigned",
    fields: &[
        Field { number: 4, name: "derived", kind: Kind::Message(&CHECKPOINT_SIGNED_DERIVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CHECKPOINT_SIGNED_DERIVED: Message = Message {
    name: "CheckpointSigned.Derived",
    fields: &[
        Field { number: 1, name: "size", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "root", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static CLOCK_STATE: Message = Message {
    name: "ClockState",
    fields: &[
        Field { number: 1, name: "source", kind: Kind::Enum(&CLOCK_SOURCE), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "synchronised", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "last_sync_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "error_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static CLOCK_STEPPED: Message = Message {
    name: "ClockStepped",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&CLOCK_STEPPED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CLOCK_STEPPED_OBSERVED: Message = Message {
    name: "ClockStepped.Observed",
    fields: &[
        Field { number: 1, name: "step_us", kind: Kind::Sint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static CLOCK_SYNCHRONISED: Message = Message {
    name: "ClockSynchronised",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&CLOCK_SYNCHRONISED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CLOCK_SYNCHRONISED_OBSERVED: Message = Message {
    name: "ClockSynchronised.Observed",
    fields: &[
        Field { number: 1, name: "offset_us", kind: Kind::Sint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static CLOCK_UNSYNCHRONISED: Message = Message {
    name: "ClockUnsynchronised",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&CLOCK_UNSYNCHRONISED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CLOCK_UNSYNCHRONISED_OBSERVED: Message = Message {
    name: "ClockUnsynchronised.Observed",
    fields: &[
        Field { number: 1, name: "last_sync_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static COLLECTED: Message = Message {
    name: "Collected",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&AT_COMPARTMENT), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&COLLECTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COLLECTED_DECLARED: Message = Message {
    name: "Collected.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "witness", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "condition", kind: Kind::Enum(&SEAL_CONDITION), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "authority", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 6, name: "destination", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
        Field { number: 7, name: "photo", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 8, name: "run", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static COLLECTION_AUTHORISED: Message = Message {
    name: "CollectionAuthorised",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&COLLECTION_AUTHORISED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COLLECTION_AUTHORISED_DECLARED: Message = Message {
    name: "CollectionAuthorised.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "to", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "expires_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "purpose", kind: Kind::Enum(&RELEASE_PURPOSE), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COLLECTION_REFUSED: Message = Message {
    name: "CollectionRefused",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&COLLECTION_REFUSED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COLLECTION_REFUSED_DECLARED: Message = Message {
    name: "CollectionRefused.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "to", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static COMPARTMENT: Message = Message {
    name: "Compartment",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "label", kind: Kind::Text { max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "mode", kind: Kind::Enum(&COMPARTMENT_MODE), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COMPARTMENT_MODE_SET: Message = Message {
    name: "CompartmentModeSet",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&COMPARTMENT_MODE_SET_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COMPARTMENT_MODE_SET_DECLARED: Message = Message {
    name: "CompartmentModeSet.Declared",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Compartment), commits: false },
        Field { number: 2, name: "mode", kind: Kind::Enum(&COMPARTMENT_MODE), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COMPARTMENT_RESERVED: Message = Message {
    name: "CompartmentReserved",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&COMPARTMENT_RESERVED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COMPARTMENT_RESERVED_OBSERVED: Message = Message {
    name: "CompartmentReserved.Observed",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Compartment), commits: false },
        Field { number: 2, name: "session", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static COMPARTMENT_SERVICE_SET: Message = Message {
    name: "CompartmentServiceSet",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&COMPARTMENT_SERVICE_SET_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COMPARTMENT_SERVICE_SET_DECLARED: Message = Message {
    name: "CompartmentServiceSet.Declared",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Compartment), commits: false },
        Field { number: 2, name: "in_service", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
    ],
};

pub static CORRECTED: Message = Message {
    name: "Corrected",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&CORRECTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CORRECTED_DECLARED: Message = Message {
    name: "Corrected.Declared",
    fields: &[
        Field { number: 1, name: "statement", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "field", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "corrected_value", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 5, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 6, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 7, name: "approver", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COUNTED: Message = Message {
    name: "Counted",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&COUNTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COUNTED_DECLARED: Message = Message {
    name: "Counted.Declared",
    fields: &[
        Field { number: 1, name: "exhibit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "quantity", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "unit", kind: Kind::Enum(&COUNTED_UNIT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "witness", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
    ],
};

pub static COVERAGE: Message = Message {
    name: "Coverage",
    fields: &[
        Field { number: 1, name: "camera", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "locker", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "still", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static COVERAGE_ASSESSED: Message = Message {
    name: "CoverageAssessed",
    fields: &[
        Field { number: 4, name: "derived", kind: Kind::Message(&COVERAGE_ASSESSED_DERIVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COVERAGE_ASSESSED_DERIVED: Message = Message {
    name: "CoverageAssessed.Derived",
    fields: &[
        Field { number: 1, name: "camera", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "statement", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "to_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "verdict", kind: Kind::Enum(&COVERAGE_VERDICT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COVERAGE_MAP_APPROVED: Message = Message {
    name: "CoverageMapApproved",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&COVERAGE_MAP_APPROVED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static COVERAGE_MAP_APPROVED_DECLARED: Message = Message {
    name: "CoverageMapApproved.Declared",
    fields: &[
        Field { number: 1, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 2, name: "surveyor", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "surveyed_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "valid_from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "coverages", kind: Kind::Message(&COVERAGE), label: Label::Repeated { count_max: 256 }, stream: None, commits: false },
    ],
};

pub static CREDENTIAL_ISSUED: Message = Message {
    name: "CredentialIssued",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&CREDENTIAL_ISSUED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CREDENTIAL_ISSUED_DECLARED: Message = Message {
    name: "CredentialIssued.Declared",
    fields: &[
        Field { number: 1, name: "person", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "method", kind: Kind::Enum(&AUTHENTICATION_METHOD), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "credential", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static CREDENTIAL_LOST: Message = Message {
    name: "CredentialLost",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&CREDENTIAL_LOST_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CREDENTIAL_LOST_DECLARED: Message = Message {
    name: "CredentialLost.Declared",
    fields: &[
        Field { number: 1, name: "person", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "issued", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static CREDENTIAL_REVOKED: Message = Message {
    name: "CredentialRevoked",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&CREDENTIAL_REVOKED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static CREDENTIAL_REVOKED_DECLARED: Message = Message {
    name: "CredentialRevoked.Declared",
    fields: &[
        Field { number: 1, name: "person", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "issued", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEPOSIT_ABANDONED: Message = Message {
    name: "DepositAbandoned",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&AT_COMPARTMENT), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&DEPOSIT_ABANDONED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEPOSIT_ABANDONED_DECLARED: Message = Message {
    name: "DepositAbandoned.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEPOSITED: Message = Message {
    name: "Deposited",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&AT_COMPARTMENT), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&DEPOSITED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEPOSITED_DECLARED: Message = Message {
    name: "Deposited.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "witness", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "condition", kind: Kind::Enum(&SEAL_CONDITION), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "photo", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 6, name: "run", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static DEVICE_BOOTED: Message = Message {
    name: "DeviceBooted",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&DEVICE_BOOTED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEVICE_BOOTED_OBSERVED: Message = Message {
    name: "DeviceBooted.Observed",
    fields: &[
        Field { number: 1, name: "reason", kind: Kind::Enum(&BOOT_REASON), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "firmware", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEVICE_ENROLLED: Message = Message {
    name: "DeviceEnrolled",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&DEVICE_ENROLLED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEVICE_ENROLLED_DECLARED: Message = Message {
    name: "DeviceEnrolled.Declared",
    fields: &[
        Field { number: 1, name: "device", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Device), commits: false },
        Field { number: 2, name: "kind", kind: Kind::Enum(&DEVICE_KIND), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "key", kind: Kind::Message(&PUBLIC_KEY), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "possession", kind: Kind::Bytes { min: 64, max: 64 }, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: Some(Stream::Site), commits: false },
        Field { number: 6, name: "attestation", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static DEVICE_KEY: Message = Message {
    name: "DeviceKey",
    fields: &[
        Field { number: 1, name: "device", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "key", kind: Kind::Message(&PUBLIC_KEY), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEVICE_KEY_REVOKED: Message = Message {
    name: "DeviceKeyRevoked",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&DEVICE_KEY_REVOKED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEVICE_KEY_REVOKED_DECLARED: Message = Message {
    name: "DeviceKeyRevoked.Declared",
    fields: &[
        Field { number: 1, name: "device", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Device), commits: false },
        Field { number: 2, name: "last_good", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 3, name: "reason", kind: Kind::Enum(&REVOCATION_REASON), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "compromised_since_us", kind: Kind::Uint64, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static DEVICE_KEY_ROTATED: Message = Message {
    name: "DeviceKeyRotated",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&DEVICE_KEY_ROTATED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEVICE_KEY_ROTATED_DECLARED: Message = Message {
    name: "DeviceKeyRotated.Declared",
    fields: &[
        Field { number: 1, name: "device", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Device), commits: false },
        Field { number: 2, name: "key", kind: Kind::Message(&PUBLIC_KEY), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "possession", kind: Kind::Bytes { min: 64, max: 64 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEVICE_RETIRED: Message = Message {
    name: "DeviceRetired",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&DEVICE_RETIRED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DEVICE_RETIRED_DECLARED: Message = Message {
    name: "DeviceRetired.Declared",
    fields: &[
        Field { number: 1, name: "device", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Device), commits: false },
        Field { number: 2, name: "last_sequence", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static DISCLOSURE_EXPORTED: Message = Message {
    name: "DisclosureExported",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&DISCLOSURE_EXPORTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DISCLOSURE_EXPORTED_DECLARED: Message = Message {
    name: "DisclosureExported.Declared",
    fields: &[
        Field { number: 1, name: "request", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "bundle", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "case", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: Some(Stream::Case), commits: false },
        Field { number: 4, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 5, name: "withheld", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static DISCLOSURE_REQUESTED: Message = Message {
    name: "DisclosureRequested",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&DISCLOSURE_REQUESTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DISCLOSURE_REQUESTED_DECLARED: Message = Message {
    name: "DisclosureRequested.Declared",
    fields: &[
        Field { number: 1, name: "case", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: Some(Stream::Case), commits: false },
        Field { number: 2, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "profile", kind: Kind::Enum(&DISCLOSURE_PROFILE), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "recipient", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static DISCREPANCY_RAISED: Message = Message {
    name: "DiscrepancyRaised",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&DISCREPANCY_RAISED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DISCREPANCY_RAISED_DECLARED: Message = Message {
    name: "DiscrepancyRaised.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "about", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Repeated { count_max: 32 }, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "finding", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static DISCREPANCY_RESOLVED: Message = Message {
    name: "DiscrepancyResolved",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&DISCREPANCY_RESOLVED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DISCREPANCY_RESOLVED_DECLARED: Message = Message {
    name: "DiscrepancyResolved.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "discrepancy", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "resolution", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static DISPOSAL_AUTHORISED: Message = Message {
    name: "DisposalAuthorised",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&DISPOSAL_AUTHORISED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DISPOSAL_AUTHORISED_DECLARED: Message = Message {
    name: "DisposalAuthorised.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "method", kind: Kind::Enum(&DISPOSAL_METHOD), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "retention_checked", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
    ],
};

pub static DISPOSED: Message = Message {
    name: "Disposed",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&DISPOSED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DISPOSED_DECLARED: Message = Message {
    name: "Disposed.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "witness", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "authority", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "method", kind: Kind::Enum(&DISPOSAL_METHOD), label: Label::Required, stream: None, commits: false },
        Field { number: 6, name: "certificate", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static DOOR: Message = Message {
    name: "Door",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Compartment), commits: false },
        Field { number: 2, name: "cycle", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 3, name: "close_counter", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "session", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static DOOR_CLOSED: Message = Message {
    name: "DoorClosed",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&DOOR), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DOOR_FAILED_CLOSE: Message = Message {
    name: "DoorFailedClose",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&DOOR), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DOOR_FORCED: Message = Message {
    name: "DoorForced",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&DOOR), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DOOR_LEFT_OPEN: Message = Message {
    name: "DoorLeftOpen",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&DOOR), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DOOR_LOCKED: Message = Message {
    name: "DoorLocked",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&DOOR), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DOOR_OPENED: Message = Message {
    name: "DoorOpened",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&DOOR), label: Label::Required, stream: None, commits: false },
    ],
};

pub static DOOR_UNLOCKED: Message = Message {
    name: "DoorUnlocked",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&DOOR), label: Label::Required, stream: None, commits: false },
    ],
};

pub static EARLIER_LEG: Message = Message {
    name: "EarlierLeg",
    fields: &[
        Field { number: 1, name: "holder", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "to_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "place", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static ELSEWHERE: Message = Message {
    name: "Elsewhere",
    fields: &[
        Field { number: 1, name: "system", kind: Kind::Text { max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "reference", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static EMERGENCY_RELEASE: Message = Message {
    name: "EmergencyRelease",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&EMERGENCY_RELEASE_OBSERVED), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&EMERGENCY_RELEASE_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static EMERGENCY_RELEASE_DECLARED: Message = Message {
    name: "EmergencyRelease.Declared",
    fields: &[
        Field { number: 1, name: "by", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 2, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static EMERGENCY_RELEASE_OBSERVED: Message = Message {
    name: "EmergencyRelease.Observed",
    fields: &[
        Field { number: 1, name: "doors", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static ENTRY: Message = Message {
    name: "Entry",
    fields: &[
        Field { number: 1, name: "index", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "previous", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "recorded_at_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "envelope", kind: Kind::Message(&ENVELOPE), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "streams", kind: Kind::Message(&STREAM_LINK), label: Label::Repeated { count_max: 64 }, stream: None, commits: false },
    ],
};

pub static ENVELOPE: Message = Message {
    name: "Envelope",
    fields: &[
        Field { number: 1, name: "statement", kind: Kind::Bytes { min: 1, max: 49152 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "key_id", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "signature", kind: Kind::Bytes { min: 64, max: 64 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static EPOCH_CLAIMED: Message = Message {
    name: "EpochClaimed",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&EPOCH_CLAIMED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static EPOCH_CLAIMED_OBSERVED: Message = Message {
    name: "EpochClaimed.Observed",
    fields: &[
        Field { number: 1, name: "epoch", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "software", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static EQUIPMENT_ISSUED: Message = Message {
    name: "EquipmentIssued",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&AT_COMPARTMENT), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&EQUIPMENT_ISSUED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static EQUIPMENT_ISSUED_DECLARED: Message = Message {
    name: "EquipmentIssued.Declared",
    fields: &[
        Field { number: 1, name: "equipment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "due_us", kind: Kind::Uint64, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static EQUIPMENT_MISSING: Message = Message {
    name: "EquipmentMissing",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&EQUIPMENT_MISSING_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static EQUIPMENT_MISSING_DECLARED: Message = Message {
    name: "EquipmentMissing.Declared",
    fields: &[
        Field { number: 1, name: "equipment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "circumstances", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static EQUIPMENT_OVERDUE: Message = Message {
    name: "EquipmentOverdue",
    fields: &[
        Field { number: 4, name: "derived", kind: Kind::Message(&EQUIPMENT_OVERDUE_DERIVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static EQUIPMENT_OVERDUE_DERIVED: Message = Message {
    name: "EquipmentOverdue.Derived",
    fields: &[
        Field { number: 1, name: "equipment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "issue", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "due_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static EQUIPMENT_RETURNED: Message = Message {
    name: "EquipmentReturned",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&AT_COMPARTMENT), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&EQUIPMENT_RETURNED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static EQUIPMENT_RETURNED_DECLARED: Message = Message {
    name: "EquipmentReturned.Declared",
    fields: &[
        Field { number: 1, name: "equipment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "faulty", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
    ],
};

pub static EXHIBIT_REGISTERED: Message = Message {
    name: "ExhibitRegistered",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&EXHIBIT_REGISTERED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static EXHIBIT_REGISTERED_DECLARED: Message = Message {
    name: "ExhibitRegistered.Declared",
    fields: &[
        Field { number: 1, name: "exhibit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "case", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Case), commits: false },
        Field { number: 3, name: "reference_tag", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "exhibit_reference", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 5, name: "description", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 6, name: "case_reference", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
        Field { number: 7, name: "registrar", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 8, name: "producer", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 9, name: "holder", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 10, name: "category", kind: Kind::Enum(&CATEGORY), label: Label::Required, stream: None, commits: false },
        Field { number: 11, name: "handling", kind: Kind::Enum(&HANDLING), label: Label::Repeated { count_max: 8 }, stream: None, commits: false },
        Field { number: 12, name: "seized_us", kind: Kind::Uint64, label: Label::Optional, stream: None, commits: false },
        Field { number: 13, name: "seized_place", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
        Field { number: 14, name: "package", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 15, name: "closure", kind: Kind::Enum(&CLOSURE), label: Label::Required, stream: None, commits: false },
        Field { number: 16, name: "seal", kind: Kind::Text { max: 64 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 17, name: "earlier", kind: Kind::Message(&EARLIER_LEG), label: Label::Repeated { count_max: 16 }, stream: None, commits: false },
        Field { number: 18, name: "elsewhere", kind: Kind::Message(&ELSEWHERE), label: Label::Repeated { count_max: 8 }, stream: None, commits: false },
    ],
};

pub static EXHIBIT_SPLIT: Message = Message {
    name: "ExhibitSplit",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&EXHIBIT_SPLIT_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static EXHIBIT_SPLIT_DECLARED: Message = Message {
    name: "ExhibitSplit.Declared",
    fields: &[
        Field { number: 1, name: "parent", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "children", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "case", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Case), commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "quantities", kind: Kind::Uint64, label: Label::Repeated { count_max: 32 }, stream: None, commits: false },
    ],
};

pub static EXHIBITS_CONSOLIDATED: Message = Message {
    name: "ExhibitsConsolidated",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&EXHIBITS_CONSOLIDATED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static EXHIBITS_CONSOLIDATED_DECLARED: Message = Message {
    name: "ExhibitsConsolidated.Declared",
    fields: &[
        Field { number: 1, name: "parts", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "whole", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "case", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Case), commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FIELD_ERASED: Message = Message {
    name: "FieldErased",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&FIELD_ERASED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FIELD_ERASED_DECLARED: Message = Message {
    name: "FieldErased.Declared",
    fields: &[
        Field { number: 1, name: "statement", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "commitment", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "authority", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 4, name: "case", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: Some(Stream::Case), commits: false },
        Field { number: 5, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
    ],
};

pub static FIREARM_MADE_SAFE: Message = Message {
    name: "FirearmMadeSafe",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&FIREARM_MADE_SAFE_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FIREARM_MADE_SAFE_DECLARED: Message = Message {
    name: "FirearmMadeSafe.Declared",
    fields: &[
        Field { number: 1, name: "exhibit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "certificate", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static FIRMWARE_APPROVED: Message = Message {
    name: "FirmwareApproved",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&FIRMWARE_APPROVED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FIRMWARE_APPROVED_DECLARED: Message = Message {
    name: "FirmwareApproved.Declared",
    fields: &[
        Field { number: 1, name: "version", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "image", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static FIRMWARE_CHANGED: Message = Message {
    name: "FirmwareChanged",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&FIRMWARE_CHANGED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FIRMWARE_CHANGED_OBSERVED: Message = Message {
    name: "FirmwareChanged.Observed",
    fields: &[
        Field { number: 1, name: "from", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "to", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "image", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOOTAGE_ALTERED: Message = Message {
    name: "FootageAltered",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&FOOTAGE_ALTERED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOOTAGE_ALTERED_OBSERVED: Message = Message {
    name: "FootageAltered.Observed",
    fields: &[
        Field { number: 1, name: "camera", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "start_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "end_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "committed", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "found", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static FOOTAGE_LAPSED: Message = Message {
    name: "FootageLapsed",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&FOOTAGE_LAPSED_OBSERVED), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&FOOTAGE_LAPSED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOOTAGE_LAPSED_DECLARED: Message = Message {
    name: "FootageLapsed.Declared",
    fields: &[
        Field { number: 1, name: "decision", kind: Kind::Enum(&LAPSE_DECISION), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOOTAGE_LAPSED_OBSERVED: Message = Message {
    name: "FootageLapsed.Observed",
    fields: &[
        Field { number: 1, name: "camera", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "to_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOOTAGE_MANIFEST_COMMITTED: Message = Message {
    name: "FootageManifestCommitted",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&FOOTAGE_MANIFEST_COMMITTED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOOTAGE_MANIFEST_COMMITTED_OBSERVED: Message = Message {
    name: "FootageManifestCommitted.Observed",
    fields: &[
        Field { number: 1, name: "camera", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "to_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "clock_offset_us", kind: Kind::Sint64, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "segments", kind: Kind::Message(&SEGMENT), label: Label::Repeated { count_max: 512 }, stream: None, commits: false },
        Field { number: 6, name: "offset_measured_us", kind: Kind::Uint64, label: Label::Optional, stream: None, commits: false },
        Field { number: 7, name: "offset_error_us", kind: Kind::Uint64, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static FOOTAGE_PRESERVATION_REQUIRED: Message = Message {
    name: "FootagePreservationRequired",
    fields: &[
        Field { number: 4, name: "derived", kind: Kind::Message(&FOOTAGE_PRESERVATION_REQUIRED_DERIVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOOTAGE_PRESERVATION_REQUIRED_DERIVED: Message = Message {
    name: "FootagePreservationRequired.Derived",
    fields: &[
        Field { number: 1, name: "camera", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "to_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "rule", kind: Kind::Text { max: 8 }, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "statement", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOOTAGE_PRESERVED: Message = Message {
    name: "FootagePreserved",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&FOOTAGE_PRESERVED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOOTAGE_PRESERVED_OBSERVED: Message = Message {
    name: "FootagePreserved.Observed",
    fields: &[
        Field { number: 1, name: "camera", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "segments", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Repeated { count_max: 512 }, stream: None, commits: false },
    ],
};

pub static FORK_EVIDENCED: Message = Message {
    name: "ForkEvidenced",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&FORK_EVIDENCED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FORK_EVIDENCED_OBSERVED: Message = Message {
    name: "ForkEvidenced.Observed",
    fields: &[
        Field { number: 1, name: "device", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Device), commits: false },
        Field { number: 2, name: "sequence", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "recorded", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "conflicting", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "envelope", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOUND: Message = Message {
    name: "Found",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&FOUND_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOUND_DECLARED: Message = Message {
    name: "Found.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "condition", kind: Kind::Enum(&SEAL_CONDITION), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "circumstances", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static FOUND_IN_EMPTY_COMPARTMENT: Message = Message {
    name: "FoundInEmptyCompartment",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&FOUND_IN_EMPTY_COMPARTMENT_OBSERVED), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&FOUND_IN_EMPTY_COMPARTMENT_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static FOUND_IN_EMPTY_COMPARTMENT_DECLARED: Message = Message {
    name: "FoundInEmptyCompartment.Declared",
    fields: &[
        Field { number: 1, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "exhibit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "description", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static FOUND_IN_EMPTY_COMPARTMENT_OBSERVED: Message = Message {
    name: "FoundInEmptyCompartment.Observed",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Compartment), commits: false },
        Field { number: 2, name: "label", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static GENESIS: Message = Message {
    name: "Genesis",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&GENESIS_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static GENESIS_DECLARED: Message = Message {
    name: "Genesis.Declared",
    fields: &[
        Field { number: 1, name: "origin", kind: Kind::Text { max: 255 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "format_version", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "authorities", kind: Kind::Message(&DEVICE_KEY), label: Label::Repeated { count_max: 16 }, stream: None, commits: false },
        Field { number: 4, name: "node", kind: Kind::Message(&DEVICE_KEY), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "ledger_key", kind: Kind::Message(&PUBLIC_KEY), label: Label::Required, stream: None, commits: false },
        Field { number: 6, name: "predecessor", kind: Kind::Message(&PREDECESSOR), label: Label::Optional, stream: None, commits: false },
    ],
};

pub static HOLD_PLACED: Message = Message {
    name: "HoldPlaced",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&HOLD_PLACED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static HOLD_PLACED_DECLARED: Message = Message {
    name: "HoldPlaced.Declared",
    fields: &[
        Field { number: 1, name: "case", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: Some(Stream::Case), commits: false },
        Field { number: 2, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "reason", kind: Kind::Enum(&HOLD_REASON), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static HOLD_RELEASED: Message = Message {
    name: "HoldReleased",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&HOLD_RELEASED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static HOLD_RELEASED_DECLARED: Message = Message {
    name: "HoldReleased.Declared",
    fields: &[
        Field { number: 1, name: "hold", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "case", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: Some(Stream::Case), commits: false },
        Field { number: 3, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static IDENTIFIED: Message = Message {
    name: "Identified",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&IDENTIFIED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static IDENTIFIED_DECLARED: Message = Message {
    name: "Identified.Declared",
    fields: &[
        Field { number: 1, name: "provisional", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "registered", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static INSPECTION_ACCESS: Message = Message {
    name: "InspectionAccess",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&INSPECTION_ACCESS_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static INSPECTION_ACCESS_DECLARED: Message = Message {
    name: "InspectionAccess.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "visitor", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 3, name: "supervisor", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "to_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static ITEM: Message = Message {
    name: "Item",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "package", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 3, name: "closure", kind: Kind::Enum(&CLOSURE), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "seal", kind: Kind::Text { max: 64 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static ITEM_COUNTED: Message = Message {
    name: "ItemCounted",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&ITEM_COUNTED_OBSERVED), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&ITEM_COUNTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static ITEM_COUNTED_DECLARED: Message = Message {
    name: "ItemCounted.Declared",
    fields: &[
        Field { number: 1, name: "audit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "exhibit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "seal", kind: Kind::Text { max: 64 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static ITEM_COUNTED_OBSERVED: Message = Message {
    name: "ItemCounted.Observed",
    fields: &[
        Field { number: 1, name: "label", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static ITEM_NOT_FOUND: Message = Message {
    name: "ItemNotFound",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&ITEM_NOT_FOUND_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static ITEM_NOT_FOUND_DECLARED: Message = Message {
    name: "ItemNotFound.Declared",
    fields: &[
        Field { number: 1, name: "audit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "exhibit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
    ],
};

pub static LATE_ENTRY: Message = Message {
    name: "LateEntry",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&LATE_ENTRY_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static LATE_ENTRY_DECLARED: Message = Message {
    name: "LateEntry.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "from", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "to", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static LEDGER_KEY_ROTATED: Message = Message {
    name: "LedgerKeyRotated",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&LEDGER_KEY_ROTATED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static LEDGER_KEY_ROTATED_DECLARED: Message = Message {
    name: "LedgerKeyRotated.Declared",
    fields: &[
        Field { number: 1, name: "key", kind: Kind::Message(&PUBLIC_KEY), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "possession", kind: Kind::Bytes { min: 64, max: 64 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static LOCKER_MOVED: Message = Message {
    name: "LockerMoved",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&LOCKER_MOVED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static LOCKER_MOVED_DECLARED: Message = Message {
    name: "LockerMoved.Declared",
    fields: &[
        Field { number: 1, name: "locker", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "from_site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 3, name: "to_site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 4, name: "store", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static LOCKER_REGISTERED: Message = Message {
    name: "LockerRegistered",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&LOCKER_REGISTERED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static LOCKER_REGISTERED_DECLARED: Message = Message {
    name: "LockerRegistered.Declared",
    fields: &[
        Field { number: 1, name: "locker", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "device", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 4, name: "store", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 5, name: "purpose", kind: Kind::Enum(&LOCKER_PURPOSE), label: Label::Required, stream: None, commits: false },
        Field { number: 6, name: "compartments", kind: Kind::Message(&COMPARTMENT), label: Label::Repeated { count_max: 256 }, stream: None, commits: false },
    ],
};

pub static MAINTENANCE_AUTHORISED: Message = Message {
    name: "MaintenanceAuthorised",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&MAINTENANCE_AUTHORISED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static MAINTENANCE_AUTHORISED_DECLARED: Message = Message {
    name: "MaintenanceAuthorised.Declared",
    fields: &[
        Field { number: 1, name: "compartments", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Compartment), commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "second", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "to_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static MARKED_MISSING: Message = Message {
    name: "MarkedMissing",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&MARKED_MISSING_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static MARKED_MISSING_DECLARED: Message = Message {
    name: "MarkedMissing.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "circumstances", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
        Field { number: 4, name: "reported_to", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static MASTER_KEY_USED: Message = Message {
    name: "MasterKeyUsed",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&DOOR), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&MASTER_KEY_USED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static MASTER_KEY_USED_DECLARED: Message = Message {
    name: "MasterKeyUsed.Declared",
    fields: &[
        Field { number: 1, name: "by", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 2, name: "authority", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static MISDEPOSITED: Message = Message {
    name: "Misdeposited",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&MISDEPOSITED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static MISDEPOSITED_DECLARED: Message = Message {
    name: "Misdeposited.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "deposit", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "kind", kind: Kind::Enum(&MISDEPOSIT_KIND), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 5, name: "found_by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static NO_COMPARTMENT_AVAILABLE: Message = Message {
    name: "NoCompartmentAvailable",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&NO_COMPARTMENT_AVAILABLE_OBSERVED), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&NO_COMPARTMENT_AVAILABLE_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static NO_COMPARTMENT_AVAILABLE_DECLARED: Message = Message {
    name: "NoCompartmentAvailable.Declared",
    fields: &[
        Field { number: 1, name: "diverted_to", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static NO_COMPARTMENT_AVAILABLE_OBSERVED: Message = Message {
    name: "NoCompartmentAvailable.Observed",
    fields: &[
        Field { number: 1, name: "session", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static OCCURRED: Message = Message {
    name: "Occurred",
    fields: &[
        Field { number: 1, name: "from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "to_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static OFFLINE_DRAINED: Message = Message {
    name: "OfflineDrained",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&OFFLINE_DRAINED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static OFFLINE_DRAINED_OBSERVED: Message = Message {
    name: "OfflineDrained.Observed",
    fields: &[
        Field { number: 1, name: "first_sequence", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "last_sequence", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static OFFLINE_ENTERED: Message = Message {
    name: "OfflineEntered",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&OFFLINE_ENTERED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static OFFLINE_ENTERED_OBSERVED: Message = Message {
    name: "OfflineEntered.Observed",
    fields: &[
        Field { number: 1, name: "since_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static OPERATOR_OVERRIDE: Message = Message {
    name: "OperatorOverride",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&OPERATOR_OVERRIDE_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static OPERATOR_OVERRIDE_DECLARED: Message = Message {
    name: "OperatorOverride.Declared",
    fields: &[
        Field { number: 1, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "second", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 4, name: "expires_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static OUTCOME: Message = Message {
    name: "Outcome",
    fields: &[
        Field { number: 1, name: "status", kind: Kind::Enum(&OUTCOME_STATUS), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "entry", kind: Kind::Bytes { min: 1, max: 65535 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 3, name: "receipt", kind: Kind::Text { max: 65536 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "code", kind: Kind::Text { max: 64 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 5, name: "detail", kind: Kind::Text { max: 1024 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 6, name: "expected_sequence", kind: Kind::Uint64, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static OVERDUE_CLEARED: Message = Message {
    name: "OverdueCleared",
    fields: &[
        Field { number: 4, name: "derived", kind: Kind::Message(&OVERDUE_CLEARED_DERIVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static OVERDUE_CLEARED_DERIVED: Message = Message {
    name: "OverdueCleared.Derived",
    fields: &[
        Field { number: 1, name: "exhibit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "overdue", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static OVERDUE_RAISED: Message = Message {
    name: "OverdueRaised",
    fields: &[
        Field { number: 4, name: "derived", kind: Kind::Message(&OVERDUE_RAISED_DERIVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static OVERDUE_RAISED_DERIVED: Message = Message {
    name: "OverdueRaised.Derived",
    fields: &[
        Field { number: 1, name: "exhibit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "rule", kind: Kind::Text { max: 8 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "due_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static PACKAGE_CONTAINED: Message = Message {
    name: "PackageContained",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&PACKAGE_CONTAINED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PACKAGE_CONTAINED_DECLARED: Message = Message {
    name: "PackageContained.Declared",
    fields: &[
        Field { number: 1, name: "inner", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "outer", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PACKAGE_MADE: Message = Message {
    name: "PackageMade",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&PACKAGE_MADE_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PACKAGE_MADE_DECLARED: Message = Message {
    name: "PackageMade.Declared",
    fields: &[
        Field { number: 1, name: "package", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "witness", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
    ],
};

pub static PACKAGE_OPENED: Message = Message {
    name: "PackageOpened",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&PACKAGE_OPENED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PACKAGE_OPENED_DECLARED: Message = Message {
    name: "PackageOpened.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "package", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "witness", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 5, name: "examination", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
        Field { number: 6, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static PACKAGE_RELEASED: Message = Message {
    name: "PackageReleased",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&PACKAGE_RELEASED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PACKAGE_RELEASED_DECLARED: Message = Message {
    name: "PackageReleased.Declared",
    fields: &[
        Field { number: 1, name: "inner", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "outer", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PAPER_FALLBACK: Message = Message {
    name: "PaperFallback",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&PAPER_FALLBACK_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PAPER_FALLBACK_DECLARED: Message = Message {
    name: "PaperFallback.Declared",
    fields: &[
        Field { number: 1, name: "document", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "summary", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static PASSED_BACK: Message = Message {
    name: "PassedBack",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&AT_COMPARTMENT), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&PASSED_BACK_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PASSED_BACK_DECLARED: Message = Message {
    name: "PassedBack.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "to", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "reason", kind: Kind::Enum(&PASS_BACK_REASON), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PERSON_REGISTERED: Message = Message {
    name: "PersonRegistered",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&PERSON_REGISTERED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PERSON_REGISTERED_DECLARED: Message = Message {
    name: "PersonRegistered.Declared",
    fields: &[
        Field { number: 1, name: "person", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "identity", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static PERSON_RENEWED: Message = Message {
    name: "PersonRenewed",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&PERSON_RENEWED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PERSON_RENEWED_DECLARED: Message = Message {
    name: "PersonRenewed.Declared",
    fields: &[
        Field { number: 1, name: "person", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "former", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static POLICY_ADOPTED: Message = Message {
    name: "PolicyAdopted",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&POLICY_ADOPTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static POLICY_ADOPTED_DECLARED: Message = Message {
    name: "PolicyAdopted.Declared",
    fields: &[
        Field { number: 1, name: "policy", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "version", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static POWER_LOST: Message = Message {
    name: "PowerLost",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&POWER_LOST_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static POWER_LOST_OBSERVED: Message = Message {
    name: "PowerLost.Observed",
    fields: &[
        Field { number: 1, name: "fail_secure", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "on_battery", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
    ],
};

pub static POWER_RESTORED: Message = Message {
    name: "PowerRestored",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&POWER_RESTORED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static POWER_RESTORED_OBSERVED: Message = Message {
    name: "PowerRestored.Observed",
    fields: &[
        Field { number: 1, name: "outage_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static PREDECESSOR: Message = Message {
    name: "Predecessor",
    fields: &[
        Field { number: 1, name: "origin", kind: Kind::Text { max: 255 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "size", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "root", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static PRESENCE_SENSED: Message = Message {
    name: "PresenceSensed",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&PRESENCE_SENSED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static PRESENCE_SENSED_OBSERVED: Message = Message {
    name: "PresenceSensed.Observed",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Compartment), commits: false },
        Field { number: 2, name: "occupied", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "weight_mg", kind: Kind::Uint64, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static PUBLIC_KEY: Message = Message {
    name: "PublicKey",
    fields: &[
        Field { number: 1, name: "algorithm", kind: Kind::Enum(&ALGORITHM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "key", kind: Kind::Bytes { min: 1, max: 64 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static REATTRIBUTED: Message = Message {
    name: "Reattributed",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&REATTRIBUTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static REATTRIBUTED_DECLARED: Message = Message {
    name: "Reattributed.Declared",
    fields: &[
        Field { number: 1, name: "from", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "to", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "statements", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Repeated { count_max: 32 }, stream: None, commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "approver", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 6, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static RECEIVED_AT: Message = Message {
    name: "ReceivedAt",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&RECEIVED_AT_OBSERVED), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&RECEIVED_AT_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static RECEIVED_AT_DECLARED: Message = Message {
    name: "ReceivedAt.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "place", kind: Kind::Enum(&PLACE_KIND), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "from", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 6, name: "condition", kind: Kind::Enum(&SEAL_CONDITION), label: Label::Required, stream: None, commits: false },
        Field { number: 7, name: "reference", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static RECEIVED_AT_OBSERVED: Message = Message {
    name: "ReceivedAt.Observed",
    fields: &[
        Field { number: 1, name: "label", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static REFUSED_AS_UNSUITABLE: Message = Message {
    name: "RefusedAsUnsuitable",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&REFUSED_AS_UNSUITABLE_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static REFUSED_AS_UNSUITABLE_DECLARED: Message = Message {
    name: "RefusedAsUnsuitable.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "reason", kind: Kind::Enum(&UNSUITABLE), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "diverted_to", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static RESEALED: Message = Message {
    name: "Resealed",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&RESEALED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static RESEALED_DECLARED: Message = Message {
    name: "Resealed.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "old_seal", kind: Kind::Text { max: 64 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 3, name: "new_seal", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "old_inside", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "package", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 6, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 7, name: "witness", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
        Field { number: 8, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static RETURN_AUTHORISED: Message = Message {
    name: "ReturnAuthorised",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&RETURN_AUTHORISED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static RETURN_AUTHORISED_DECLARED: Message = Message {
    name: "ReturnAuthorised.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "recipient", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 4, name: "expires_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static RETURNED_FROM_RELEASE: Message = Message {
    name: "ReturnedFromRelease",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&RETURNED_FROM_RELEASE_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static RETURNED_FROM_RELEASE_DECLARED: Message = Message {
    name: "ReturnedFromRelease.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "release", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "from", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "condition", kind: Kind::Enum(&SEAL_CONDITION), label: Label::Required, stream: None, commits: false },
    ],
};

pub static RETURNED_TO_OWNER: Message = Message {
    name: "ReturnedToOwner",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&RETURNED_TO_OWNER_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static RETURNED_TO_OWNER_DECLARED: Message = Message {
    name: "ReturnedToOwner.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "authority", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "recipient", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 5, name: "identity_checked", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
        Field { number: 6, name: "receipt", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static ROLE_GRANTED: Message = Message {
    name: "RoleGranted",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&ROLE_GRANTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static ROLE_GRANTED_DECLARED: Message = Message {
    name: "RoleGranted.Declared",
    fields: &[
        Field { number: 1, name: "person", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "role", kind: Kind::Enum(&ROLE), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "until_us", kind: Kind::Uint64, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static ROLE_REVOKED: Message = Message {
    name: "RoleRevoked",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&ROLE_REVOKED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static ROLE_REVOKED_DECLARED: Message = Message {
    name: "RoleRevoked.Declared",
    fields: &[
        Field { number: 1, name: "person", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "role", kind: Kind::Enum(&ROLE), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static RULES_ADOPTED: Message = Message {
    name: "RulesAdopted",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&RULES_ADOPTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static RULES_ADOPTED_DECLARED: Message = Message {
    name: "RulesAdopted.Declared",
    fields: &[
        Field { number: 1, name: "version", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static SEAL_BROKEN: Message = Message {
    name: "SealBroken",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&SEAL_BROKEN_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SEAL_BROKEN_DECLARED: Message = Message {
    name: "SealBroken.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "seal", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static SEAL_DISCREPANCY: Message = Message {
    name: "SealDiscrepancy",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&SEAL_DISCREPANCY_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SEAL_DISCREPANCY_DECLARED: Message = Message {
    name: "SealDiscrepancy.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "expected", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "found", kind: Kind::Text { max: 64 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "photo", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
    ],
};

pub static SEAL_OBSERVED_INTACT: Message = Message {
    name: "SealObservedIntact",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&SEAL_OBSERVED_INTACT_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SEAL_OBSERVED_INTACT_DECLARED: Message = Message {
    name: "SealObservedIntact.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "seal", kind: Kind::Text { max: 64 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SEEN: Message = Message {
    name: "Seen",
    fields: &[
        Field { number: 1, name: "size", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "root", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static SEGMENT: Message = Message {
    name: "Segment",
    fields: &[
        Field { number: 1, name: "start_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "end_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "frames", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "bytes", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "sha256", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 6, name: "signed_video", kind: Kind::Enum(&SIGNED_VIDEO), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SELF_TESTED: Message = Message {
    name: "SelfTested",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&SELF_TESTED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SELF_TESTED_OBSERVED: Message = Message {
    name: "SelfTested.Observed",
    fields: &[
        Field { number: 1, name: "passed", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "failed", kind: Kind::Text { max: 64 }, label: Label::Repeated { count_max: 32 }, stream: None, commits: false },
    ],
};

pub static SESSION_CLOSED: Message = Message {
    name: "SessionClosed",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&SESSION_CLOSED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SESSION_CLOSED_OBSERVED: Message = Message {
    name: "SessionClosed.Observed",
    fields: &[
        Field { number: 1, name: "session", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "timed_out", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
    ],
};

pub static SESSION_DENIED: Message = Message {
    name: "SessionDenied",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&SESSION_DENIED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SESSION_DENIED_OBSERVED: Message = Message {
    name: "SessionDenied.Observed",
    fields: &[
        Field { number: 1, name: "method", kind: Kind::Enum(&AUTHENTICATION_METHOD), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "reason", kind: Kind::Enum(&DENIAL_REASON), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SESSION_OPENED: Message = Message {
    name: "SessionOpened",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&SESSION_OPENED_OBSERVED), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&SESSION_OPENED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SESSION_OPENED_DECLARED: Message = Message {
    name: "SessionOpened.Declared",
    fields: &[
        Field { number: 1, name: "person", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static SESSION_OPENED_OBSERVED: Message = Message {
    name: "SessionOpened.Observed",
    fields: &[
        Field { number: 1, name: "method", kind: Kind::Enum(&AUTHENTICATION_METHOD), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SITE_REGISTERED: Message = Message {
    name: "SiteRegistered",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&SITE_REGISTERED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SITE_REGISTERED_DECLARED: Message = Message {
    name: "SiteRegistered.Declared",
    fields: &[
        Field { number: 1, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 2, name: "name", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static SITE_SURVEYED: Message = Message {
    name: "SiteSurveyed",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&SITE_SURVEYED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SITE_SURVEYED_DECLARED: Message = Message {
    name: "SiteSurveyed.Declared",
    fields: &[
        Field { number: 1, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 2, name: "surveyor", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "report", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
    ],
};

pub static STATEMENT: Message = Message {
    name: "Statement",
    fields: &[
        Field { number: 1, name: "device", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "sequence", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "previous", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "enrolment", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "seen", kind: Kind::Message(&SEEN), label: Label::Optional, stream: None, commits: false },
        Field { number: 6, name: "time", kind: Kind::Message(&TIME), label: Label::Required, stream: None, commits: false },
        Field { number: 7, name: "follows", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 8, name: "occurred", kind: Kind::Message(&OCCURRED), label: Label::Optional, stream: None, commits: false },
        Field { number: 100, name: "genesis", kind: Kind::Message(&GENESIS), label: Label::Fact, stream: None, commits: false },
        Field { number: 101, name: "epoch_claimed", kind: Kind::Message(&EPOCH_CLAIMED), label: Label::Fact, stream: None, commits: false },
        Field { number: 102, name: "census_taken", kind: Kind::Message(&CENSUS_TAKEN), label: Label::Fact, stream: None, commits: false },
        Field { number: 103, name: "fork_evidenced", kind: Kind::Message(&FORK_EVIDENCED), label: Label::Fact, stream: None, commits: false },
        Field { number: 104, name: "statement_set_aside", kind: Kind::Message(&STATEMENT_SET_ASIDE), label: Label::Fact, stream: None, commits: false },
        Field { number: 105, name: "store_closed", kind: Kind::Message(&STORE_CLOSED), label: Label::Fact, stream: None, commits: false },
        Field { number: 106, name: "ledger_key_rotated", kind: Kind::Message(&LEDGER_KEY_ROTATED), label: Label::Fact, stream: None, commits: false },
        Field { number: 107, name: "policy_adopted", kind: Kind::Message(&POLICY_ADOPTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 108, name: "rules_adopted", kind: Kind::Message(&RULES_ADOPTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 109, name: "approved", kind: Kind::Message(&APPROVED), label: Label::Fact, stream: None, commits: false },
        Field { number: 110, name: "chain_resumed", kind: Kind::Message(&CHAIN_RESUMED), label: Label::Fact, stream: None, commits: false },
        Field { number: 111, name: "checkpoint_signed", kind: Kind::Message(&CHECKPOINT_SIGNED), label: Label::Fact, stream: None, commits: false },
        Field { number: 112, name: "witness_cosigned", kind: Kind::Message(&WITNESS_COSIGNED), label: Label::Fact, stream: None, commits: false },
        Field { number: 113, name: "timestamp_token_attached", kind: Kind::Message(&TIMESTAMP_TOKEN_ATTACHED), label: Label::Fact, stream: None, commits: false },
        Field { number: 114, name: "disclosure_requested", kind: Kind::Message(&DISCLOSURE_REQUESTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 115, name: "disclosure_exported", kind: Kind::Message(&DISCLOSURE_EXPORTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 116, name: "field_erased", kind: Kind::Message(&FIELD_ERASED), label: Label::Fact, stream: None, commits: false },
        Field { number: 120, name: "device_enrolled", kind: Kind::Message(&DEVICE_ENROLLED), label: Label::Fact, stream: None, commits: false },
        Field { number: 121, name: "device_key_rotated", kind: Kind::Message(&DEVICE_KEY_ROTATED), label: Label::Fact, stream: None, commits: false },
        Field { number: 122, name: "device_key_revoked", kind: Kind::Message(&DEVICE_KEY_REVOKED), label: Label::Fact, stream: None, commits: false },
        Field { number: 123, name: "device_retired", kind: Kind::Message(&DEVICE_RETIRED), label: Label::Fact, stream: None, commits: false },
        Field { number: 124, name: "device_booted", kind: Kind::Message(&DEVICE_BOOTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 125, name: "power_lost", kind: Kind::Message(&POWER_LOST), label: Label::Fact, stream: None, commits: false },
        Field { number: 126, name: "power_restored", kind: Kind::Message(&POWER_RESTORED), label: Label::Fact, stream: None, commits: false },
        Field { number: 127, name: "tamper_sensed", kind: Kind::Message(&TAMPER_SENSED), label: Label::Fact, stream: None, commits: false },
        Field { number: 128, name: "self_tested", kind: Kind::Message(&SELF_TESTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 129, name: "firmware_changed", kind: Kind::Message(&FIRMWARE_CHANGED), label: Label::Fact, stream: None, commits: false },
        Field { number: 130, name: "firmware_approved", kind: Kind::Message(&FIRMWARE_APPROVED), label: Label::Fact, stream: None, commits: false },
        Field { number: 131, name: "clock_synchronised", kind: Kind::Message(&CLOCK_SYNCHRONISED), label: Label::Fact, stream: None, commits: false },
        Field { number: 132, name: "clock_stepped", kind: Kind::Message(&CLOCK_STEPPED), label: Label::Fact, stream: None, commits: false },
        Field { number: 133, name: "clock_unsynchronised", kind: Kind::Message(&CLOCK_UNSYNCHRONISED), label: Label::Fact, stream: None, commits: false },
        Field { number: 134, name: "offline_entered", kind: Kind::Message(&OFFLINE_ENTERED), label: Label::Fact, stream: None, commits: false },
        Field { number: 135, name: "offline_drained", kind: Kind::Message(&OFFLINE_DRAINED), label: Label::Fact, stream: None, commits: false },
        Field { number: 140, name: "site_registered", kind: Kind::Message(&SITE_REGISTERED), label: Label::Fact, stream: None, commits: false },
        Field { number: 141, name: "transit_store_designated", kind: Kind::Message(&TRANSIT_STORE_DESIGNATED), label: Label::Fact, stream: None, commits: false },
        Field { number: 142, name: "transit_store_withdrawn", kind: Kind::Message(&TRANSIT_STORE_WITHDRAWN), label: Label::Fact, stream: None, commits: false },
        Field { number: 143, name: "locker_registered", kind: Kind::Message(&LOCKER_REGISTERED), label: Label::Fact, stream: None, commits: false },
        Field { number: 144, name: "locker_moved", kind: Kind::Message(&LOCKER_MOVED), label: Label::Fact, stream: None, commits: false },
        Field { number: 145, name: "compartment_mode_set", kind: Kind::Message(&COMPARTMENT_MODE_SET), label: Label::Fact, stream: None, commits: false },
        Field { number: 146, name: "compartment_service_set", kind: Kind::Message(&COMPARTMENT_SERVICE_SET), label: Label::Fact, stream: None, commits: false },
        Field { number: 147, name: "camera_registered", kind: Kind::Message(&CAMERA_REGISTERED), label: Label::Fact, stream: None, commits: false },
        Field { number: 148, name: "site_surveyed", kind: Kind::Message(&SITE_SURVEYED), label: Label::Fact, stream: None, commits: false },
        Field { number: 149, name: "coverage_map_approved", kind: Kind::Message(&COVERAGE_MAP_APPROVED), label: Label::Fact, stream: None, commits: false },
        Field { number: 150, name: "camera_outage", kind: Kind::Message(&CAMERA_OUTAGE), label: Label::Fact, stream: None, commits: false },
        Field { number: 160, name: "person_registered", kind: Kind::Message(&PERSON_REGISTERED), label: Label::Fact, stream: None, commits: false },
        Field { number: 161, name: "person_renewed", kind: Kind::Message(&PERSON_RENEWED), label: Label::Fact, stream: None, commits: false },
        Field { number: 162, name: "role_granted", kind: Kind::Message(&ROLE_GRANTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 163, name: "role_revoked", kind: Kind::Message(&ROLE_REVOKED), label: Label::Fact, stream: None, commits: false },
        Field { number: 164, name: "credential_issued", kind: Kind::Message(&CREDENTIAL_ISSUED), label: Label::Fact, stream: None, commits: false },
        Field { number: 165, name: "credential_revoked", kind: Kind::Message(&CREDENTIAL_REVOKED), label: Label::Fact, stream: None, commits: false },
        Field { number: 166, name: "credential_lost", kind: Kind::Message(&CREDENTIAL_LOST), label: Label::Fact, stream: None, commits: false },
        Field { number: 170, name: "session_opened", kind: Kind::Message(&SESSION_OPENED), label: Label::Fact, stream: None, commits: false },
        Field { number: 171, name: "session_denied", kind: Kind::Message(&SESSION_DENIED), label: Label::Fact, stream: None, commits: false },
        Field { number: 172, name: "session_closed", kind: Kind::Message(&SESSION_CLOSED), label: Label::Fact, stream: None, commits: false },
        Field { number: 173, name: "compartment_reserved", kind: Kind::Message(&COMPARTMENT_RESERVED), label: Label::Fact, stream: None, commits: false },
        Field { number: 174, name: "no_compartment_available", kind: Kind::Message(&NO_COMPARTMENT_AVAILABLE), label: Label::Fact, stream: None, commits: false },
        Field { number: 175, name: "door_unlocked", kind: Kind::Message(&DOOR_UNLOCKED), label: Label::Fact, stream: None, commits: false },
        Field { number: 176, name: "door_opened", kind: Kind::Message(&DOOR_OPENED), label: Label::Fact, stream: None, commits: false },
        Field { number: 177, name: "door_closed", kind: Kind::Message(&DOOR_CLOSED), label: Label::Fact, stream: None, commits: false },
        Field { number: 178, name: "door_locked", kind: Kind::Message(&DOOR_LOCKED), label: Label::Fact, stream: None, commits: false },
        Field { number: 179, name: "door_failed_close", kind: Kind::Message(&DOOR_FAILED_CLOSE), label: Label::Fact, stream: None, commits: false },
        Field { number: 180, name: "door_left_open", kind: Kind::Message(&DOOR_LEFT_OPEN), label: Label::Fact, stream: None, commits: false },
        Field { number: 181, name: "door_forced", kind: Kind::Message(&DOOR_FORCED), label: Label::Fact, stream: None, commits: false },
        Field { number: 182, name: "master_key_used", kind: Kind::Message(&MASTER_KEY_USED), label: Label::Fact, stream: None, commits: false },
        Field { number: 183, name: "emergency_release", kind: Kind::Message(&EMERGENCY_RELEASE), label: Label::Fact, stream: None, commits: false },
        Field { number: 184, name: "presence_sensed", kind: Kind::Message(&PRESENCE_SENSED), label: Label::Fact, stream: None, commits: false },
        Field { number: 185, name: "temperature_excursion", kind: Kind::Message(&TEMPERATURE_EXCURSION), label: Label::Fact, stream: None, commits: false },
        Field { number: 186, name: "attended_check", kind: Kind::Message(&ATTENDED_CHECK), label: Label::Fact, stream: None, commits: false },
        Field { number: 187, name: "maintenance_authorised", kind: Kind::Message(&MAINTENANCE_AUTHORISED), label: Label::Fact, stream: None, commits: false },
        Field { number: 188, name: "found_in_empty_compartment", kind: Kind::Message(&FOUND_IN_EMPTY_COMPARTMENT), label: Label::Fact, stream: None, commits: false },
        Field { number: 200, name: "exhibit_registered", kind: Kind::Message(&EXHIBIT_REGISTERED), label: Label::Fact, stream: None, commits: false },
        Field { number: 201, name: "identified", kind: Kind::Message(&IDENTIFIED), label: Label::Fact, stream: None, commits: false },
        Field { number: 202, name: "reattributed", kind: Kind::Message(&REATTRIBUTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 203, name: "package_made", kind: Kind::Message(&PACKAGE_MADE), label: Label::Fact, stream: None, commits: false },
        Field { number: 204, name: "package_contained", kind: Kind::Message(&PACKAGE_CONTAINED), label: Label::Fact, stream: None, commits: false },
        Field { number: 205, name: "package_released", kind: Kind::Message(&PACKAGE_RELEASED), label: Label::Fact, stream: None, commits: false },
        Field { number: 206, name: "exhibit_split", kind: Kind::Message(&EXHIBIT_SPLIT), label: Label::Fact, stream: None, commits: false },
        Field { number: 207, name: "sub_exhibit_created", kind: Kind::Message(&SUB_EXHIBIT_CREATED), label: Label::Fact, stream: None, commits: false },
        Field { number: 208, name: "exhibits_consolidated", kind: Kind::Message(&EXHIBITS_CONSOLIDATED), label: Label::Fact, stream: None, commits: false },
        Field { number: 209, name: "weighed", kind: Kind::Message(&WEIGHED), label: Label::Fact, stream: None, commits: false },
        Field { number: 210, name: "counted", kind: Kind::Message(&COUNTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 211, name: "firearm_made_safe", kind: Kind::Message(&FIREARM_MADE_SAFE), label: Label::Fact, stream: None, commits: false },
        Field { number: 212, name: "refused_as_unsuitable", kind: Kind::Message(&REFUSED_AS_UNSUITABLE), label: Label::Fact, stream: None, commits: false },
        Field { number: 213, name: "paper_fallback", kind: Kind::Message(&PAPER_FALLBACK), label: Label::Fact, stream: None, commits: false },
        Field { number: 220, name: "seal_observed_intact", kind: Kind::Message(&SEAL_OBSERVED_INTACT), label: Label::Fact, stream: None, commits: false },
        Field { number: 221, name: "seal_broken", kind: Kind::Message(&SEAL_BROKEN), label: Label::Fact, stream: None, commits: false },
        Field { number: 222, name: "seal_discrepancy", kind: Kind::Message(&SEAL_DISCREPANCY), label: Label::Fact, stream: None, commits: false },
        Field { number: 223, name: "package_opened", kind: Kind::Message(&PACKAGE_OPENED), label: Label::Fact, stream: None, commits: false },
        Field { number: 224, name: "resealed", kind: Kind::Message(&RESEALED), label: Label::Fact, stream: None, commits: false },
        Field { number: 230, name: "deposited", kind: Kind::Message(&DEPOSITED), label: Label::Fact, stream: None, commits: false },
        Field { number: 231, name: "deposit_abandoned", kind: Kind::Message(&DEPOSIT_ABANDONED), label: Label::Fact, stream: None, commits: false },
        Field { number: 232, name: "misdeposited", kind: Kind::Message(&MISDEPOSITED), label: Label::Fact, stream: None, commits: false },
        Field { number: 233, name: "passed_back", kind: Kind::Message(&PASSED_BACK), label: Label::Fact, stream: None, commits: false },
        Field { number: 236, name: "collected", kind: Kind::Message(&COLLECTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 237, name: "transfer_offered", kind: Kind::Message(&TRANSFER_OFFERED), label: Label::Fact, stream: None, commits: false },
        Field { number: 238, name: "transfer_accepted", kind: Kind::Message(&TRANSFER_ACCEPTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 239, name: "transfer_rejected", kind: Kind::Message(&TRANSFER_REJECTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 240, name: "received_at", kind: Kind::Message(&RECEIVED_AT), label: Label::Fact, stream: None, commits: false },
        Field { number: 241, name: "temporarily_released", kind: Kind::Message(&TEMPORARILY_RELEASED), label: Label::Fact, stream: None, commits: false },
        Field { number: 242, name: "returned_from_release", kind: Kind::Message(&RETURNED_FROM_RELEASE), label: Label::Fact, stream: None, commits: false },
        Field { number: 243, name: "inspection_access", kind: Kind::Message(&INSPECTION_ACCESS), label: Label::Fact, stream: None, commits: false },
        Field { number: 244, name: "marked_missing", kind: Kind::Message(&MARKED_MISSING), label: Label::Fact, stream: None, commits: false },
        Field { number: 245, name: "found", kind: Kind::Message(&FOUND), label: Label::Fact, stream: None, commits: false },
        Field { number: 246, name: "returned_to_owner", kind: Kind::Message(&RETURNED_TO_OWNER), label: Label::Fact, stream: None, commits: false },
        Field { number: 247, name: "disposed", kind: Kind::Message(&DISPOSED), label: Label::Fact, stream: None, commits: false },
        Field { number: 250, name: "collection_authorised", kind: Kind::Message(&COLLECTION_AUTHORISED), label: Label::Fact, stream: None, commits: false },
        Field { number: 251, name: "collection_refused", kind: Kind::Message(&COLLECTION_REFUSED), label: Label::Fact, stream: None, commits: false },
        Field { number: 252, name: "return_authorised", kind: Kind::Message(&RETURN_AUTHORISED), label: Label::Fact, stream: None, commits: false },
        Field { number: 253, name: "disposal_authorised", kind: Kind::Message(&DISPOSAL_AUTHORISED), label: Label::Fact, stream: None, commits: false },
        Field { number: 254, name: "hold_placed", kind: Kind::Message(&HOLD_PLACED), label: Label::Fact, stream: None, commits: false },
        Field { number: 255, name: "hold_released", kind: Kind::Message(&HOLD_RELEASED), label: Label::Fact, stream: None, commits: false },
        Field { number: 256, name: "operator_override", kind: Kind::Message(&OPERATOR_OVERRIDE), label: Label::Fact, stream: None, commits: false },
        Field { number: 257, name: "break_glass", kind: Kind::Message(&BREAK_GLASS), label: Label::Fact, stream: None, commits: false },
        Field { number: 260, name: "audit_started", kind: Kind::Message(&AUDIT_STARTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 261, name: "item_counted", kind: Kind::Message(&ITEM_COUNTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 262, name: "item_not_found", kind: Kind::Message(&ITEM_NOT_FOUND), label: Label::Fact, stream: None, commits: false },
        Field { number: 263, name: "unexpected_item_found", kind: Kind::Message(&UNEXPECTED_ITEM_FOUND), label: Label::Fact, stream: None, commits: false },
        Field { number: 264, name: "audit_closed", kind: Kind::Message(&AUDIT_CLOSED), label: Label::Fact, stream: None, commits: false },
        Field { number: 265, name: "discrepancy_raised", kind: Kind::Message(&DISCREPANCY_RAISED), label: Label::Fact, stream: None, commits: false },
        Field { number: 266, name: "discrepancy_resolved", kind: Kind::Message(&DISCREPANCY_RESOLVED), label: Label::Fact, stream: None, commits: false },
        Field { number: 267, name: "overdue_raised", kind: Kind::Message(&OVERDUE_RAISED), label: Label::Fact, stream: None, commits: false },
        Field { number: 268, name: "overdue_cleared", kind: Kind::Message(&OVERDUE_CLEARED), label: Label::Fact, stream: None, commits: false },
        Field { number: 269, name: "annotated", kind: Kind::Message(&ANNOTATED), label: Label::Fact, stream: None, commits: false },
        Field { number: 270, name: "corrected", kind: Kind::Message(&CORRECTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 271, name: "late_entry", kind: Kind::Message(&LATE_ENTRY), label: Label::Fact, stream: None, commits: false },
        Field { number: 280, name: "footage_manifest_committed", kind: Kind::Message(&FOOTAGE_MANIFEST_COMMITTED), label: Label::Fact, stream: None, commits: false },
        Field { number: 281, name: "coverage_assessed", kind: Kind::Message(&COVERAGE_ASSESSED), label: Label::Fact, stream: None, commits: false },
        Field { number: 282, name: "footage_preservation_required", kind: Kind::Message(&FOOTAGE_PRESERVATION_REQUIRED), label: Label::Fact, stream: None, commits: false },
        Field { number: 283, name: "footage_preserved", kind: Kind::Message(&FOOTAGE_PRESERVED), label: Label::Fact, stream: None, commits: false },
        Field { number: 284, name: "footage_lapsed", kind: Kind::Message(&FOOTAGE_LAPSED), label: Label::Fact, stream: None, commits: false },
        Field { number: 285, name: "footage_altered", kind: Kind::Message(&FOOTAGE_ALTERED), label: Label::Fact, stream: None, commits: false },
        Field { number: 290, name: "equipment_issued", kind: Kind::Message(&EQUIPMENT_ISSUED), label: Label::Fact, stream: None, commits: false },
        Field { number: 291, name: "equipment_returned", kind: Kind::Message(&EQUIPMENT_RETURNED), label: Label::Fact, stream: None, commits: false },
        Field { number: 292, name: "equipment_overdue", kind: Kind::Message(&EQUIPMENT_OVERDUE), label: Label::Fact, stream: None, commits: false },
        Field { number: 293, name: "equipment_missing", kind: Kind::Message(&EQUIPMENT_MISSING), label: Label::Fact, stream: None, commits: false },
    ],
};

pub static STATEMENT_SET_ASIDE: Message = Message {
    name: "StatementSetAside",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&STATEMENT_SET_ASIDE_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static STATEMENT_SET_ASIDE_OBSERVED: Message = Message {
    name: "StatementSetAside.Observed",
    fields: &[
        Field { number: 1, name: "device", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Device), commits: false },
        Field { number: 2, name: "sequence", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "statement", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "envelope", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "reason", kind: Kind::Enum(&SET_ASIDE_REASON), label: Label::Required, stream: None, commits: false },
    ],
};

pub static STORE_CLOSED: Message = Message {
    name: "StoreClosed",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&STORE_CLOSED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static STORE_CLOSED_DECLARED: Message = Message {
    name: "StoreClosed.Declared",
    fields: &[
        Field { number: 1, name: "successor", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static STREAM_LINK: Message = Message {
    name: "StreamLink",
    fields: &[
        Field { number: 1, name: "revision", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "previous", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
    ],
};

pub static SUB_EXHIBIT_CREATED: Message = Message {
    name: "SubExhibitCreated",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&SUB_EXHIBIT_CREATED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SUB_EXHIBIT_CREATED_DECLARED: Message = Message {
    name: "SubExhibitCreated.Declared",
    fields: &[
        Field { number: 1, name: "parent", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "child", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "case", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Case), commits: false },
        Field { number: 4, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
    ],
};

pub static SUBMISSION: Message = Message {
    name: "Submission",
    fields: &[
        Field { number: 1, name: "envelope", kind: Kind::Message(&ENVELOPE), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "openings", kind: Kind::Text { max: 16384 }, label: Label::Repeated { count_max: 64 }, stream: None, commits: false },
    ],
};

pub static SUBMIT_REQUEST: Message = Message {
    name: "SubmitRequest",
    fields: &[
        Field { number: 1, name: "submissions", kind: Kind::Message(&SUBMISSION), label: Label::Repeated { count_max: 256 }, stream: None, commits: false },
        Field { number: 2, name: "seen_size", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static SUBMIT_RESPONSE: Message = Message {
    name: "SubmitResponse",
    fields: &[
        Field { number: 1, name: "outcomes", kind: Kind::Message(&OUTCOME), label: Label::Repeated { count_max: 256 }, stream: None, commits: false },
        Field { number: 2, name: "checkpoint", kind: Kind::Text { max: 65536 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 3, name: "consistency", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Repeated { count_max: 64 }, stream: None, commits: false },
    ],
};

pub static TAMPER_SENSED: Message = Message {
    name: "TamperSensed",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&TAMPER_SENSED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TAMPER_SENSED_OBSERVED: Message = Message {
    name: "TamperSensed.Observed",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: Some(Stream::Compartment), commits: false },
        Field { number: 2, name: "open", kind: Kind::Bool, label: Label::Required, stream: None, commits: false },
    ],
};

pub static TEMPERATURE_EXCURSION: Message = Message {
    name: "TemperatureExcursion",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&TEMPERATURE_EXCURSION_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TEMPERATURE_EXCURSION_OBSERVED: Message = Message {
    name: "TemperatureExcursion.Observed",
    fields: &[
        Field { number: 1, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Compartment), commits: false },
        Field { number: 2, name: "millidegrees_celsius", kind: Kind::Sint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "duration_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static TEMPORARILY_RELEASED: Message = Message {
    name: "TemporarilyReleased",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&TEMPORARILY_RELEASED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TEMPORARILY_RELEASED_DECLARED: Message = Message {
    name: "TemporarilyReleased.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "to", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "purpose", kind: Kind::Enum(&RELEASE_PURPOSE), label: Label::Required, stream: None, commits: false },
        Field { number: 5, name: "due_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 6, name: "condition", kind: Kind::Enum(&SEAL_CONDITION), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TIME: Message = Message {
    name: "Time",
    fields: &[
        Field { number: 1, name: "boot", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "monotonic_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "wall_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "clock", kind: Kind::Message(&CLOCK_STATE), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TIMESTAMP_TOKEN_ATTACHED: Message = Message {
    name: "TimestampTokenAttached",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&TIMESTAMP_TOKEN_ATTACHED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TIMESTAMP_TOKEN_ATTACHED_OBSERVED: Message = Message {
    name: "TimestampTokenAttached.Observed",
    fields: &[
        Field { number: 1, name: "size", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "root", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "token", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "time_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static TRANSFER_ACCEPTED: Message = Message {
    name: "TransferAccepted",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&TRANSFER_ACCEPTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TRANSFER_ACCEPTED_DECLARED: Message = Message {
    name: "TransferAccepted.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "offer", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "condition", kind: Kind::Enum(&SEAL_CONDITION), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TRANSFER_OFFERED: Message = Message {
    name: "TransferOffered",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&TRANSFER_OFFERED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TRANSFER_OFFERED_DECLARED: Message = Message {
    name: "TransferOffered.Declared",
    fields: &[
        Field { number: 1, name: "item", kind: Kind::Message(&ITEM), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "to", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "condition", kind: Kind::Enum(&SEAL_CONDITION), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TRANSFER_REJECTED: Message = Message {
    name: "TransferRejected",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&TRANSFER_REJECTED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TRANSFER_REJECTED_DECLARED: Message = Message {
    name: "TransferRejected.Declared",
    fields: &[
        Field { number: 1, name: "exhibits", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Repeated { count_max: 32 }, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "offer", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "reason", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static TRANSIT_STORE_DESIGNATED: Message = Message {
    name: "TransitStoreDesignated",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&TRANSIT_STORE_DESIGNATED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TRANSIT_STORE_DESIGNATED_DECLARED: Message = Message {
    name: "TransitStoreDesignated.Declared",
    fields: &[
        Field { number: 1, name: "store", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 3, name: "name", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: true },
        Field { number: 4, name: "valid_from_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static TRANSIT_STORE_WITHDRAWN: Message = Message {
    name: "TransitStoreWithdrawn",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&TRANSIT_STORE_WITHDRAWN_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static TRANSIT_STORE_WITHDRAWN_DECLARED: Message = Message {
    name: "TransitStoreWithdrawn.Declared",
    fields: &[
        Field { number: 1, name: "store", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "site", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Site), commits: false },
        Field { number: 3, name: "valid_to_us", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static UNEXPECTED_ITEM_FOUND: Message = Message {
    name: "UnexpectedItemFound",
    fields: &[
        Field { number: 2, name: "declared", kind: Kind::Message(&UNEXPECTED_ITEM_FOUND_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static UNEXPECTED_ITEM_FOUND_DECLARED: Message = Message {
    name: "UnexpectedItemFound.Declared",
    fields: &[
        Field { number: 1, name: "audit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "exhibit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 3, name: "compartment", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Optional, stream: None, commits: false },
        Field { number: 4, name: "description", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Optional, stream: None, commits: true },
    ],
};

pub static WEIGHED: Message = Message {
    name: "Weighed",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&WEIGHED_OBSERVED), label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "declared", kind: Kind::Message(&WEIGHED_DECLARED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static WEIGHED_DECLARED: Message = Message {
    name: "Weighed.Declared",
    fields: &[
        Field { number: 1, name: "exhibit", kind: Kind::Bytes { min: 16, max: 16 }, label: Label::Required, stream: Some(Stream::Exhibit), commits: false },
        Field { number: 2, name: "by", kind: Kind::Message(&ACT), label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "witness", kind: Kind::Message(&ACT), label: Label::Optional, stream: None, commits: false },
    ],
};

pub static WEIGHED_OBSERVED: Message = Message {
    name: "Weighed.Observed",
    fields: &[
        Field { number: 1, name: "weight_mg", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "error_mg", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static WITNESS_COSIGNED: Message = Message {
    name: "WitnessCosigned",
    fields: &[
        Field { number: 1, name: "observed", kind: Kind::Message(&WITNESS_COSIGNED_OBSERVED), label: Label::Required, stream: None, commits: false },
    ],
};

pub static WITNESS_COSIGNED_OBSERVED: Message = Message {
    name: "WitnessCosigned.Observed",
    fields: &[
        Field { number: 1, name: "witness", kind: Kind::Text { max: 255 }, label: Label::Required, stream: None, commits: false },
        Field { number: 2, name: "size", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
        Field { number: 3, name: "root", kind: Kind::Bytes { min: 32, max: 32 }, label: Label::Required, stream: None, commits: false },
        Field { number: 4, name: "time_s", kind: Kind::Uint64, label: Label::Required, stream: None, commits: false },
    ],
};

pub static ALGORITHM: Enumeration = Enumeration {
    name: "Algorithm",
    values: &[
        (1, "ed25519"),
        (2, "ecdsa_p256_sha256"),
    ],
};

pub static AUTHENTICATION_METHOD: Enumeration = Enumeration {
    name: "AuthenticationMethod",
    values: &[
        (1, "card"),
        (2, "card_and_pin"),
        (3, "pin"),
        (4, "oidc"),
        (5, "passkey"),
        (6, "vouched"),
        (7, "override"),
    ],
};

pub static BOOT_REASON: Enumeration = Enumeration {
    name: "BootReason",
    values: &[
        (1, "power_on"),
        (2, "restart"),
        (3, "watchdog"),
        (4, "update"),
    ],
};

pub static CATEGORY: Enumeration = Enumeration {
    name: "Category",
    values: &[
        (1, "other"),
        (2, "cash"),
        (3, "drug"),
        (4, "firearm"),
        (5, "biological"),
        (6, "digital"),
    ],
};

pub static CHECK_RESULT: Enumeration = Enumeration {
    name: "CheckResult",
    values: &[
        (1, "as_recorded"),
        (2, "item_absent"),
        (3, "item_unexpected"),
        (4, "seal_disturbed"),
    ],
};

pub static CLOCK_SOURCE: Enumeration = Enumeration {
    name: "ClockSource",
    values: &[
        (1, "local"),
        (2, "ntp"),
        (3, "nts"),
        (4, "roughtime"),
        (5, "gnss"),
    ],
};

pub static CLOSURE: Enumeration = Enumeration {
    name: "Closure",
    values: &[
        (1, "sealed"),
        (2, "labelled"),
        (3, "unsealed"),
    ],
};

pub static COMPARTMENT_MODE: Enumeration = Enumeration {
    name: "CompartmentMode",
    values: &[
        (1, "single"),
        (2, "multi"),
    ],
};

pub static COUNTED_UNIT: Enumeration = Enumeration {
    name: "CountedUnit",
    values: &[
        (1, "pieces"),
        (2, "pence"),
    ],
};

pub static COVERAGE_VERDICT: Enumeration = Enumeration {
    name: "CoverageVerdict",
    values: &[
        (1, "covered"),
        (2, "holes"),
        (3, "none"),
    ],
};

pub static DENIAL_REASON: Enumeration = Enumeration {
    name: "DenialReason",
    values: &[
        (1, "unknown_credential"),
        (2, "revoked_credential"),
        (3, "wrong_pin"),
        (4, "not_allowed"),
    ],
};

pub static DEVICE_KIND: Enumeration = Enumeration {
    name: "DeviceKind",
    values: &[
        (1, "locker"),
        (2, "desk"),
        (3, "recorder"),
        (4, "node"),
        (5, "authority"),
    ],
};

pub static DISCLOSURE_PROFILE: Enumeration = Enumeration {
    name: "DisclosureProfile",
    values: &[
        (1, "defence"),
        (2, "cps"),
        (3, "internal"),
    ],
};

pub static DISPOSAL_METHOD: Enumeration = Enumeration {
    name: "DisposalMethod",
    values: &[
        (1, "destroyed"),
        (2, "auctioned"),
        (3, "forfeited"),
    ],
};

pub static HANDLING: Enumeration = Enumeration {
    name: "Handling",
    values: &[
        (1, "two_person"),
        (2, "refrigerated"),
        (3, "frozen"),
        (4, "forensic"),
        (5, "fragile"),
    ],
};

pub static HOLD_REASON: Enumeration = Enumeration {
    name: "HoldReason",
    values: &[
        (1, "legal"),
        (2, "appeal"),
        (3, "case_review"),
    ],
};

pub static LAPSE_DECISION: Enumeration = Enumeration {
    name: "LapseDecision",
    values: &[
        (1, "not_needed"),
        (2, "undecided"),
    ],
};

pub static LOCKER_PURPOSE: Enumeration = Enumeration {
    name: "LockerPurpose",
    values: &[
        (1, "exhibits"),
        (2, "equipment"),
        (3, "both"),
    ],
};

pub static MISDEPOSIT_KIND: Enumeration = Enumeration {
    name: "MisdepositKind",
    values: &[
        (1, "wrong_compartment"),
        (2, "empty"),
        (3, "other_item"),
    ],
};

pub static OUTAGE_KIND: Enumeration = Enumeration {
    name: "OutageKind",
    values: &[
        (1, "no_signal"),
        (2, "tampered"),
        (3, "scene_changed"),
        (4, "maintenance"),
        (5, "frozen"),
    ],
};

pub static OUTCOME_STATUS: Enumeration = Enumeration {
    name: "OutcomeStatus",
    values: &[
        (1, "recorded"),
        (2, "already_recorded"),
        (3, "refused"),
        (4, "not_yet"),
    ],
};

pub static PASS_BACK_REASON: Enumeration = Enumeration {
    name: "PassBackReason",
    values: &[
        (1, "packaging"),
        (2, "label"),
        (3, "seal"),
        (4, "unsuitable"),
    ],
};

pub static PLACE_KIND: Enumeration = Enumeration {
    name: "PlaceKind",
    values: &[
        (1, "store"),
        (2, "laboratory"),
        (3, "court"),
        (4, "other"),
    ],
};

pub static RELEASE_PURPOSE: Enumeration = Enumeration {
    name: "ReleasePurpose",
    values: &[
        (1, "laboratory"),
        (2, "court"),
        (3, "defence"),
        (4, "investigation"),
    ],
};

pub static REVOCATION_REASON: Enumeration = Enumeration {
    name: "RevocationReason",
    values: &[
        (1, "stolen"),
        (2, "compromised"),
        (3, "faulty"),
        (4, "superseded"),
    ],
};

pub static ROLE: Enumeration = Enumeration {
    name: "Role",
    values: &[
        (1, "officer"),
        (2, "exhibits_officer"),
        (3, "store_manager"),
        (4, "courier"),
        (5, "custody_auditor"),
        (6, "disclosure_officer"),
        (7, "estate_manager"),
        (8, "maintainer"),
        (9, "examiner"),
    ],
};

pub static SEAL_CONDITION: Enumeration = Enumeration {
    name: "SealCondition",
    values: &[
        (1, "intact"),
        (2, "damaged"),
        (3, "broken"),
        (4, "absent"),
    ],
};

pub static SET_ASIDE_REASON: Enumeration = Enumeration {
    name: "SetAsideReason",
    values: &[
        (1, "after_revocation"),
        (2, "after_retirement"),
    ],
};

pub static SIGNED_VIDEO: Enumeration = Enumeration {
    name: "SignedVideo",
    values: &[
        (1, "not_checked"),
        (2, "valid"),
        (3, "valid_with_gaps"),
        (4, "invalid"),
        (5, "unsigned"),
    ],
};

pub static UNSUITABLE: Enumeration = Enumeration {
    name: "Unsuitable",
    values: &[
        (1, "perishable"),
        (2, "hazardous"),
        (3, "oversize"),
        (4, "packaging"),
    ],
};
