//! One request and its response: feeds the exchange, performs its effects.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use lifecycle::exchange::{Effect, Exchange, Input};
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::Action;

use crate::host;
use crate::runs::{HookResult, Started};
use crate::worker::{HeadersStop, Worker};

/// How long a response is held for its body, once it is known that holding works.
const HOLD_LIMIT: Duration = Duration::from_secs(30);
/// The same before: a missing setting in Envoy's configuration must not hang customers for long.
const FIRST_HOLD_LIMIT: Duration = Duration::from_secs(5);

/// The context of one stream.
pub struct Stream {
    id: u32,
    worker: Rc<Worker>,
    /// `None` for what is none of our business.
    exchanging: Option<Rc<RefCell<Exchanging>>>,
}

/// An exchange under way.
pub struct Exchanging {
    stream: u32,
    exchange: Exchange,
    /// The run of the hook that it waits for.
    run: Option<u32>,
    /// When it must be looked at again.
    pub wake_at: Option<Duration>,
    hold_until: Option<Duration>,
    body_seen: bool,
    /// The tick in which it was let go without having seen its body.
    let_go_at: Option<u64>,
}

impl Stream {
    /// For the stream with this id.
    pub fn new(id: u32, worker: Rc<Worker>) -> Self {
        Stream {
            id,
            worker,
            exchanging: None,
        }
    }

    /// Feeds `input` and performs what comes of it; whether the response is held now.
    fn feed(&self, input: Input<'_>) -> Action {
        let Some(shared) = &self.exchanging else {
            return Action::Continue;
        };
        let mut exchanging = shared.borrow_mut();
        let effects = exchanging.exchange.on(input);
        exchanging.perform(&self.worker, effects, Place::OwnCallback);
        exchanging.set_wake();
        let holds = exchanging.exchange.holds_response();
        let wake_at = exchanging.wake_at;
        drop(exchanging);
        if let Some(at) = wake_at {
            self.worker.wake_at(at);
        }
        if holds {
            Action::Pause
        } else {
            Action::Continue
        }
    }

    fn response_part(&self, size: usize, end: bool) -> Action {
        let Some(shared) = &self.exchanging else {
            return Action::Continue;
        };
        self.prove_headers_stop(&mut shared.borrow_mut());
        let (holds, awaits) = {
            let exchange = &shared.borrow().exchange;
            (exchange.holds_response(), exchange.awaits_platform())
        };
        match (holds, awaits, end) {
            (true, true, true) => self.feed(Input::ResponseBody(&host::response_body())),
            (true, true, false) => self.feed(Input::ResponseSize(size)),
            (true, false, _) => Action::Pause,
            (false, ..) => Action::Continue,
        }
    }

    /// What a body callback says about `allow_on_headers_stop_iteration`.
    fn prove_headers_stop(&self, exchanging: &mut Exchanging) {
        exchanging.body_seen = true;
        if self.worker.headers_stop.get() != HeadersStop::Unproven {
            return;
        }
        if exchanging.exchange.holds_response() {
            self.worker.headers_stop.set(HeadersStop::Allowed);
        } else if exchanging.let_go_at == Some(self.worker.ticks()) {
            // The body had been there all the time, kept back together with the headers.
            self.worker.headers_stop.set(HeadersStop::Missing);
            log::error!(
                "`allow_on_headers_stop_iteration: true` is missing in this plugin's configuration: no response \
                 can be changed, every synchronous hook fails (see its on_error). Add it, or use `leh envoy`"
            );
        }
    }
}

impl HttpContext for Stream {
    fn on_http_request_headers(&mut self, _count: usize, _end: bool) -> Action {
        let (Some(method), Some(path)) = (
            host::request_header(":method"),
            host::request_header(":path"),
        ) else {
            return Action::Continue;
        };
        let mut headers = None;
        let client = || host::client(headers.insert(host::request_headers()));
        let target = String::from_utf8_lossy(&path);
        let Some(exchange) = self
            .worker
            .plan
            .exchange(&method, &target, host::seed, client)
        else {
            return Action::Continue;
        };
        let headers = headers.unwrap_or_else(host::request_headers);
        let exchanging = Rc::new(RefCell::new(Exchanging::new(self.id, exchange)));
        self.worker.remember(self.id, &exchanging);
        self.exchanging = Some(exchanging);
        self.feed(Input::RequestHeaders(&headers))
    }

    /// Requests are read on their way and never held.
    fn on_http_request_body(&mut self, size: usize, _end: bool) -> Action {
        if self.exchanging.is_some() && size > 0 {
            self.feed(Input::RequestBody(&host::request_body(size)));
        }
        Action::Continue
    }

