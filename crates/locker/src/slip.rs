//! The slip: what an officer takes along, on paper, with a QR code. No name, no pseudonym, no description.
//!
//! ```text
//! custody:1:offline:<statement hash>:<device>:<sequence>:<base64url signature>
//! custody:1:receipt:<statement hash>:<entry index>:<origin>
//! ```
//!
//! An offline slip is the locker's own signed statement and says so: its signature fits one statement only,
//! and that statement can be asked for. Once the ledger has acknowledged it, the slip says where it stands.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use civil_time::{Zone, utc};
use custody::fact::Fact;
use custody::id::{CompartmentId, DeviceId, Digest, ExhibitId};
use custody::movement::Movement;
use ledger_format::statement;
use qrcode::render::{svg, unicode};
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};

use crate::clock::Clock;
use crate::device::Device;
use crate::key::Signer;
use crate::record_log::LogError;
use crate::storage::Storage;

/// What a slip shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// `DEPOSIT`, `COLLECTION`, or the act's name.
    pub act: &'static str,
    /// The statement's hash: what later acts follow.
    pub statement: Digest,
    /// Who says so.
    pub device: DeviceId,
    /// Its number.
    pub sequence: u64,
    /// The device's signature.
    pub signature: [u8; 64],
    /// The device's wall clock, UTC microseconds, and the bound on its error.
    pub said_at_us: (u64, u64),
    /// Whose civil time the slip gives beside UTC.
    pub zone: Zone,
    /// Where.
    pub compartment: Option<CompartmentId>,
    /// What.
    pub exhibits: Vec<ExhibitId>,
    /// The seal.
    pub seal: Option<String>,
    /// Entry index and origin, once acknowledged.
    pub recorded: Option<(u64, String)>,
}

/// What the code on a slip says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlipCode {
    /// The locker's own word.
    Offline {
        /// The statement's hash.
        statement: Digest,
        /// Who signed.
        device: DeviceId,
        /// Its number.
        sequence: u64,
        /// The signature.
        signature: [u8; 64],
    },
    /// The ledger has it.
    Receipt {
        /// The statement's hash.
        statement: Digest,
        /// The entry's index.
        index: u64,
        /// The ledger.
        origin: String,
    },
}

/// A code is not one of a slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the code of a custody slip")]
pub struct NotASlip;

/// There is no slip to print.
#[derive(Debug, thiserror::Error)]
pub enum SlipError {
    /// This device said no such thing.
    #[error("this device made no statement {0}")]
    Unknown(Digest),
    /// It is not a custody act.
    #[error("statement {0} is no custody act")]
    NoAct(Digest),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] LogError),
    /// The code is too long for a QR code.
    #[error("QR code: {0}")]
    Code(QrError),
}

/// The slip of a custody act of this device, as things stand now.
pub fn slip_of<G: Signer, C: Clock, F: Storage>(
    device: &Device<G, C, F>,
    hash: Digest,
    origin: &str,
    zone: &Zone,
) -> Result<Slip, SlipError> {
    let (sequence, said) = device.find(hash).ok_or(SlipError::Unknown(hash))?;
    let recorded = said.index.map(|index| (index, origin.to_owned()));
    let envelope = device.envelope(sequence)?.ok_or(SlipError::Unknown(hash))?;
    let decoded = statement::decode(&envelope.statement).map_err(|_| SlipError::Unknown(hash))?.statement;
    let Fact::Movement(movement) = &decoded.fact else { return Err(SlipError::NoAct(hash)) };
    let (act, seal) = match movement {
        Movement::Deposited { item, .. } => ("DEPOSIT", item.seal.clone()),
        Movement::Collected { item, .. } => ("COLLECTION", item.seal.clone()),
        Movement::TransferAccepted { item, .. } => ("TRANSFER", item.seal.clone()),
        Movement::ReceivedAt { item, .. } => ("RECEIPT AT A PLACE", item.seal.clone()),
        _ => ("CUSTODY ACT", None),
    };
    Ok(Slip {
        act,
        statement: hash,
        device: device.id(),
        sequence,
        signature: envelope.signature,
        said_at_us: (decoded.time.wall_us, decoded.time.error_us),
        zone: zone.clone(),
        compartment: movement.at().map(|at| at.compartment),
        exhibits: movement.exhibits().to_vec(),
        seal,
        recorded,
    })
}

