//! The basic URL parser (URL Standard section 4.4): the state machine, to the letter.

use percent_encoding::CONTROLS;
use url::Host;

use super::host;
use super::record::{
    FRAGMENT, PATH, Path, QUERY, Record, SPECIAL_QUERY, USERINFO, default_port, encode, is_drive,
    is_normal_drive,
};

/// Where the parser is. A setter begins in one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    SchemeStart,
    Scheme,
    NoScheme,
    SpecialRelativeOrAuthority,
    PathOrAuthority,
    Relative,
    RelativeSlash,
    SpecialAuthoritySlashes,
    SpecialAuthorityIgnoreSlashes,
    Authority,
    Host,
    Hostname,
    Port,
    File,
    FileSlash,
    FileHost,
    PathStart,
    Path,
    OpaquePath,
    Query,
    Fragment,
}

/// What a state makes of a code point.
enum Next {
    Go,
    /// The parser is done before the end of its input (only for setters).
    Stop,
    Fail,
}

/// A URL, or `None` when the text is none.
pub fn parse(input: &str, base: Option<&Record>) -> Option<Record> {
    let input = input.trim_matches(|c: char| c <= ' ');
    let mut url = Record::new();
    Parser::new(input, base, &mut url, None)
        .run()
        .then_some(url)
}

/// Changes `url` as a setter does, beginning in `state`; whether that went well.
pub fn change(url: &mut Record, input: &str, state: State) -> bool {
    Parser::new(input, None, url, Some(state)).run()
}

struct Parser<'a> {
    input: Vec<char>,
    /// The pointer; −1 before it is increased for the first code point.
    at: isize,
    base: Option<&'a Record>,
    url: &'a mut Record,
    state: State,
    /// The state that a setter gave.
    given: Option<State>,
    buffer: String,
    at_sign_seen: bool,
    inside_brackets: bool,
    password_token_seen: bool,
}

impl<'a> Parser<'a> {
    fn new(
        input: &str,
        base: Option<&'a Record>,
        url: &'a mut Record,
        given: Option<State>,
    ) -> Self {
        let is_kept = |c: &char| !matches!(c, '\t' | '\n' | '\r');
        Parser {
            input: input.chars().filter(is_kept).collect(),
            at: 0,
            base,
            url,
            state: given.unwrap_or(State::SchemeStart),
            given,
            buffer: String::new(),
            at_sign_seen: false,
            inside_brackets: false,
            password_token_seen: false,
        }
    }

    fn run(mut self) -> bool {
        loop {
            let c = self.peek(0);
            match self.step(c) {
                Next::Go => {}
                Next::Stop => return true,
                Next::Fail => return false,
            }
            // A state that looks at this code point again has stepped back.
            if self.at >= 0 && self.peek(0).is_none() {
                return true;
            }
            self.at += 1;
        }
    }

    /// The code point `ahead` of the pointer; `None` is the end.
    fn peek(&self, ahead: isize) -> Option<char> {
        let index = usize::try_from(self.at + ahead).ok()?;
        self.input.get(index).copied()
    }

    /// Whether `c` ends a segment: `/`, and for special URLs `\`.
    fn is_slash(&self, c: Option<char>) -> bool {
        c == Some('/') || (c == Some('\\') && self.url.is_special())
    }

    fn ends_authority(&self, c: Option<char>) -> bool {
        matches!(c, None | Some('?' | '#')) || self.is_slash(c)
    }

    fn go(&mut self, state: State) -> Next {
        self.state = state;
        Next::Go
    }

    /// Looks at this code point again in another state.
    fn again(&mut self, state: State) -> Next {
        self.at -= 1;
        self.go(state)
    }

    fn begin_query(&mut self) -> Next {
        self.url.query = Some(String::new());
        self.go(State::Query)
    }

    fn begin_fragment(&mut self) -> Next {
        self.url.fragment = Some(String::new());
        self.go(State::Fragment)
    }