    fn on_http_response_headers(&mut self, _count: usize, end: bool) -> Action {
        let Some(shared) = &self.exchanging else {
            return Action::Continue;
        };
        let action = self.feed(Input::ResponseHeaders {
            headers: &host::response_headers(),
            end,
        });
        if !shared.borrow().exchange.awaits_platform() {
            return action;
        }
        let limit = match self.worker.headers_stop.get() {
            HeadersStop::Missing => return self.feed(Input::HeldTooLong),
            HeadersStop::Unproven => FIRST_HOLD_LIMIT,
            HeadersStop::Allowed => HOLD_LIMIT,
        };
        let until = self.worker.now() + limit;
        {
            let mut exchanging = shared.borrow_mut();
            exchanging.hold_until = Some(until);
            exchanging.set_wake();
        }
        self.worker.wake_at(until);
        action
    }

    fn on_http_response_body(&mut self, size: usize, end: bool) -> Action {
        self.response_part(size, end)
    }

    /// A body that ends in trailers has no last body callback of its own.
    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        self.response_part(0, true)
    }

    fn on_log(&mut self) {
        self.worker.forget(self.id);
        let ended = self.exchanging.take();
        let run = ended.and_then(|exchanging| exchanging.borrow_mut().run.take());
        if let Some(run) = run {
            self.worker.runs.abandon(run);
        }
    }
}

impl Context for Stream {}

/// Where effects are performed: Envoy takes the decision to go on from a stream's own callback by
/// its return value, from anywhere else by a call.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    OwnCallback,
    Elsewhere,
}

impl Exchanging {
    fn new(stream: u32, exchange: Exchange) -> Self {
        Exchanging {
            stream,
            exchange,
            run: None,
            wake_at: None,
            hold_until: None,
            body_seen: false,
            let_go_at: None,
        }
    }

    /// Performs `effects`, and those that follow from them.
    fn perform(&mut self, worker: &Worker, effects: Vec<Effect>, place: Place) {
        let mut queue = VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            match effect {
                Effect::SetRequestHeader(name, value) => host::set_request_header(name, value),
                Effect::RemoveRequestHeader(name) => host::remove_request_header(name),
                Effect::SetResponseHeader(name, value) => host::set_response_header(name, &value),
                Effect::RemoveResponseHeader(name) => host::remove_response_header(name),
                Effect::ReplaceResponseBody(body) => host::set_response_body(&body),
                Effect::Report(report) => worker.report(&report),
                Effect::Deliver(delivery) => worker.deliver(delivery),
                Effect::RunHook(invocation) => {
                    match worker.runs.start(worker, self.stream, invocation) {
                        Started::Ended(result) => {
                            queue.extend(self.exchange.on(Input::HookEnded(result)));
                        }
                        Started::Waiting(run) => self.run = Some(run),
                    }
                }
                Effect::Sign(request) => {
                    let signature = host::sign(&request);
                    queue.extend(self.exchange.on(Input::Signed(signature)));
                }
                Effect::Release if place == Place::Elsewhere => host::resume_response(),
                Effect::Release => {}
                Effect::LocalReply(reply) => host::send_reply(reply.status, &reply.body),
            }
        }
    }

    /// Works out when to look at it again.
    fn set_wake(&mut self) {
        self.wake_at = self.hold_until.filter(|_| self.exchange.awaits_platform());
    }
}

/// Looks at an exchange whose time may have come.
pub fn wake(worker: &Worker, stream: u32, shared: &Rc<RefCell<Exchanging>>, now: Duration) {
    // Busy means that one of its own callbacks is under way, which will look for itself.
    let Ok(mut exchanging) = shared.try_borrow_mut() else {
        return;
    };
    if exchanging.wake_at.is_none_or(|at| at > now) {
        return;
    }
    host::act_for(stream);
    if !exchanging.body_seen {
        exchanging.let_go_at = Some(worker.ticks());
    }
    let effects = exchanging.exchange.on(Input::HeldTooLong);
    exchanging.perform(worker, effects, Place::Elsewhere);
    exchanging.set_wake();
}

/// Takes the answer of the hook that the exchange waits for.
pub fn hook_ended(
    worker: &Worker,
    stream: u32,
    shared: &Rc<RefCell<Exchanging>>,
    result: HookResult,
) {
    // Nothing but the root context's callbacks comes here, and none of a stream's is under way then.
    let Ok(mut exchanging) = shared.try_borrow_mut() else {
        return;
    };
    exchanging.run = None;
    host::act_for(stream);
    let effects = exchanging.exchange.on(Input::HookEnded(result));
    exchanging.perform(worker, effects, Place::Elsewhere);
    exchanging.set_wake();
}