impl Slip {
    /// What the QR code holds.
    pub fn code(&self) -> String {
        let Self { statement, device, sequence, .. } = self;
        if let Some((index, origin)) = &self.recorded {
            return format!("custody:1:receipt:{statement}:{index}:{origin}");
        }
        let signature = URL_SAFE_NO_PAD.encode(self.signature);
        format!("custody:1:offline:{statement}:{device}:{sequence}:{signature}")
    }

    /// The lines of the slip. Anything typed is shown without control characters.
    pub fn lines(&self) -> Vec<String> {
        let (wall_us, error_us) = self.said_at_us;
        let mut lines = vec![format!("CUSTODY SLIP: {}", self.act)];
        lines.extend(self.zone.local(wall_us).map(|local| format!("Time        {local}")));
        lines.push(format!("UTC         {} (error at most {} ms)", utc(wall_us), error_us.div_ceil(1000)));
        lines.push(format!("Statement   {}", self.statement));
        lines.push(format!("Device      {} no. {}", self.device, self.sequence));
        lines.extend(self.compartment.map(|compartment| format!("Compartment {compartment}")));
        lines.extend(self.seal.as_ref().map(|seal| format!("Seal        {}", printable(seal))));
        lines.extend(self.exhibits.iter().map(|exhibit| format!("Exhibit     {exhibit}")));
        if let Some((index, origin)) = &self.recorded {
            lines.push(format!("RECORDED as entry {index} of {}", printable(origin)));
            lines.push("This device has verified the ledger's receipt.".to_owned());
        } else {
            lines.push("OFFLINE SLIP: the locker's own signed statement.".to_owned());
            lines.push("The ledger has not acknowledged it yet. Print the slip again later.".to_owned());
        }
        lines
    }

    /// For a line printer or a terminal, with the QR code in block characters.
    pub fn to_text(&self) -> Result<String, SlipError> {
        let code = self.qr()?.render::<unicode::Dense1x2>().quiet_zone(true).build();
        Ok(format!("{}\n\n{code}\n", self.lines().join("\n")))
    }

    /// For a label printer: one SVG, text and QR code.
    pub fn to_svg(&self) -> Result<String, SlipError> {
        const LINE: usize = 18;
        let code = self.qr()?.render::<svg::Color<'_>>().min_dimensions(220, 220).build();
        // The inner drawing, without its XML declaration and at its place.
        let code = code.split_once("<svg ").map_or("", |(_, rest)| rest);
        let lines = self.lines();
        let top = lines.len() * LINE + 24;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"{}\" font-family=\"monospace\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
            top + 300,
        );
        for (place, line) in lines.iter().enumerate() {
            let y = (place + 1) * LINE;
            // Writing to a string does not fail.
            let _infallible =
                writeln!(out, "<text x=\"12\" y=\"{y}\" xml:space=\"preserve\">{}</text>", escape(line));
        }
        let _infallible = writeln!(out, "<svg x=\"12\" y=\"{top}\" {code}\n</svg>");
        Ok(out)
    }

    fn qr(&self) -> Result<QrCode, SlipError> {
        QrCode::with_error_correction_level(self.code(), EcLevel::M).map_err(SlipError::Code)
    }
}

/// Reads the code of a slip, strictly: for the statement that the next act follows.
pub fn parse_code(code: &str) -> Result<SlipCode, NotASlip> {
    let rest = code.strip_prefix("custody:1:").ok_or(NotASlip)?;
    let (kind, rest) = rest.split_once(':').ok_or(NotASlip)?;
    let (statement, rest) = rest.split_once(':').ok_or(NotASlip)?;
    let statement: Digest = statement.parse().map_err(|_| NotASlip)?;
    let (first, rest) = rest.split_once(':').ok_or(NotASlip)?;
    match kind {
        "receipt" => {
            let index = first.parse().map_err(|_| NotASlip)?;
            Ok(SlipCode::Receipt { statement, index, origin: rest.to_owned() })
        }
        "offline" => {
            let (sequence, signature) = rest.split_once(':').ok_or(NotASlip)?;
            let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| NotASlip)?;
            Ok(SlipCode::Offline {
                statement,
                device: first.parse().map_err(|_| NotASlip)?,
                sequence: sequence.parse().map_err(|_| NotASlip)?,
                signature: signature.try_into().map_err(|_| NotASlip)?,
            })
        }
        _ => Err(NotASlip),
    }
}

fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::Package;
    use crate::deposit::{Deposit, DepositOutcome};
    use crate::sync::sync;
    use crate::testing::{A1, FakeNode, ORIGIN, TestDevice, World, exhibit, officer};

    fn deposited(seal: &str) -> (TestDevice, Digest) {
        let world = World::new();
        let (mut device, mut simulator) = (world.device(), world.simulator());
        let deposit = Deposit::new(A1, officer(0x5e), Package::sealed(exhibit(7), seal));
        let DepositOutcome::Deposited { statement } = device.deposit(&mut simulator, &deposit).unwrap()
        else {
            panic!()
        };
        (device, statement)
    }

    #[test]
    fn an_offline_slip_says_that_it_is_and_a_later_one_says_where_it_stands() {
        let (mut device, statement) = deposited("S100");
        let offline = slip_of(&device, statement, ORIGIN, &Zone::default()).unwrap();
        let text = offline.to_text().unwrap();
        assert!(text.contains("OFFLINE SLIP") && !text.contains("RECORDED"), "{text}");
        let code = parse_code(&offline.code()).unwrap();
        let (signature, sequence, device_id) = (offline.signature, offline.sequence, device.id());
        assert_eq!(code, SlipCode::Offline { statement, device: device_id, sequence, signature });

        sync(&mut device, &mut FakeNode::new().line()).unwrap();
        let slip = slip_of(&device, statement, ORIGIN, &Zone::default()).unwrap();
        let text = slip.to_text().unwrap();
        assert!(text.contains(&format!("RECORDED as entry 12 of {ORIGIN}")), "{text}");
        assert!(!text.contains("OFFLINE"));
        let origin = ORIGIN.to_owned();
        assert_eq!(parse_code(&slip.code()), Ok(SlipCode::Receipt { statement, index: 12, origin }));
    }

    /// An officer compares the slip with a wristwatch and a notebook, a court with the ledger.
    #[test]
    fn a_slip_has_the_time_of_the_wall_and_that_of_the_ledger() {
        let (device, statement) = deposited("S100");
        let slip = slip_of(&device, statement, ORIGIN, &Zone::default()).unwrap();
        let text = slip.lines().join("\n");
        assert!(text.contains("Time        2026-10-01 11:00:24.000 BST (UTC+01:00)\n"), "{text}");
        assert!(text.contains("UTC         2026-10-01T10:00:24.000000Z (error at most "), "{text}");
        let beyond = Slip { said_at_us: (u64::MAX, u64::MAX), ..slip }.lines();
        assert!(
            beyond.iter().any(|line| line.starts_with("UTC         586524-01-19T08:01:49")),
            "{beyond:?}"
        );
    }

    #[test]
    fn no_person_stands_on_a_slip() {
        let (device, statement) = deposited("S100");
        let slip = slip_of(&device, statement, ORIGIN, &Zone::default()).unwrap();
        let person = officer(0x5e).person.to_string();
        for text in [slip.to_text().unwrap(), slip.to_svg().unwrap(), slip.code()] {
            assert!(!text.contains(&person) && !text.contains("5e5e"), "{text}");
        }
    }

    #[test]
    fn what_was_typed_cannot_break_out_of_the_slip() {
        let (device, statement) = deposited("</text><script>\u{1b}[2J");
        let slip = slip_of(&device, statement, ORIGIN, &Zone::default()).unwrap();
        let svg = slip.to_svg().unwrap();
        assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;"));
        assert!(!slip.to_text().unwrap().contains('\u{1b}'));
        assert_eq!(svg.matches("<svg").count(), svg.matches("</svg>").count());
    }

    #[test]
    fn what_is_no_custody_act_has_no_slip() {
        let (device, _) = deposited("S1");
        let opened = device.said_at(0).unwrap().hash;
        assert!(matches!(slip_of(&device, opened, ORIGIN, &Zone::default()), Err(SlipError::NoAct(_))));
        assert!(matches!(
            slip_of(&device, Digest([3; 32]), ORIGIN, &Zone::default()),
            Err(SlipError::Unknown(_))
        ));
        for code in ["", "custody:1:", "custody:2:receipt:00:1:o", "custody:1:receipt:00:1:o"] {
            assert_eq!(parse_code(code), Err(NotASlip));
        }
    }
}
