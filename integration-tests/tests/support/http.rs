//! HTTP/1.1 as bytes: what is sent is what a test writes, and what is found is what came.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::PATIENCE;

/// An answer as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status line.
    pub status: String,
    /// Header lines as they came, in order.
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    /// The body, without the form of its transfer.
    pub body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let mut lines = bytes[..end]
            .split(|byte| *byte == b'\n')
            .map(|line| line.trim_ascii_end());
        let status = String::from_utf8_lossy(lines.next()?).into_owned();
        let headers: Vec<_> = lines
            .filter_map(|line| {
                let colon = line.iter().position(|byte| *byte == b':')?;
                Some((
                    line[..colon].to_vec(),
                    line[colon + 1..].trim_ascii().to_vec(),
                ))
            })
            .collect();
        let mut answer = Answer {
            status,
            headers,
            body: bytes[end + 4..].to_vec(),
        };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = without_chunks(&answer.body)?;
        }
        Some(answer)
    }

    /// The number in the status line.
    pub fn code(&self) -> u16 {
        self.status.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// The first value of a header, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |(known, _): &&(Vec<u8>, Vec<u8>)| known.eq_ignore_ascii_case(name.as_bytes());
        std::str::from_utf8(&self.headers.iter().find(named)?.1).ok()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// What a proxy has to leave alone: everything but the headers of one connection (RFC 9110
    /// section 7.6.1), and the time of a second request.
    pub fn end_to_end(mut self) -> Self {
        let of_connection = ["connection", "keep-alive", "transfer-encoding", "date"];
        self.headers.retain(|(name, _)| {
            !of_connection
                .iter()
                .any(|one| name.eq_ignore_ascii_case(one.as_bytes()))
        });
        self
    }
}

fn without_chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        rest = &rest[end + 2..];
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}

/// A GET.
pub fn get(address: &str, target: &str) -> Answer {
    ask(address, &request("GET", target, address, ""))
}

/// A request with `form` as its body if it has one.
pub fn request(method: &str, target: &str, host: &str, form: &str) -> Vec<u8> {
    let mut request =
        format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    if !form.is_empty() {
        let length = form.len();
        request.push_str(&format!(
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n"
        ));
    }
    format!("{request}\r\n{form}").into_bytes()
}

/// The fields of a form or a query, decoded (WHATWG URL Standard, section 5.1).
pub fn form(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).into_owned().collect()
}

/// The whole answer to `request`, which says that the connection is to be closed.
pub fn ask(address: &str, request: &[u8]) -> Answer {
    let bytes = exchange(address, request);
    Answer::read(&bytes)
        .unwrap_or_else(|| panic!("no whole answer: {}", String::from_utf8_lossy(&bytes)))
}

/// The same when there may be no answer, or half of one.
pub fn exchange(address: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = connect(address);
    // It may be answered, and the connection closed, before it has been read.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// A connection on which a hanging answer fails the test and not the run.
pub fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}