    fn step(&mut self, c: Option<char>) -> Next {
        match self.state {
            State::SchemeStart => match c {
                Some(c) if c.is_ascii_alphabetic() => {
                    self.buffer.push(c.to_ascii_lowercase());
                    self.go(State::Scheme)
                }
                _ if self.given.is_none() => self.again(State::NoScheme),
                _ => Next::Fail,
            },
            State::Scheme => self.scheme(c),
            State::NoScheme => self.no_scheme(c),
            State::SpecialRelativeOrAuthority => {
                if c == Some('/') && self.peek(1) == Some('/') {
                    self.at += 1;
                    self.go(State::SpecialAuthorityIgnoreSlashes)
                } else {
                    self.again(State::Relative)
                }
            }
            State::PathOrAuthority => match c {
                Some('/') => self.go(State::Authority),
                _ => self.again(State::Path),
            },
            State::Relative => self.relative(c),
            State::RelativeSlash => {
                if self.url.is_special() && matches!(c, Some('/' | '\\')) {
                    return self.go(State::SpecialAuthorityIgnoreSlashes);
                }
                if c == Some('/') {
                    return self.go(State::Authority);
                }
                self.take_authority_of_base();
                self.again(State::Path)
            }
            State::SpecialAuthoritySlashes => {
                if c == Some('/') && self.peek(1) == Some('/') {
                    self.at += 1;
                    self.go(State::SpecialAuthorityIgnoreSlashes)
                } else {
                    self.again(State::SpecialAuthorityIgnoreSlashes)
                }
            }
            State::SpecialAuthorityIgnoreSlashes => match c {
                Some('/' | '\\') => Next::Go,
                _ => self.again(State::Authority),
            },
            State::Authority => self.authority(c),
            State::Host | State::Hostname => self.host(c),
            State::Port => self.port(c),
            State::File => self.file(c),
            State::FileSlash => self.file_slash(c),
            State::FileHost => self.file_host(c),
            State::PathStart => self.path_start(c),
            State::Path => self.path(c),
            State::OpaquePath => self.opaque_path(c),
            State::Query => {
                if c.is_none() || (c == Some('#') && self.given.is_none()) {
                    let set = if self.url.is_special() {
                        SPECIAL_QUERY
                    } else {
                        QUERY
                    };
                    let encoded = encode(&std::mem::take(&mut self.buffer), set);
                    self.url.query.get_or_insert_default().push_str(&encoded);
                    if c.is_some() {
                        return self.begin_fragment();
                    }
                } else {
                    self.buffer.extend(c);
                }
                Next::Go
            }
            State::Fragment => {
                match c {
                    Some(c) => self.buffer.push(c),
                    None => {
                        let encoded = encode(&std::mem::take(&mut self.buffer), FRAGMENT);
                        self.url.fragment.get_or_insert_default().push_str(&encoded);
                    }
                }
                Next::Go
            }
        }
    }

