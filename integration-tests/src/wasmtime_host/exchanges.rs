//! What happens in an exchange beside the filter: the client sends, the platform answers or does
//! not, and somebody ends it.

use std::time::Duration;

use super::state::{LocalReply, ROOT, Stream, Way};
use super::{Arrival, Entry, Play};
use crate::case::{Answer, AnswerEnd, Client, Start};
use crate::headers::Headers;
use crate::observed::ReceivedEnd;
use crate::run::{PATIENCE, PLATFORM_TIMEOUT};

/// Envoy reads sockets in pieces of this size.
const READ_SIZE: usize = 16 << 10;

impl Play<'_> {
    /// A client sends its request.
    pub(super) fn start(&mut self, exchange: usize) {
        let request = &self.case.exchanges[exchange].request;
        let mut headers = Headers::new([
            (":authority", "localhost"),
            (":path", request.path.as_str()),
            (":method", request.method.as_str()),
            (":scheme", "http"),
        ]);
        headers.0.extend(request.headers.0.iter().cloned());
        let chunked = request.trailers.is_some() || request.body.len() > 1;
        if let (false, Some(body)) = (chunked, request.body.first()) {
            headers.add("content-length", body.len().to_string());
        }
        headers.add("x-forwarded-for", "127.0.0.1");
        headers.add("x-forwarded-proto", "http");
        headers.add(
            "x-request-id",
            format!("00000000-0000-4000-8000-{exchange:012}"),
        );
        let id = ROOT + 1 + exchange as u32;
        self.exchanges[exchange].id = Some(id);
        self.vm.state().streams.insert(
            id,
            Stream {
                exchange,
                ..Stream::default()
            },
        );
        self.vm
            .call::<_, ()>(id, "proxy_on_context_create", (id, ROOT));
        self.do_deferred();
        let pieces = request
            .body
            .iter()
            .map(|piece| (Duration::ZERO, piece.as_slice()));
        self.arrive(
            exchange,
            Way::Request,
            headers,
            pieces,
            request.trailers.as_ref(),
        );
        self.later(PATIENCE, Entry::ClientStops(exchange, ReceivedEnd::Silence));
    }

    /// Puts the parts of a message on the agenda. Envoy tells the end of a body by an empty piece.
    fn arrive<'b>(
        &mut self,
        exchange: usize,
        way: Way,
        headers: Headers,
        pieces: impl Iterator<Item = (Duration, &'b [u8])>,
        trailers: Option<&Headers>,
    ) -> Duration {
        let mut after = Duration::ZERO;
        let pieces: Vec<_> = pieces.filter(|(_, piece)| !piece.is_empty()).collect();
        let bare = pieces.is_empty() && trailers.is_none();
        self.later(
            after,
            Entry::Arrives(exchange, way, Arrival::Head(headers, bare)),
        );
        for (pause, piece) in pieces {
            after += pause;
            for read in piece.chunks(READ_SIZE) {
                self.later(
                    after,
                    Entry::Arrives(exchange, way, Arrival::Piece(read.to_vec(), false)),
                );
            }
        }
        let end = match trailers {
            Some(trailers) => Arrival::Trailers(trailers.clone()),
            None => Arrival::Piece(Vec::new(), true),
        };
        if !bare {
            self.later(after, Entry::Arrives(exchange, way, end));
        }
        after
    }

    /// The platform has a whole request.
    pub(super) fn platform_answers(&mut self, exchange: usize) {
        let Answer {
            status,
            headers,
            body,
            end,
        } = &self.case.exchanges[exchange].answer;
        self.later(PLATFORM_TIMEOUT, Entry::PlatformTimeout(exchange));
        let mut head = Headers::new([(":status", status.to_string())]);
        head.0.extend(headers.0.iter().cloned());
        let pieces = body.iter().map(|(pause, piece)| (*pause, piece.as_slice()));
        let len: usize = body.iter().map(|(_, piece)| piece.len()).sum();
        let last = match end {
            AnswerEnd::Length => {
                head.add("content-length", len.to_string());
                self.arrive(exchange, Way::Response, head, pieces, None)
            }
            AnswerEnd::Chunked => self.arrive(exchange, Way::Response, head, pieces, None),
            AnswerEnd::Trailers(trailers) => {
                self.arrive(exchange, Way::Response, head, pieces, Some(trailers))
            }
            AnswerEnd::Abrupt => {
                head.add("content-length", (len + 1).to_string());
                self.later(
                    Duration::ZERO,
                    Entry::Arrives(exchange, Way::Response, Arrival::Head(head, false)),
                );
                let mut after = Duration::ZERO;
                for (pause, piece) in pieces {
                    after += pause;
                    self.later(
                        after,
                        Entry::Arrives(
                            exchange,
                            Way::Response,
                            Arrival::Piece(piece.to_vec(), false),
                        ),
                    );
                }
                self.later(after, Entry::PlatformBreaksOff(exchange));
                after
            }
            AnswerEnd::Never => Duration::ZERO,
        };
        if let Client::LeavesAfterAnswer(patience) = self.case.exchanges[exchange].client {
            self.later(
                last + patience,
                Entry::ClientStops(exchange, ReceivedEnd::ClientLeft),
            );
        }
        if *end == AnswerEnd::Never {
            self.platform_is_done(exchange);
        }
    }

    fn platform_is_done(&mut self, exchange: usize) {
        let next = exchange + 1;
        if self
            .case
            .exchanges
            .get(next)
            .is_some_and(|next| next.start == Start::WhilePreviousIsHeld)
        {
            self.start(next);
        }
    }

    pub(super) fn happen(&mut self, entry: Entry) {
        match entry {
            Entry::Arrives(exchange, way, arrival) => self.arrived(exchange, way, arrival),
            Entry::PlatformBreaksOff(exchange) => {
                self.reply_for_platform(exchange, 502, "upstream connect error or disconnect/reset before headers. reset reason: protocol error");
            }
            Entry::PlatformTimeout(exchange) => {
                self.reply_for_platform(exchange, 504, "upstream request timeout")
            }
            Entry::ClientStops(exchange, end) => {
                if let (false, Some(id)) =
                    (self.exchanges[exchange].over, self.exchanges[exchange].id)
                {
                    self.finish(id, end);
                }
            }
            Entry::CalloutAnswered(token, answer) => {
                let (headers, body) = answer
                    .as_ref()
                    .map_or((0, 0), |(headers, body)| (headers.0.len(), body.len()));
                self.vm.state().callout_answer = answer;
                self.vm.call::<_, ()>(
                    ROOT,
                    "proxy_on_http_call_response",
                    (ROOT, token, headers as u32, body as u32, 0_u32),
                );
                self.vm.state().callout_answer = None;
                self.do_deferred();
            }
            Entry::QueueReady(queue) => {
                self.vm
                    .call::<_, ()>(ROOT, "proxy_on_queue_ready", (ROOT, queue));
                self.do_deferred();
            }
        }
    }

    fn arrived(&mut self, exchange: usize, way: Way, arrival: Arrival) {
        let live = &mut self.exchanges[exchange];
        let Some(id) = live.id.filter(|_| !live.over) else {
            return;
        };
        if live.platform_cancelled {
            return;
        }
        let last = matches!(
            arrival,
            Arrival::Head(_, true) | Arrival::Piece(_, true) | Arrival::Trailers(_)
        );
        live.platform_done |= last && way == Way::Response;
        match arrival {
            Arrival::Head(headers, end) => self.headers(id, way, headers, end),
            Arrival::Piece(piece, end) => self.body(id, way, piece, end),
            Arrival::Trailers(trailers) => self.trailers(id, way, trailers),
        }
        if last && way == Way::Response {
            self.platform_is_done(exchange);
        }
    }

    /// Envoy answers for a platform that does not.
    fn reply_for_platform(&mut self, exchange: usize, status: u16, body: &str) {
        let live = &self.exchanges[exchange];
        if let (false, false, false, Some(id)) = (
            live.over,
            live.platform_done,
            live.platform_cancelled,
            live.id,
        ) {
            self.reply(
                id,
                LocalReply {
                    status,
                    headers: Headers::default(),
                    body: body.into(),
                },
            );
        }
    }

    /// The end of an exchange, and of its context.
    pub(super) fn finish(&mut self, id: u32, end: ReceivedEnd) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        let exchange = stream.exchange;
        let live = &mut self.exchanges[exchange];
        live.over = true;
        live.received.end = end;
        live.ended = self.ended;
        self.ended += 1;
        self.vm.call::<_, ()>(id, "proxy_on_log", (id,));
        self.do_deferred();
        self.vm.call::<_, u32>(id, "proxy_on_done", (id,));
        self.do_deferred();
        self.vm.call::<_, ()>(id, "proxy_on_delete", (id,));
        self.vm.state().streams.remove(&id);
        self.do_deferred();
        let next = exchange + 1;
        if self
            .exchanges
            .get(next)
            .is_some_and(|next| next.id.is_none())
        {
            self.start(next);
        }
    }
}
