//! What the schema says of every message and field, as data: one walk over bytes, guided by this
//! table, decides whether they are canonical, which streams they belong to and what they commit to.

/// One message type.
#[derive(Debug)]
pub struct Message {
    /// Name within the package, nested ones with their parent: `Deposited.Declared`.
    pub name: &'static str,
    /// Ascending by number.
    pub fields: &'static [Field],
}

/// One field of a message.
#[derive(Debug)]
pub struct Field {
    /// Its number on the wire.
    pub number: u32,
    /// Its name in the schema.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// How often it may stand.
    pub label: Label,
    /// Belongs to the stream of this kind whose id is the value.
    pub stream: Option<Stream>,
    /// The value is the digest of a disclosure named after the field.
    pub commits: bool,
}

/// The type of a field.
#[derive(Debug)]
pub enum Kind {
    /// `bool`: 0 or 1.
    Bool,
    /// `uint64`.
    Uint64,
    /// `sint64`, zigzag.
    Sint64,
    /// `bytes` of a length between the two, ends included.
    Bytes {
        /// Least length.
        min: usize,
        /// Greatest length.
        max: usize,
    },
    /// `string`: 1 to `max` bytes of UTF-8.
    Text {
        /// Greatest length in bytes.
        max: usize,
    },
    /// One of the enumeration's known values, never 0.
    Enum(&'static Enumeration),
    /// A nested message.
    Message(&'static Message),
}

/// How often a field may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// Exactly once. A number or `bool` that is zero is left out and means zero.
    Required,
    /// At most once; a number that is zero is written.
    Optional,
    /// Up to `count_max` times; numbers are packed.
    Repeated {
        /// Greatest number of elements.
        count_max: usize,
    },
    /// The statement's fact: exactly one field with this label stands.
    Fact,
}

/// The kind of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// One exhibit.
    Exhibit,
    /// One case.
    Case,
    /// One compartment.
    Compartment,
    /// One device.
    Device,
    /// One site.
    Site,
}

/// One enumeration.
#[derive(Debug)]
pub struct Enumeration {
    /// Name within the package.
    pub name: &'static str,
    /// Number and name of each value other than the unspecified one, in the schema's order.
    pub values: &'static [(u64, &'static str)],
}

impl Message {
    /// The field with this number.
    pub fn field(&self, number: u32) -> Option<&'static Field> {
        let place = self.fields.binary_search_by_key(&number, |field| field.number).ok()?;
        self.fields.get(place)
    }

    /// The field with this name.
    pub fn field_named(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Enumeration {
    /// The name of a value, unless it is unknown or 0.
    pub fn value_name(&self, number: u64) -> Option<&'static str> {
        self.values.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
    }

    /// The number of a named value.
    pub fn value_number(&self, name: &str) -> Option<u64> {
        self.values.iter().find(|(_, known)| *known == name).map(|(number, _)| *number)
    }
}
