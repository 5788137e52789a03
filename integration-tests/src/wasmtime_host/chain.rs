//! The filter chain around the module, with Envoy's rules for holding and passing on the parts of
//! a message (its source/common/http/filter_manager.cc and extensions/common/wasm/context.cc).

use std::mem;

use super::Play;
use super::state::{Deferred, Half, Held, LocalReply, Stream, Way};
use super::vm::{Action, Part};
use crate::headers::Headers;
use crate::observed::{PlatformSaw, ReceivedEnd};

/// Envoy's limit for what a held direction may buffer (`per_connection_buffer_limit_bytes`).
const BUFFER_LIMIT: usize = 1 << 20;

impl Play<'_> {
    /// The head of a message arrives.
    pub(super) fn headers(&mut self, id: u32, way: Way, headers: Headers, end: bool) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        let half = stream.half(way);
        let count = headers.0.len();
        half.headers = headers;
        half.started = true;
        half.headers_visible = true;
        half.ended = end;
        let action = self.show(id, way, Part::Headers(count, end));
        let stop_iteration = self.case.setup.stop_iteration;
        let Some(stream) = self.stream(id) else {
            return;
        };
        let half = stream.half(way);
        match action {
            Action::Continue => {
                half.headers_visible = false;
                half.headers_passed = true;
                self.pass_headers(id, way, end);
            }
            Action::Pause if stop_iteration => half.held = Held::Passing,
            Action::Pause | Action::Stop => half.held = Held::Everything,
        }
    }

    /// A piece of a body arrives; the last may be empty.
    pub(super) fn body(&mut self, id: u32, way: Way, piece: Vec<u8>, end: bool) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        let half = stream.half(way);
        half.ended |= end;
        if half.held == Held::Everything {
            half.buffered.get_or_insert_default().extend(piece);
            self.check_buffer(id, way);
        } else {
            self.show_body(id, way, piece, end);
        }
    }

    fn show_body(&mut self, id: u32, way: Way, mut piece: Vec<u8>, end: bool) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        let half = stream.half(way);
        if half.shows_buffer {
            half.buffered.get_or_insert_default().append(&mut piece);
            if !self.check_buffer(id, way) {
                return;
            }
        }
        let Some(stream) = self.stream(id) else {
            return;
        };
        let half = stream.half(way);
        half.piece = Some(piece);
        let size = half.body().map_or(0, |body| body.len());
        let action = self.show(id, way, Part::Body(size, end));
        let Some(stream) = self.stream(id) else {
            return;
        };
        let half = stream.half(way);
        half.shows_buffer = false;
        let piece = half.piece.take().unwrap_or_default();
        match action {
            Action::Continue if half.held == Held::No => self.pass_body(id, way, piece, end),
            Action::Continue => {
                half.buffered.get_or_insert_default().extend(piece);
                self.resume(id, way);
            }
            Action::Pause => {
                half.held = Held::Passing;
                half.shows_buffer = true;
                half.buffered.get_or_insert_default().extend(piece);
                self.check_buffer(id, way);
            }
            Action::Stop => half.held = Held::Passing,
        }
    }

    /// The trailers of a message arrive.
    pub(super) fn trailers(&mut self, id: u32, way: Way, trailers: Headers) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        let half = stream.half(way);
        half.ended = true;
        half.trailers = Some(trailers);
        if half.held != Held::Everything {
            self.show_trailers(id, way);
        }
    }

    fn show_trailers(&mut self, id: u32, way: Way) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        let half = stream.half(way);
        half.trailers_visible = true;
        let count = half
            .trailers
            .as_ref()
            .map_or(0, |trailers| trailers.0.len());
        let action = self.show(id, way, Part::Trailers(count));
        let Some(stream) = self.stream(id) else {
            return;
        };
        let half = stream.half(way);
        match action {
            Action::Continue => {
                half.trailers_visible = false;
                match half.held {
                    Held::No => self.pass_trailers(id, way),
                    _ => self.resume(id, way),
                }
            }
            Action::Pause | Action::Stop => half.held = Held::Passing,
        }
    }

    /// Passes on what is held; the module is shown what it has not seen.
    fn resume(&mut self, id: u32, way: Way) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        let half = stream.half(way);
        let unseen = half.held == Held::Everything;
        half.held = Held::No;
        half.shows_buffer = false;
        let (ended, trailers) = (half.ended, half.trailers.is_some());
        let buffered = half.buffered.take();
        if !mem::replace(&mut half.headers_passed, true) {
            half.headers_visible = false;
            self.pass_headers(id, way, ended && buffered.is_none() && !trailers);
        }
        match buffered {
            Some(buffered) if unseen => self.show_body(id, way, buffered, ended && !trailers),
            Some(buffered) => self.pass_body(id, way, buffered, ended && !trailers),
            None => {}
        }
        match (trailers, unseen) {
            (true, true) => self.show_trailers(id, way),
            (true, false) => self.pass_trailers(id, way),
            _ => {}
        }
    }

    /// Calls the module, then does what it asked for in the callback, as Envoy does.
    fn show(&mut self, id: u32, way: Way, part: Part) -> Action {
        let skipped = self.stream(id).is_some_and(|stream| stream.failure_replied);
        if skipped {
            return Action::Continue;
        }
        let action = self.vm.call_with_part(id, way, part);
        self.do_deferred();
        action.unwrap_or_else(|| {
            if let Some(stream) = self.stream(id) {
                stream.failure_replied = true;
                self.reply(
                    id,
                    LocalReply {
                        status: 503,
                        headers: Headers::default(),
                        body: Vec::new(),
                    },
                );
            }
            Action::Stop
        })
    }

    /// Does what the last callback asked for.
    pub(super) fn do_deferred(&mut self) {
        while let Some(deferred) = self.vm.state().deferred.pop_front() {
            match deferred {
                Deferred::Reply(id, reply) => self.reply(id, reply),
                Deferred::Close(id) => self.finish(id, ReceivedEnd::CutShort),
                Deferred::Continue(id, way) => {
                    let Some(stream) = self.stream(id) else {
                        continue;
                    };
                    let half = stream.half(way);
                    assert!(
                        half.held != Held::No,
                        "the filter resumes a {way:?} that it does not hold"
                    );
                    self.resume(id, way);
                }
            }
        }
        self.start_callouts();
        self.tell_of_queues();
    }

    /// Answers in the platform's place: through the filter while there is no answer yet, past it
    /// while its head is held, and by breaking off when the head is gone.
    pub(super) fn reply(&mut self, id: u32, reply: LocalReply) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        let exchange = stream.exchange;
        let (started, passed) = (stream.response.started, stream.response.headers_passed);
        self.exchanges[exchange].platform_cancelled = true;
        let mut headers = Headers::new([(":status", reply.status.to_string())]);
        reply
            .headers
            .0
            .iter()
            .for_each(|(name, value)| headers.add(name, value));
        if !reply.body.is_empty() {
            headers.set("content-length", reply.body.len().to_string());
            if headers.first("content-type").is_none() {
                headers.add("content-type", "text/plain");
            }
        }
        let empty = reply.body.is_empty();
        if passed {
            self.finish(id, ReceivedEnd::CutShort);
        } else if started {
            if let Some(stream) = self.stream(id) {
                stream.response = Half {
                    headers,
                    headers_passed: true,
                    started: true,
                    ..Half::default()
                };
            }
            self.pass_headers(id, Way::Response, empty);
            if !empty {
                self.pass_body(id, Way::Response, reply.body, true);
            }
        } else {
            self.headers(id, Way::Response, headers, empty);
            if !empty {
                self.body(id, Way::Response, reply.body, true);
            }
        }
    }

    /// A direction that buffers too much is answered by Envoy. False when that happened.
    fn check_buffer(&mut self, id: u32, way: Way) -> bool {
        let Some(stream) = self.stream(id) else {
            return false;
        };
        if stream
            .half(way)
            .buffered
            .as_ref()
            .is_none_or(|buffered| buffered.len() <= BUFFER_LIMIT)
        {
            return true;
        }
        let (status, body) = match way {
            Way::Request => (413, "Payload Too Large"),
            Way::Response => (500, "Internal Server Error"),
        };
        self.reply(
            id,
            LocalReply {
                status,
                headers: Headers::default(),
                body: body.into(),
            },
        );
        false
    }

    fn pass_headers(&mut self, id: u32, way: Way, end: bool) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        let (exchange, headers) = (stream.exchange, stream.half(way).headers.clone());
        let pseudo = |name: &str| headers.text(name).unwrap_or_default().to_owned();
        let mut fields = Headers(
            headers
                .0
                .iter()
                .filter(|(name, _)| !name.starts_with(':'))
                .cloned()
                .collect(),
        );
        let live = &mut self.exchanges[exchange];
        match way {
            Way::Request => {
                fields.add("host", pseudo(":authority"));
                // Envoy's HTTP/1 codec says so for methods that usually have a body.
                if end && !matches!(pseudo(":method").as_str(), "GET" | "HEAD" | "DELETE") {
                    fields.set("content-length", "0");
                }
                let seen = PlatformSaw {
                    method: pseudo(":method"),
                    path: pseudo(":path"),
                    headers: fields,
                    ..PlatformSaw::default()
                };
                live.platform = Some(seen);
            }
            Way::Response => {
                // Envoy's HTTP/1 codec says so when nothing follows, and never with 204.
                match pseudo(":status").as_str() {
                    "204" => fields.remove("content-length"),
                    _ if end && fields.first("content-length").is_none() => {
                        fields.add("content-length", "0")
                    }
                    _ => {}
                }
                live.received.status = pseudo(":status").parse().unwrap_or(0);
                live.received.headers = fields;
            }
        }
        self.passed(id, way, end);
    }

    fn pass_body(&mut self, id: u32, way: Way, piece: Vec<u8>, end: bool) {
        let Some(exchange) = self.stream(id).map(|stream| stream.exchange) else {
            return;
        };
        let live = &mut self.exchanges[exchange];
        match (way, &mut live.platform) {
            (Way::Request, Some(platform)) => platform.body.extend(piece),
            (Way::Request, None) => {}
            (Way::Response, _) => live.received.body.extend(piece),
        }
        self.passed(id, way, end);
    }

    fn pass_trailers(&mut self, id: u32, way: Way) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        let (exchange, trailers) = (
            stream.exchange,
            stream.half(way).trailers.take().unwrap_or_default(),
        );
        let live = &mut self.exchanges[exchange];
        match (way, &mut live.platform) {
            (Way::Request, Some(platform)) => platform.trailers = trailers,
            (Way::Request, None) => {}
            // HTTP/1.1 has room for trailers behind chunks only (RFC 9112 section 7.1.2).
            (Way::Response, _) if live.received.headers.first("content-length").is_some() => {}
            (Way::Response, _) => live.received.trailers = trailers,
        }
        self.passed(id, way, true);
    }

    fn passed(&mut self, id: u32, way: Way, end: bool) {
        let Some(stream) = self.stream(id) else {
            return;
        };
        if !end || mem::replace(&mut stream.half(way).passed_end, true) {
            return;
        }
        match way {
            Way::Request => {
                let exchange = stream.exchange;
                self.platform_answers(exchange);
            }
            Way::Response => self.finish(id, ReceivedEnd::Complete),
        }
    }

    pub(super) fn stream(&mut self, id: u32) -> Option<&mut Stream> {
        self.vm.state().streams.get_mut(&id)
    }
}
