//! A URL record (URL Standard section 4.1), its parts and how it is written (section 4.5).

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Percent-encode sets, section 1.3.
pub const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');
pub const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');
pub const SPECIAL_QUERY: &AsciiSet = &QUERY.add(b'\'');
pub const PATH: &AsciiSet = &QUERY.add(b'?').add(b'^').add(b'`').add(b'{').add(b'}');
pub const USERINFO: &AsciiSet = &PATH
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'=')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'|');

/// A URL.
#[derive(Clone, Debug)]
pub struct Record {
    pub scheme: String,
    pub username: String,
    pub password: String,
    /// As it is written.
    pub host: Option<String>,
    pub port: Option<u16>,
    pub path: Path,
    pub query: Option<String>,
    pub fragment: Option<String>,
}

/// Where it leads on its host.
#[derive(Clone, Debug)]
pub enum Path {
    /// Of `mailto:` and the like.
    Opaque(String),
    /// Segments.
    List(Vec<String>),
}

impl Path {
    /// As it is written.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Path::Opaque(path) => path.into(),
            Path::List(segments) => {
                let mut out = String::new();
                for segment in segments {
                    out.push('/');
                    out.push_str(segment);
                }
                out.into()
            }
        }
    }

    /// Adds a segment.
    pub fn push(&mut self, segment: String) {
        if let Path::List(segments) = self {
            segments.push(segment);
        }
    }
}

/// The port that a special scheme has by itself; `None` inside for `file`, outside for the others.
pub fn default_port(scheme: &str) -> Option<Option<u16>> {
    match scheme {
        "ftp" => Some(Some(21)),
        "file" => Some(None),
        "http" | "ws" => Some(Some(80)),
        "https" | "wss" => Some(Some(443)),
        _ => None,
    }
}

impl Record {
    pub fn new() -> Self {
        Record {
            scheme: String::new(),
            username: String::new(),
            password: String::new(),
            host: None,
            port: None,
            path: Path::List(Vec::new()),
            query: None,
            fragment: None,
        }
    }

    pub fn is_special(&self) -> bool {
        default_port(&self.scheme).is_some()
    }

    pub fn has_opaque_path(&self) -> bool {
        matches!(self.path, Path::Opaque(_))
    }

    pub fn includes_credentials(&self) -> bool {
        !self.username.is_empty() || !self.password.is_empty()
    }

    /// Whether it cannot have a username, a password or a port.
    pub fn is_hostless(&self) -> bool {
        self.host.as_deref().is_none_or(str::is_empty) || self.scheme == "file"
    }

    /// Drops the last segment, but no drive letter (section 4.4, "shorten").
    pub fn shorten(&mut self) {
        if let Path::List(segments) = &mut self.path {
            let is_drive = self.scheme == "file"
                && segments.len() == 1
                && segments.first().is_some_and(|it| is_normal_drive(it));
            if !is_drive {
                segments.pop();
            }
        }
    }

    /// The URL serialiser.
    pub fn href(&self) -> String {
        let mut out = format!("{}:", self.scheme);
        match &self.host {
            Some(host) => {
                out.push_str("//");
                if self.includes_credentials() {
                    out.push_str(&self.username);
                    if !self.password.is_empty() {
                        out.push(':');
                        out.push_str(&self.password);
                    }
                    out.push('@');
                }
                out.push_str(host);
                if let Some(port) = self.port {
                    out.push_str(&format!(":{port}"));
                }
            }
            None => {
                if let Path::List(segments) = &self.path
                    && segments.len() > 1
                    && segments.first().is_some_and(String::is_empty)
                {
                    out.push_str("/.");
                }
            }
        }
        out.push_str(&self.path.text());
        for (mark, part) in [('?', &self.query), ('#', &self.fragment)] {
            if let Some(part) = part {
                out.push(mark);
                out.push_str(part);
            }
        }
        out
    }

    /// The origin, serialised (section 4.7).
    pub fn origin(&self) -> String {
        match default_port(&self.scheme) {
            Some(Some(_)) => {
                let host = self.host.as_deref().unwrap_or_default();
                let port = self.port.map(|port| format!(":{port}"));
                format!("{}://{host}{}", self.scheme, port.unwrap_or_default())
            }
            None if self.scheme == "blob" => {
                let inner = super::parser::parse(&self.path.text(), None);
                let inner = inner.filter(|url| matches!(url.scheme.as_str(), "http" | "https"));
                inner.map_or_else(|| "null".into(), |url| url.origin())
            }
            _ => "null".into(),
        }
    }
}

/// `text` percent-encoded.
pub fn encode(text: &str, set: &'static AsciiSet) -> String {
    utf8_percent_encode(text, set).to_string()
}

/// A Windows drive letter: `C:` or `C|`.
pub fn is_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
}

/// A normalised one: `C:`.
pub fn is_normal_drive(text: &str) -> bool {
    is_drive(text) && text.ends_with(':')
}