    fn scheme(&mut self, c: Option<char>) -> Next {
        match c {
            Some(c) if c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.') => {
                self.buffer.push(c.to_ascii_lowercase());
                return Next::Go;
            }
            Some(':') => {}
            _ if self.given.is_none() => {
                self.buffer.clear();
                self.at = -1;
                return self.go(State::NoScheme);
            }
            _ => return Next::Fail,
        }
        if self.given.is_some() {
            let to_file = self.buffer == "file";
            if self.url.is_special() != default_port(&self.buffer).is_some()
                || (to_file && (self.url.includes_credentials() || self.url.port.is_some()))
                || (self.url.scheme == "file" && self.url.host.as_deref() == Some(""))
            {
                return Next::Stop;
            }
        }
        self.url.scheme = std::mem::take(&mut self.buffer);
        if self.given.is_some() {
            if default_port(&self.url.scheme) == Some(self.url.port) {
                self.url.port = None;
            }
            return Next::Stop;
        }
        if self.url.scheme == "file" {
            self.go(State::File)
        } else if self.url.is_special() {
            match self.base {
                Some(base) if base.scheme == self.url.scheme => {
                    self.go(State::SpecialRelativeOrAuthority)
                }
                _ => self.go(State::SpecialAuthoritySlashes),
            }
        } else if self.peek(1) == Some('/') {
            self.at += 1;
            self.go(State::PathOrAuthority)
        } else {
            self.url.path = Path::Opaque(String::new());
            self.go(State::OpaquePath)
        }
    }

    fn no_scheme(&mut self, c: Option<char>) -> Next {
        let Some(base) = self.base else {
            return Next::Fail;
        };
        if base.has_opaque_path() {
            if c != Some('#') {
                return Next::Fail;
            }
            self.url.scheme.clone_from(&base.scheme);
            self.url.path = base.path.clone();
            self.url.query.clone_from(&base.query);
            return self.begin_fragment();
        }
        self.again(if base.scheme == "file" {
            State::File
        } else {
            State::Relative
        })
    }

    fn take_authority_of_base(&mut self) {
        if let Some(base) = self.base {
            self.url.username.clone_from(&base.username);
            self.url.password.clone_from(&base.password);
            self.url.host.clone_from(&base.host);
            self.url.port = base.port;
        }
    }

    fn relative(&mut self, c: Option<char>) -> Next {
        let Some(base) = self.base else {
            return Next::Fail;
        };
        self.url.scheme.clone_from(&base.scheme);
        if self.is_slash(c) {
            return self.go(State::RelativeSlash);
        }
        self.take_authority_of_base();
        self.url.path = base.path.clone();
        self.url.query.clone_from(&base.query);
        match c {
            Some('?') => self.begin_query(),
            Some('#') => self.begin_fragment(),
            Some(_) => {
                self.url.query = None;
                self.url.shorten();
                self.again(State::Path)
            }
            None => Next::Go,
        }
    }

    fn authority(&mut self, c: Option<char>) -> Next {
        if c == Some('@') {
            let mut read = std::mem::take(&mut self.buffer);
            if self.at_sign_seen {
                read.insert_str(0, "%40");
            }
            self.at_sign_seen = true;
            let (name, password) = match read.split_once(':') {
                _ if self.password_token_seen => ("", read.as_str()),
                Some((name, password)) => {
                    self.password_token_seen = true;
                    (name, password)
                }
                None => (read.as_str(), ""),
            };
            self.url.username.push_str(&encode(name, USERINFO));
            self.url.password.push_str(&encode(password, USERINFO));
            return Next::Go;
        }
        if !self.ends_authority(c) {
            self.buffer.extend(c);
            return Next::Go;
        }
        if self.at_sign_seen && self.buffer.is_empty() {
            return Next::Fail;
        }
        let read = self.buffer.chars().count();
        self.at -= isize::try_from(read).unwrap_or(0) + 1;
        self.buffer.clear();
        self.go(State::Host)
    }

    /// The host parser, section 3.5; whether the buffer is one.
    fn take_host(&mut self) -> bool {
        let host = if self.url.is_special() {
            host::special(&self.buffer)
        } else {
            let host = Host::parse_opaque(&self.buffer).ok();
            host.map(|host| host.to_string())
        };
        let Some(host) = host else {
            return false;
        };
        self.url.host = Some(host);
        self.buffer.clear();
        true
    }

    fn host(&mut self, c: Option<char>) -> Next {
        if self.given.is_some() && self.url.scheme == "file" {
            return self.again(State::FileHost);
        }
        if c == Some(':') && !self.inside_brackets {
            if self.buffer.is_empty() || self.given == Some(State::Hostname) || !self.take_host() {
                return Next::Fail;
            }
            return self.go(State::Port);
        }
        if !self.ends_authority(c) {
            match c {
                Some('[') => self.inside_brackets = true,
                Some(']') => self.inside_brackets = false,
                _ => {}
            }
            self.buffer.extend(c);
            return Next::Go;
        }
        self.at -= 1;
        if self.buffer.is_empty() {
            let needed = self.given.is_some()
                && (self.url.includes_credentials() || self.url.port.is_some());
            if self.url.is_special() || needed {
                return Next::Fail;
            }
        }
        if !self.take_host() {
            return Next::Fail;
        }
        if self.given.is_some() {
            return Next::Stop;
        }
        self.go(State::PathStart)
    }

    fn port(&mut self, c: Option<char>) -> Next {
        if let Some(digit) = c.filter(char::is_ascii_digit) {
            self.buffer.push(digit);
            return Next::Go;
        }
        if !self.ends_authority(c) && self.given.is_none() {
            return Next::Fail;
        }
        if !self.buffer.is_empty() {
            let digits = self.buffer.trim_start_matches('0');
            let Ok(port) = (if digits.is_empty() { "0" } else { digits }).parse::<u16>() else {
                return Next::Fail;
            };
            let own = default_port(&self.url.scheme) == Some(Some(port));
            self.url.port = (!own).then_some(port);
            self.buffer.clear();
            if self.given.is_some() {
                return Next::Stop;
            }
        }
        if self.given.is_some() {
            return Next::Fail;
        }
        self.again(State::PathStart)
    }

    fn file_base(&self) -> Option<&'a Record> {
        self.base.filter(|base| base.scheme == "file")
    }

    /// Whether the rest of the input starts with a Windows drive letter.
    fn starts_with_drive(&self) -> bool {
        let two: String = [self.peek(0), self.peek(1)].into_iter().flatten().collect();
        is_drive(&two) && matches!(self.peek(2), None | Some('/' | '\\' | '?' | '#'))
    }

    fn file(&mut self, c: Option<char>) -> Next {
        self.url.scheme = "file".into();
        self.url.host = Some(String::new());
        if matches!(c, Some('/' | '\\')) {
            return self.go(State::FileSlash);
        }
        let Some(base) = self.file_base() else {
            return self.again(State::Path);
        };
        self.url.host.clone_from(&base.host);
        self.url.path = base.path.clone();
        self.url.query.clone_from(&base.query);
        match c {
            Some('?') => self.begin_query(),
            Some('#') => self.begin_fragment(),
            Some(_) => {
                self.url.query = None;
                if self.starts_with_drive() {
                    self.url.path = Path::List(Vec::new());
                } else {
                    self.url.shorten();
                }
                self.again(State::Path)
            }
            None => Next::Go,
        }
    }

    fn file_slash(&mut self, c: Option<char>) -> Next {
        if matches!(c, Some('/' | '\\')) {
            return self.go(State::FileHost);
        }
        if let Some(base) = self.file_base() {
            self.url.host.clone_from(&base.host);
            if let Path::List(segments) = &base.path
                && let Some(drive) = segments.first().filter(|it| is_normal_drive(it))
                && !self.starts_with_drive()
            {
                self.url.path.push(drive.clone());
            }
        }
        self.again(State::Path)
    }

    fn file_host(&mut self, c: Option<char>) -> Next {
        if !matches!(c, None | Some('/' | '\\' | '?' | '#')) {
            self.buffer.extend(c);
            return Next::Go;
        }
        self.at -= 1;
        if self.given.is_none() && is_drive(&self.buffer) {
            // The buffer stays: it is the first segment.
            return self.go(State::Path);
        }
        if self.buffer.is_empty() {
            self.url.host = Some(String::new());
        } else {
            if !self.take_host() {
                return Next::Fail;
            }
            if self.url.host.as_deref() == Some("localhost") {
                self.url.host = Some(String::new());
            }
        }
        if self.given.is_some() {
            return Next::Stop;
        }
        self.go(State::PathStart)
    }

    fn path_start(&mut self, c: Option<char>) -> Next {
        if self.url.is_special() {
            return match c {
                Some('/' | '\\') => self.go(State::Path),
                _ => self.again(State::Path),
            };
        }
        match c {
            Some('?') if self.given.is_none() => self.begin_query(),
            Some('#') if self.given.is_none() => self.begin_fragment(),
            Some('/') => self.go(State::Path),
            Some(_) => self.again(State::Path),
            None => {
                if self.given.is_some() && self.url.host.is_none() {
                    self.url.path.push(String::new());
                }
                Next::Go
            }
        }
    }

    fn path(&mut self, c: Option<char>) -> Next {
        let slash = self.is_slash(c);
        let ends = c.is_none() || slash || (self.given.is_none() && matches!(c, Some('?' | '#')));
        if !ends {
            self.buffer.extend(c);
            return Next::Go;
        }
        // Encoded as a whole, which is the same as one by one.
        let mut segment = encode(&std::mem::take(&mut self.buffer), PATH);
        let dots = segment.to_ascii_lowercase().replace("%2e", ".");
        match dots.as_str() {
            ".." => {
                self.url.shorten();
                if !slash {
                    self.url.path.push(String::new());
                }
            }
            "." => {
                if !slash {
                    self.url.path.push(String::new());
                }
            }
            _ => {
                let first = matches!(&self.url.path, Path::List(list) if list.is_empty());
                if self.url.scheme == "file" && first && is_drive(&segment) {
                    segment = segment.replace('|', ":");
                }
                self.url.path.push(segment);
            }
        }
        match c {
            Some('?') => self.begin_query(),
            Some('#') => self.begin_fragment(),
            _ => Next::Go,
        }
    }

    fn opaque_path(&mut self, c: Option<char>) -> Next {
        match c {
            Some('?') => return self.begin_query(),
            Some('#') => return self.begin_fragment(),
            _ => {}
        }
        if let (Some(c), Path::Opaque(path)) = (c, &mut self.url.path) {
            let next = usize::try_from(self.at + 1).ok();
            let next = next.and_then(|index| self.input.get(index));
            if c == ' ' && matches!(next, Some('?' | '#')) {
                path.push_str("%20");
            } else {
                path.push_str(&encode(c.encode_utf8(&mut [0; 4]), CONTROLS));
            }
        }
        Next::Go
    }
}
