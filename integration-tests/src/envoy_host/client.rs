//! The client of a case: sends a request to Envoy as it is written, and notes what comes back.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};

use super::servers::Stage;
use super::wire::{self, BodyEnd, Reader};
use crate::case::{Client, Exchange, Request};
use crate::observed::{Received, ReceivedEnd};
use crate::run::PATIENCE;

/// Plays the client of an exchange to its end.
pub fn play(envoy: SocketAddr, number: usize, exchange: &Exchange, stage: &Stage) -> Received {
    let mut stream = TcpStream::connect(envoy).expect("Envoy listens");
    // Envoy may answer and close before it has read everything; the answer counts.
    let sent = send(&mut stream, &exchange.request);
    if let Client::LeavesAfterAnswer(after) = exchange.client {
        stage.wait_until(PATIENCE, |progress| progress.answered[number]);
        std::thread::sleep(after);
        return Received::default();
    }
    let received = receive(&stream, exchange.request.method == "HEAD");
    match (sent, received) {
        (_, Ok(received)) => received,
        (Err(error), _) | (_, Err(error))
            if matches!(
                error.kind(),
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
            ) =>
        {
            Received {
                end: ReceivedEnd::Silence,
                ..Received::default()
            }
        }
        _ => Received {
            end: ReceivedEnd::CutShort,
            ..Received::default()
        },
    }
}

fn send(stream: &mut TcpStream, request: &Request) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut headers = request.headers.clone();
    headers
        .0
        .insert(0, ("host".to_owned(), b"localhost".to_vec()));
    let chunked = request.trailers.is_some() || request.body.len() > 1;
    if chunked {
        headers.add("transfer-encoding", "chunked");
    } else if let Some(body) = request.body.first() {
        headers.add("content-length", body.len().to_string());
    }
    stream.write_all(&wire::head(
        &format!("{} {} HTTP/1.1", request.method, request.path),
        &headers,
    ))?;
    for piece in &request.body {
        match chunked {
            true => wire::send_chunk(stream, piece)?,
            false => stream.write_all(piece)?,
        }
    }
    match chunked {
        true => wire::end_chunks(
            stream,
            request.trailers.as_ref().unwrap_or(&Default::default()),
        ),
        false => Ok(()),
    }
}

fn receive(stream: &TcpStream, bodiless: bool) -> io::Result<Received> {
    let mut reader = Reader::new(stream, Some(PATIENCE))?;
    let Some(head) = reader.response()? else {
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    let status = head.start.0.parse().unwrap_or(0);
    let body = reader.body(&head.headers, bodiless || status == 204, true);
    let end = match body.end {
        BodyEnd::Complete => ReceivedEnd::Complete,
        BodyEnd::Closed => ReceivedEnd::CutShort,
        BodyEnd::Silence => ReceivedEnd::Silence,
    };
    Ok(Received {
        status,
        headers: head.headers,
        body: body.bytes,
        trailers: body.trailers,
        end,
    })
}
