//! A small platform whose every byte a test writes, in the process of the test.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub method: String,
    pub target: String,
    /// Names as they came.
    pub headers: Vec<(Vec<u8>, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Request {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        let named = |(known, _): &&(Vec<u8>, Vec<u8>)| known.eq_ignore_ascii_case(name.as_bytes());
        self.headers
            .iter()
            .find(named)
            .map(|(_, value)| value.as_slice())
    }

    /// The headers, without those that begin like this and those of one connection.
    pub fn headers_without(&self, prefix: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut headers = self.headers.clone();
        headers.retain(|(name, _)| {
            let name = name.to_ascii_lowercase();
            !name.starts_with(prefix.as_bytes()) && name != b"connection"
        });
        headers
    }

    /// A parameter of its form, when it needs no decoding.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let form = String::from_utf8_lossy(&self.body);
        let value = form
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        value.map(str::to_owned)
    }

    fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let mut lines = head
            .split(|byte| *byte == b'\n')
            .map(|line| line.trim_ascii_end());
        let first = String::from_utf8_lossy(lines.next()?).into_owned();
        let mut parts = first.split(' ').map(str::to_owned);
        let headers = lines.filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            Some((
                line[..colon].to_vec(),
                line[colon + 1..].trim_ascii().to_vec(),
            ))
        });
        let mut request = Request {
            method: parts.next()?,
            target: parts.next()?,
            headers: headers.collect(),
            body: Vec::new(),
        };
        let length = request
            .header("content-length")
            .map_or("0".into(), String::from_utf8_lossy);
        request.body = vec![0; length.parse().ok()?];
        stream.read_exact(&mut request.body).ok()?;
        Some(request)
    }
}

/// The platform; it ends with the process of the test.
pub struct Upstream {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Upstream {
    /// One that leaves every request to `answer`, and then closes the connection.
    pub fn serve(answer: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (requests.clone(), Arc::new(answer));
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let (seen, answer) = (seen.clone(), answer.clone());
                thread::spawn(move || {
                    if let Some(request) = Request::read(&mut stream) {
                        seen.lock().unwrap().push(request.clone());
                        answer(&request, &mut stream);
                    }
                });
            }
        });
        Upstream { address, requests }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

/// An answer with a body of known length; `head` ends with a line end.
pub fn whole(head: &str, body: &[u8]) -> Vec<u8> {
    let end = format!(
        "Connection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), end.as_bytes(), body].concat()
}

/// An answer in chunks.
pub fn chunked(head: &str, chunks: &[&[u8]]) -> Vec<u8> {
    let mut answer =
        format!("{head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes();
    for chunk in chunks {
        answer.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        answer.extend_from_slice(chunk);
        answer.extend_from_slice(b"\r\n");
    }
    answer.extend_from_slice(b"0\r\n\r\n");
    answer
}

/// Writes all of it, as far as the other side still reads.
pub fn send(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}
