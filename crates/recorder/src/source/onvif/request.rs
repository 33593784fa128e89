//! What is asked of an ONVIF recorder.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::escape::escape;
use sha1::{Digest as _, Sha1};

use crate::pattern::utc_text;

/// Who asks: a user of the recorder with the right to read media.
#[derive(Clone)]
pub struct Credentials {
    /// Its name.
    pub user: String,
    /// Its password.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// `FindEvents` for the recording events of one recording, with the state at the start.
pub fn find_events(recording: &str, from_us: u64, to_us: u64) -> String {
    // Whole seconds: down at the start, up at the end.
    let (from, to) = (utc_text(from_us), utc_text(to_us.saturating_add(999_999)));
    let recording = escape(recording);
    format!(
        "<tse:FindEvents><tse:StartPoint>{from}</tse:StartPoint><tse:EndPoint>{to}</tse:EndPoint>\
         <tse:Scope><tt:IncludedRecordings>{recording}</tt:IncludedRecordings></tse:Scope>\
         <tse:SearchFilter><wsnt:TopicExpression \
         Dialect=\"http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet\">\
         tns1:RecordingHistory/Track/State|tns1:RecordingHistory/Recording/State</wsnt:TopicExpression>\
         </tse:SearchFilter><tse:IncludeStartState>true</tse:IncludeStartState>\
         <tse:KeepAliveTime>PT10S</tse:KeepAliveTime></tse:FindEvents>"
    )
}

/// `GetEventSearchResults` of a search.
pub fn get_results(token: &str) -> String {
    let token = escape(token);
    format!(
        "<tse:GetEventSearchResults><tse:SearchToken>{token}</tse:SearchToken><tse:MinResults>1</tse:MinResults>\
         <tse:MaxResults>1000</tse:MaxResults><tse:WaitTime>PT5S</tse:WaitTime></tse:GetEventSearchResults>"
    )
}

/// The SOAP 1.2 envelope of a request, with a digest of the password where there is one (WS-Security, profile
/// `UsernameToken` 1.0: `base64(SHA-1(nonce || created || password))`).
pub(super) fn envelope(credentials: Option<&Credentials>, body: &str) -> Result<String, String> {
    let header = credentials.map(security).transpose()?.unwrap_or_default();
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" \
         xmlns:tse=\"http://www.onvif.org/ver10/search/wsdl\" xmlns:tt=\"http://www.onvif.org/ver10/schema\" \
         xmlns:wsnt=\"http://docs.oasis-open.org/wsn/b-2\" xmlns:tns1=\"http://www.onvif.org/ver10/topics\">\
         <s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ))
}

const WSS: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";

fn security(credentials: &Credentials) -> Result<String, String> {
    let nonce: [u8; 16] = locker::random::bytes().map_err(|error| error.to_string())?;
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let created = utc_text(u64::try_from(since.as_micros()).unwrap_or(u64::MAX));
    let hasher = Sha1::new().chain_update(nonce).chain_update(&created).chain_update(&credentials.password);
    let (digest, nonce) = (STANDARD.encode(hasher.finalize()), STANDARD.encode(nonce));
    let user = escape(&credentials.user);
    Ok(format!(
        "<wsse:Security xmlns:wsse=\"{WSS}-wssecurity-secext-1.0.xsd\" xmlns:wsu=\"{WSS}-wssecurity-utility-1.0.xsd\">\
         <wsse:UsernameToken><wsse:Username>{user}</wsse:Username>\
         <wsse:Password Type=\"{WSS}-username-token-profile-1.0#PasswordDigest\">{digest}</wsse:Password>\
         <wsse:Nonce EncodingType=\"{WSS}-soap-message-security-1.0#Base64Binary\">{nonce}</wsse:Nonce>\
         <wsu:Created>{created}</wsu:Created></wsse:UsernameToken></wsse:Security>"
    ))
}
