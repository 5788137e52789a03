//! The platform and the relay of a case, on ports of their own: they note what they get and answer
//! as the case says.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::wire::{self, Reader};
use crate::case::{Answer, AnswerEnd, RelayAnswer};
use crate::headers::Headers;
use crate::observed::{Callout, PlatformSaw};
use crate::run::EXCHANGE_HEADER;

/// What both servers share with the harness about the case being played.
#[derive(Default)]
pub struct Stage {
    progress: Mutex<Progress>,
    changed: Condvar,
}

/// How far the case is.
#[derive(Default)]
pub struct Progress {
    /// What the platform answers, by exchange.
    pub answers: Vec<Answer>,
    /// What it got, by exchange.
    pub saw: Vec<Option<PlatformSaw>>,
    /// Whether it has done all that it does, by exchange.
    pub answered: Vec<bool>,
    /// The exchanges that ended, in their order.
    pub ended: Vec<usize>,
    /// What the relay does, by callout.
    pub relay: Vec<RelayAnswer>,
    /// What the relay got.
    pub callouts: Vec<Callout>,
}

impl Stage {
    /// Reads or changes the progress, and wakes who waits for it.
    pub fn with<R>(&self, change: impl FnOnce(&mut Progress) -> R) -> R {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    /// Waits until something is so; false when it is not in time.
    pub fn wait_until(&self, patience: Duration, so: impl Fn(&Progress) -> bool) -> bool {
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), patience, |progress| !so(progress));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Listens on a free port and serves every connection in a thread. The threads end when their
/// peer closes, at the latest with the process.
pub fn listen(
    stage: &Arc<Stage>,
    serve: fn(TcpStream, &Stage) -> io::Result<()>,
) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let stage = Arc::clone(stage);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let stage = Arc::clone(&stage);
            // A peer that goes away is part of some cases; what was missed shows in the case.
            thread::spawn(move || serve(stream, &stage).ok());
        }
    });
    Ok(address)
}

/// A connection to the platform.
pub fn platform(mut stream: TcpStream, stage: &Stage) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = Reader::new(&stream, None)?;
    while let Some(head) = reader.request()? {
        let body = reader.body(&head.headers, false, false);
        let exchange: Option<usize> = head
            .headers
            .text(EXCHANGE_HEADER)
            .and_then(|text| text.parse().ok());
        let (method, path) = head.start;
        let saw = PlatformSaw {
            method,
            path,
            headers: head.headers,
            body: body.bytes,
            trailers: body.trailers,
        };
        let answer = stage.with(|progress| {
            let exchange = exchange?;
            *progress.saw.get_mut(exchange)? = Some(saw);
            progress.answers.get(exchange).cloned()
        });
        let (Some(exchange), Some(answer)) = (exchange, answer) else {
            return Err(io::Error::other(
                "a request that belongs to no exchange of the case",
            ));
        };
        let sent = send(&mut stream, &answer);
        stage.with(|progress| progress.answered[exchange] = true);
        sent?;
        match answer.end {
            AnswerEnd::Abrupt => return Ok(()),
            AnswerEnd::Never => return reader.request().map(|_| ()),
            _ => {}
        }
    }
    Ok(())
}

fn send(stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
    let mut headers = answer.headers.clone();
    let len = answer.whole_body().len();
    match answer.end {
        AnswerEnd::Never => return Ok(()),
        AnswerEnd::Length => headers.add("content-length", len.to_string()),
        AnswerEnd::Abrupt => headers.add("content-length", (len + 1).to_string()),
        AnswerEnd::Chunked | AnswerEnd::Trailers(_) => headers.add("transfer-encoding", "chunked"),
    }
    stream.write_all(&wire::head(
        &format!("HTTP/1.1 {} Answer", answer.status),
        &headers,
    ))?;
    for (pause, piece) in &answer.body {
        thread::sleep(*pause);
        match answer.end {
            AnswerEnd::Chunked | AnswerEnd::Trailers(_) => wire::send_chunk(stream, piece)?,
            _ => stream.write_all(piece)?,
        }
    }
    match &answer.end {
        AnswerEnd::Chunked => wire::end_chunks(stream, &Headers::default()),
        AnswerEnd::Trailers(trailers) => wire::end_chunks(stream, trailers),
        _ => Ok(()),
    }
}

/// A connection to the relay.
pub fn relay(mut stream: TcpStream, stage: &Stage) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = Reader::new(&stream, None)?;
    while let Some(head) = reader.request()? {
        let body = reader.body(&head.headers, false, false).bytes;
        let (method, path) = head.start;
        let answer = stage.with(|progress| {
            let last = progress.relay.len().checked_sub(1);
            let answer = last.map(|last| progress.relay[progress.callouts.len().min(last)].clone());
            progress.callouts.push(Callout {
                method,
                path,
                headers: head.headers,
                body,
            });
            answer.unwrap_or(RelayAnswer::Status(202, Vec::new()))
        });
        match answer {
            RelayAnswer::Close => return Ok(()),
            RelayAnswer::Silence => return reader.request().map(|_| ()),
            RelayAnswer::Status(..) | RelayAnswer::Full(..) => {
                let (status, mut headers, body) = match answer {
                    RelayAnswer::Full(status, headers, body) => (status, headers, body),
                    RelayAnswer::Status(status, body) => (status, Headers::default(), body),
                    _ => return Ok(()),
                };
                headers.set("content-length", body.len().to_string());
                stream.write_all(
                    &[
                        wire::head(&format!("HTTP/1.1 {status} Answer"), &headers),
                        body,
                    ]
                    .concat(),
                )?;
            }
        }
    }
    Ok(())
}
