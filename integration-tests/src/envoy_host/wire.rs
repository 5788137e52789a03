//! HTTP/1.1 on a socket, byte by byte: what the client, the platform and the relay of a case speak
//! with Envoy. Written by hand because cases send what no HTTP library would.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::headers::Headers;

/// More fields than any case or Envoy writes.
const MOST_FIELDS: usize = 128;

/// The receiving side of a connection.
pub struct Reader {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// The head of a message.
pub struct Head {
    /// Method and path, or the status code and nothing.
    pub start: (String, String),
    /// The fields, with those that frame the body.
    pub headers: Headers,
}

/// A head and its length; `None` while there is more to come.
type Parsed = Option<(usize, Head)>;

/// A body as it was received.
#[derive(Default)]
pub struct Body {
    /// Without framing.
    pub bytes: Vec<u8>,
    /// The trailers of a chunked one.
    pub trailers: Headers,
    /// Whether all of it came, or why not.
    pub end: BodyEnd,
}

/// Whether a body came whole.
#[derive(Default, PartialEq)]
pub enum BodyEnd {
    /// It did.
    #[default]
    Complete,
    /// The connection was closed before its end.
    Closed,
    /// Nothing more came in time.
    Silence,
}

impl Reader {
    /// Reads from a connection, waiting at most `patience` for each read.
    pub fn new(stream: &TcpStream, patience: Option<Duration>) -> io::Result<Self> {
        let stream = stream.try_clone()?;
        stream.set_read_timeout(patience)?;
        Ok(Reader {
            stream,
            buffer: Vec::new(),
        })
    }

    /// More bytes; false at the end of the connection.
    fn fill(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 16 << 10];
        let len = self.stream.read(&mut bytes)?;
        self.buffer.extend(&bytes[..len]);
        Ok(len > 0)
    }

    /// A request's head; `None` when the peer closed instead.
    pub fn request(&mut self) -> io::Result<Option<Head>> {
        self.head(|bytes| {
            let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
            let mut request = httparse::Request::new(&mut fields);
            let httparse::Status::Complete(len) = request.parse(bytes)? else {
                return Ok(None);
            };
            let start = (
                request.method.unwrap_or_default().to_owned(),
                request.path.unwrap_or_default().to_owned(),
            );
            Ok(Some((
                len,
                Head {
                    start,
                    headers: headers(request.headers),
                },
            )))
        })
    }

    /// A response's head; `None` when the peer closed instead.
    pub fn response(&mut self) -> io::Result<Option<Head>> {
        self.head(|bytes| {
            let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
            let mut response = httparse::Response::new(&mut fields);
            let httparse::Status::Complete(len) = response.parse(bytes)? else {
                return Ok(None);
            };
            let start = (response.code.unwrap_or_default().to_string(), String::new());
            Ok(Some((
                len,
                Head {
                    start,
                    headers: headers(response.headers),
                },
            )))
        })
    }

    fn head(
        &mut self,
        parse: fn(&[u8]) -> Result<Parsed, httparse::Error>,
    ) -> io::Result<Option<Head>> {
        loop {
            if let Some((len, head)) = parse(&self.buffer).map_err(io::Error::other)? {
                self.buffer.drain(..len);
                return Ok(Some(head));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// The body that a head announces. `bodiless`: it has none whatever it says (HEAD, 204).
    /// `until_close`: without framing it goes on until the connection ends, as in a response.
    pub fn body(&mut self, headers: &Headers, bodiless: bool, until_close: bool) -> Body {
        let chunked = headers
            .text("transfer-encoding")
            .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
        let length = headers
            .text("content-length")
            .and_then(|text| text.parse().ok());
        let mut body = Body::default();
        let end = match (bodiless, chunked, length) {
            (true, ..) => Ok(()),
            (_, true, _) => self.chunks(&mut body),
            (_, _, Some(length)) => self.exactly(length, &mut body.bytes),
            _ if until_close => self.rest(&mut body.bytes),
            _ => Ok(()),
        };
        body.end = match end {
            Ok(()) => BodyEnd::Complete,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                ) =>
            {
                BodyEnd::Silence
            }
            Err(_) => BodyEnd::Closed,
        };
        body
    }

    fn exactly(&mut self, length: usize, into: &mut Vec<u8>) -> io::Result<()> {
        let mut missing = length;
        loop {
            let taken = missing.min(self.buffer.len());
            into.extend(self.buffer.drain(..taken));
            missing -= taken;
            if missing == 0 {
                return Ok(());
            }
            self.fill_or_fail()?;
        }
    }

    fn rest(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        while self.fill()? {}
        into.append(&mut self.buffer);
        Ok(())
    }

    fn chunks(&mut self, body: &mut Body) -> io::Result<()> {
        loop {
            let line = self.line()?;
            let size = line
                .split(|byte| *byte == b';')
                .next()
                .and_then(|size| std::str::from_utf8(size).ok());
            let size = size
                .and_then(|size| usize::from_str_radix(size.trim(), 16).ok())
                .ok_or(io::ErrorKind::InvalidData)?;
            if size == 0 {
                break;
            }
            self.exactly(size, &mut body.bytes)?;
            self.line()?;
        }
        loop {
            let line = self.line()?;
            let Some(colon) = line.iter().position(|byte| *byte == b':') else {
                return Ok(());
            };
            body.trailers.add(
                String::from_utf8_lossy(&line[..colon]),
                line[colon + 1..].trim_ascii(),
            );
        }
    }

    /// A line without its end.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                let line = self.buffer.drain(..end).collect();
                self.buffer.drain(..2);
                return Ok(line);
            }
            self.fill_or_fail()?;
        }
    }

    fn fill_or_fail(&mut self) -> io::Result<()> {
        match self.fill()? {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

fn headers(fields: &[httparse::Header<'_>]) -> Headers {
    Headers::new(fields.iter().map(|field| (field.name, field.value)))
}

/// The bytes of a head: the first line, the fields, the empty line.
pub fn head(first_line: &str, headers: &Headers) -> Vec<u8> {
    let mut bytes = format!("{first_line}\r\n").into_bytes();
    for (name, value) in &headers.0 {
        bytes.extend(name.as_bytes());
        bytes.extend(b": ");
        bytes.extend(value);
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"\r\n");
    bytes
}

/// Sends a chunk; an empty one would be the end.
pub fn send_chunk(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
    chunk.extend(bytes);
    chunk.extend(b"\r\n");
    stream.write_all(&chunk)
}

/// Sends the last chunk and the trailers.
pub fn end_chunks(stream: &mut TcpStream, trailers: &Headers) -> io::Result<()> {
    stream.write_all(&head("0", trailers))
}
