//! What an ONVIF recorder answers. Elements go by their local names: makers bind prefixes as they like.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::pattern::utc_us;

/// The most results read from one answer: what is asked for, with room for those who send more.
const RESULTS_MAX: usize = 100_000;

/// The deepest element: ONVIF's own go to twelve.
const DEPTH_MAX: usize = 64;

/// A property of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Property {
    /// There is data of a track.
    IsDataPresent,
    /// Somebody has started the recording, and nobody stopped it.
    IsRecording,
}

/// From then on, a property has this value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// UTC microseconds.
    pub at_us: u64,
    /// The recording's token.
    pub recording: String,
    /// The track's token.
    pub track: Option<String>,
    /// Of what.
    pub property: Property,
    /// Its value.
    pub value: bool,
    /// It had this value when the search's time began.
    pub is_start_state: bool,
}

/// One answer to `GetEventSearchResults`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    /// The changes of recording state; other events are left out.
    pub changes: Vec<Change>,
    /// Nothing more will come.
    pub is_completed: bool,
}

#[derive(Debug, Default)]
struct Result1 {
    recording: String,
    track: String,
    time: String,
    start_state: String,
    topic: String,
    items: Vec<(String, String)>,
}

/// The results in an answer.
pub fn results_of(xml: &str) -> Result<Results, String> {
    let (mut changes, mut is_completed, mut result) = (Vec::new(), None, None::<Result1>);
    walk(xml, |path, step| {
        match (step, path.last().map(String::as_str), &mut result) {
            (Step::Start, Some("Result"), _) => result = Some(Result1::default()),
            (Step::End, Some("Result"), _) => {
                if changes.len() >= RESULTS_MAX {
                    return Err(format!("more than {RESULTS_MAX} results"));
                }
                changes.extend(result.take().map(Result1::change).transpose()?.flatten());
            }
            (Step::Item(name, value), _, Some(result)) => result.items.push((name, value)),
            (Step::Text(text), Some("SearchState"), _) => is_completed = Some(text.trim() == "Completed"),
            (Step::Text(text), Some(name), Some(result)) => match name {
                "RecordingToken" => result.recording.push_str(text),
                "TrackToken" => result.track.push_str(text),
                "Time" => result.time.push_str(text),
                "StartStateEvent" => result.start_state.push_str(text),
                "Topic" => result.topic.push_str(text),
                _ => {}
            },
            _ => {}
        }
        Ok(())
    })?;
    let is_completed = is_completed.ok_or("no SearchState: not an answer to GetEventSearchResults")?;
    Ok(Results { changes, is_completed })
}

impl Result1 {
    /// `None` if it is an event of another topic.
    fn change(self) -> Result<Option<Change>, String> {
        let property = match self.topic.trim().split_once(':').map(|(_, path)| path) {
            Some("RecordingHistory/Track/State") => Property::IsDataPresent,
            Some("RecordingHistory/Recording/State") => Property::IsRecording,
            _ => return Ok(None),
        };
        let item =
            |name: &str| self.items.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
        let value = match property {
            Property::IsDataPresent => item("IsDataPresent"),
            Property::IsRecording => item("IsRecording"),
        };
        let time = self.time.trim();
        let track = Some(self.track.trim()).filter(|track| !track.is_empty()).or_else(|| item("Track"));
        Ok(Some(Change {
            at_us: utc_us(time).ok_or_else(|| format!("{time:?} is not a time in UTC"))?,
            recording: self.recording.trim().to_owned(),
            track: track.map(str::to_owned),
            property,
            value: boolean(value.unwrap_or_default())?,
            is_start_state: boolean(self.start_state.trim())?,
        }))
    }
}

/// `xs:boolean`.
fn boolean(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        other => Err(format!("{other:?} is not a boolean")),
    }
}

/// The token of the search that `FindEvents` began.
pub fn search_token_of(xml: &str) -> Result<String, String> {
    let mut token = String::new();
    walk(xml, |path, step| {
        if let (Step::Text(text), Some("SearchToken")) = (step, path.last().map(String::as_str)) {
            token.push_str(text);
        }
        Ok(())
    })?;
    let token = token.trim().to_owned();
    if token.is_empty() { Err("no SearchToken: not an answer to FindEvents".to_owned()) } else { Ok(token) }
}

/// What the recorder says is wrong, if its answer is a SOAP fault.
pub fn fault_of(xml: &str) -> Result<Option<String>, String> {
    let (mut is_fault, mut reason) = (false, String::new());
    walk(xml, |path, step| {
        is_fault |= path.last().is_some_and(|name| name == "Fault");
        if let (Step::Text(text), true) = (step, is_fault) {
            for word in text.split_whitespace() {
                reason.push_str(word);
                reason.push(' ');
            }
        }
        Ok(())
    })?;
    Ok(is_fault.then(|| reason.trim().chars().take(256).collect()))
}

enum Step<'a> {
    Start,
    End,
    Text(&'a str),
    /// Name and value of a `SimpleItem`.
    Item(String, String),
}

/// Goes through a document; `path` is the local names from the outside in. No entity is ever expanded but the
/// five of XML itself.
fn walk(xml: &str, mut visit: impl FnMut(&[String], Step<'_>) -> Result<(), String>) -> Result<(), String> {
    let (mut reader, mut path) = (Reader::from_str(xml), Vec::new());
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                enter(&mut path, &start)?;
                visit(&path, step_of(&start)?)?;
            }
            Event::Empty(start) => {
                enter(&mut path, &start)?;
                visit(&path, step_of(&start)?)?;
                visit(&path, Step::End)?;
                path.pop();
            }
            Event::End(_) => {
                visit(&path, Step::End)?;
                path.pop();
            }
            Event::Text(text) => visit(&path, Step::Text(&text.into_inner()))?,
            Event::CData(text) => visit(&path, Step::Text(&text.into_inner()))?,
            Event::GeneralRef(name) => {
                let text = format!("&{};", name.into_inner());
                visit(&path, Step::Text(&unescape(&text).map_err(|error| error.to_string())?))?;
            }
            Event::DocType(_) => return Err("a document type declaration, which SOAP forbids".to_owned()),
            Event::Eof if path.is_empty() => return Ok(()),
            Event::Eof => return Err("cut short".to_owned()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn enter(path: &mut Vec<String>, start: &BytesStart<'_>) -> Result<(), String> {
    if path.len() >= DEPTH_MAX {
        return Err(format!("more than {DEPTH_MAX} elements deep"));
    }
    path.push(start.local_name().as_ref().to_owned());
    Ok(())
}

fn step_of(start: &BytesStart<'_>) -> Result<Step<'static>, String> {
    if start.local_name().as_ref() != "SimpleItem" {
        return Ok(Step::Start);
    }
    let attribute = |name: &str| {
        let found = start.try_get_attribute(name).map_err(|error| error.to_string())?;
        let value = found.map(|attribute| unescape(&attribute.value).map(std::borrow::Cow::into_owned));
        Ok::<_, String>(value.transpose().map_err(|error| error.to_string())?.unwrap_or_default())
    };
    Ok(Step::Item(attribute("Name")?, attribute("Value")?))
}
