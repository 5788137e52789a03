//! Synchronous hooks under way on a worker: in this VM, or in the relay.
//!
//! They belong to the worker, not to the stream that waits for one: what a script does after its
//! answer goes on when the customer is gone. Calls are made for the root context, from a callback of
//! its own (the SDK hands an answer to whoever was active when the call was made), which the worker
//! is given at once through a queue.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use hook_runtime::{
    Call, CallAnswer, CallKind, CallResult, ConsoleLine, Finished, HttpRequest, HttpResponse,
    Level, Step, Times,
};
use lifecycle::answer::{Answer, Failure, FailureKind};
use lifecycle::bundle::Place;
use lifecycle::egress_cache::{self, EgressCache, Lookup};
use lifecycle::exchange::{Client, Invocation};
use lifecycle::redact::one_line;
use lifecycle::remote::{self, RemoteInvocation, RemoteResult};

use crate::host;
use crate::worker::Worker;

/// What the relay gets beyond the hook's own timeout to say that it ran out.
const RELAY_GRACE: Duration = Duration::from_millis(100);
/// What a call gets beyond the end of its run.
const CALL_GRACE: Duration = Duration::from_millis(50);
/// Answers of other hosts that a worker keeps (`cache: true`), in bytes.
const CACHE_BYTES: usize = 8 << 20;

/// What came of a hook.
pub type HookResult = Result<Answer, Failure>;

/// All of a worker's.
pub struct Runs {
    state: RefCell<State>,
    cache: RefCell<EgressCache>,
}

impl Default for Runs {
    fn default() -> Self {
        Runs {
            state: RefCell::default(),
            cache: RefCell::new(EgressCache::new(CACHE_BYTES)),
        }
    }
}

#[derive(Default)]
struct State {
    last: u32,
    runs: BTreeMap<u32, Run>,
    /// Calls to be made as soon as the root context is called.
    outgoing: VecDeque<Outgoing>,
    /// Calls under way, by the host's number.
    flights: HashMap<u32, Whose>,
}

/// One run.
struct Run {
    about: About,
    place: Running,
    /// The stream that waits for the answer; `None` when nobody does.
    stream: Option<u32>,
    wake_at: Duration,
}

enum Running {
    Here(Box<hook_runtime::Invocation>),
    InRelay,
}

/// What logs say of a run.
#[derive(Clone)]
struct About {
    hook: usize,
    event_id: String,
    traceparent: Option<String>,
}

struct Outgoing {
    run: u32,
    what: What,
    deadline: Duration,
}

enum What {
    Call(Call),
    Relay(RemoteInvocation),
}

/// What a call of the host's is for.
#[derive(Clone, Copy)]
enum Whose {
    /// A script's call.
    Fetch(Asked),
    /// The same, by way of the relay.
    Lookup(Asked),
    /// A whole run, in the relay.
    Run(u32),
}

/// A call of a script.
#[derive(Clone, Copy)]
struct Asked {
    run: u32,
    /// The script's number of it.
    call: u32,
}

impl Asked {
    /// Unique among all calls of the worker.
    fn id(self) -> u64 {
        (u64::from(self.run) << 32) | u64::from(self.call)
    }

    /// The call with this id.
    fn named(id: u64) -> Self {
        Asked {
            run: u32::try_from(id >> 32).unwrap_or_default(),
            call: u32::try_from(id & u64::from(u32::MAX)).unwrap_or_default(),
        }
    }
}

fn answer(response: egress_cache::Response) -> CallAnswer {
    CallAnswer::Http(HttpResponse {
        status: response.status,
        headers: response.headers,
        body: response.body,
    })
}

/// How a start went.
pub enum Started {
    /// The answer is there.
    Ended(HookResult),
    /// It will come; the number of the run.
    Waiting(u32),
}

impl Runs {
    /// Runs a hook for `stream`.
    pub fn start(&self, worker: &Worker, stream: u32, invocation: Invocation) -> Started {
        let Some(planned) = worker.plan.hook(invocation.hook) else {
            return Started::Ended(Err(not_loaded()));
        };
        let about = About {
            hook: invocation.hook,
            event_id: invocation.event_id,
            traceparent: invocation.traceparent,
        };
        if planned.hook.place == Place::Relay {
            return self.start_in_relay(worker, stream, about, invocation.args);
        }
        let Some(hook) = worker.hook(about.hook) else {
            return Started::Ended(Err(not_loaded()));
        };
        let args = lifecycle::arguments::with_settings(invocation.args, planned);
        let run = Run {
            about,
            place: Running::Here(Box::new(hook.start(&args))),
            stream: Some(stream),
            wake_at: worker.now(),
        };
        let id = self.next_id();
        match self.go_on(worker, id, run) {
            Some((_, result)) => Started::Ended(result),
            None => Started::Waiting(id),
        }
    }

    fn start_in_relay(
        &self,
        worker: &Worker,
        stream: u32,
        about: About,
        args: serde_json::Value,
    ) -> Started {
        let Some(planned) = worker.plan.hook(about.hook) else {
            return Started::Ended(Err(not_loaded()));
        };
        let timeout = Duration::from_millis(planned.hook.limits.timeout_ms);
        let deadline = worker.now() + timeout + RELAY_GRACE;
        let request = RemoteInvocation {
            hook: planned.hook.name.clone(),
            event_id: about.event_id.clone(),
            traceparent: about.traceparent.clone(),
            args,
        };
        let id = self.next_id();
        let run = Run {
            about,
            place: Running::InRelay,
            stream: Some(stream),
            wake_at: deadline,
        };
        let mut state = self.state.borrow_mut();
        state.runs.insert(id, run);
        state.outgoing.push_back(Outgoing {
            run: id,
            what: What::Relay(request),
            deadline,
        });
        drop(state);
        worker.call_soon();
        Started::Waiting(id)
    }

    fn next_id(&self) -> u32 {
        let mut state = self.state.borrow_mut();
        state.last = state.last.wrapping_add(1);
        state.last
    }

    /// Resumes a run until it waits or is done; the answer, when it came, with who waits for it.
    fn go_on(&self, worker: &Worker, id: u32, mut run: Run) -> Option<(Option<u32>, HookResult)> {
        let Running::Here(invocation) = &mut run.place else {
            self.state.borrow_mut().runs.insert(id, run);
            return None;
        };
        match invocation.resume() {
            Step::Needs(needs) => {
                run.wake_at = needs.wake_at;
                let deadline = invocation.deadline();
                let answer = needs.answer.map(|result| (run.stream.take(), result));
                let mut state = self.state.borrow_mut();
                state
                    .outgoing
                    .extend(needs.calls.into_iter().map(|call| Outgoing {
                        run: id,
                        what: What::Call(call),
                        deadline,
                    }));
                // A call that is out cannot be taken back from Envoy; its answer will find nobody.
                state.outgoing.retain(|outgoing| {
                    let What::Call(call) = &outgoing.what else {
                        return true;
                    };
                    outgoing.run != id || !needs.cancelled.contains(&call.id)
                });
                let calls = !state.outgoing.is_empty();
                state.runs.insert(id, run);
                drop(state);
                if calls {
                    worker.call_soon();
                }
                worker.wake_at(needs.wake_at);
                answer
            }
            Step::Done(Finished {
                result,
                console,
                times,
            }) => {
                log_console(worker, &run.about, &console);
                measure(worker, run.about.hook, times);
                worker.tidy_soon(run.about.hook);
                result.map(|result| (run.stream, result))
            }
        }
    }

    /// Makes the calls that wait to be made. For the root context, in a callback of its own.
    pub fn make_calls(&self, worker: &Worker) {
        loop {
            let next = self.state.borrow_mut().outgoing.pop_front();
            let Some(outgoing) = next else { return };
            // What came of the call before may have acted for its stream.
            host::act_for(worker.root);
            // The run ends by its own limit, not by a call's; and zero would mean no timeout at all.
            let left = outgoing.deadline.saturating_sub(worker.now());
            let timeout = left + CALL_GRACE;
            let traceparent = {
                let state = self.state.borrow();
                let run = state.runs.get(&outgoing.run);
                run.and_then(|run| run.about.traceparent.clone())
            };
            let run = outgoing.run;
            match outgoing.what {
                What::Relay(request) => self.send_to_relay(worker, run, &request, timeout),
                What::Call(call) => {
                    let asked = Asked { run, call: call.id };
                    let sent = match call.kind {
                        CallKind::Http(request) => {
                            self.fetch(worker, asked, &request, traceparent.as_deref(), timeout)
                        }
                        CallKind::Resolve { name, record } => {
                            resolve_by_relay(worker, &name, &record, timeout)
                                .map(|flight| Some((flight, Whose::Lookup(asked))))
                        }
                    };
                    match sent {
                        Ok(Some((flight, whose))) => {
                            self.state.borrow_mut().flights.insert(flight, whose);
                        }
                        Ok(None) => {}
                        Err(reason) => self.call_ended(worker, asked, Err(reason)),
                    }
                }
            }
        }
    }

    /// Makes an HTTP call, unless its answer is known or on its way; the host's number of it.
    fn fetch(
        &self,
        worker: &Worker,
        asked: Asked,
        request: &HttpRequest,
        traceparent: Option<&str>,
        timeout: Duration,
    ) -> Result<Option<(u32, Whose)>, String> {
        let route = worker.plan.egress().route(&request.url);
        let route = route.map_err(|refused| refused.to_string())?;
        let lookup = {
            let known = egress_cache::Request {
                method: request.method.clone(),
                url: request.url.clone(),
                headers: request.headers.clone(),
                has_body: request.body.is_some(),
            };
            let mut cache = self.cache.borrow_mut();
            cache.lookup(host::system_time(), asked.id(), route.entry, &known)
        };
        let conditions = match lookup {
            Lookup::Join => return Ok(None),
            Lookup::Hit(response) => {
                self.call_ended(worker, asked, Ok(answer(response)));
                return Ok(None);
            }
            Lookup::Go(conditions) => conditions,
        };
        let sent = host::fetch(&route, request, &conditions, traceparent, timeout);
        match sent {
            Ok(flight) => Ok(Some((flight, Whose::Fetch(asked)))),
            Err(reason) => {
                self.fetched(worker, asked, Err(reason));
                Ok(None)
            }
        }
    }

    /// Takes what came of an HTTP call, for all who wait for it.
    fn fetched(&self, worker: &Worker, asked: Asked, result: Result<HttpResponse, String>) {
        let outcome = result.map(|response| egress_cache::Response {
            status: response.status,
            headers: response.headers,
            body: response.body,
        });
        let settled = {
            let mut cache = self.cache.borrow_mut();
            cache.settle(host::system_time(), asked.id(), outcome)
        };
        for id in settled.shared {
            let outcome = settled.outcome.clone().map(answer);
            self.call_ended(worker, Asked::named(id), outcome);
        }
        self.call_ended(worker, asked, settled.outcome.map(answer));
    }

    fn send_to_relay(
        &self,
        worker: &Worker,
        run: u32,
        request: &RemoteInvocation,
        timeout: Duration,
    ) {
        let sent = worker.plan.relay_cluster().and_then(|cluster| {
            let body = serde_json::to_vec(request).ok()?;
            host::post_json(cluster, remote::PATH, &body, timeout)
        });
        match sent {
            Some(flight) => {
                self.state
                    .borrow_mut()
                    .flights
                    .insert(flight, Whose::Run(run));
            }
            None => self.relay_failed(worker, run, "Envoy has no way to it"),
        }
    }

    /// Takes the answer to a call of ours; whether it was one.
    pub fn answered(&self, worker: &Worker, flight: u32, answer: host::CallResponse) -> bool {
        let flown = self.state.borrow_mut().flights.remove(&flight);
        match flown {
            None => return false,
            Some(Whose::Run(run)) => self.relay_answered(worker, run, answer),
            Some(Whose::Lookup(asked)) => self.call_ended(worker, asked, records(answer)),
            Some(Whose::Fetch(asked)) => self.fetched(worker, asked, answer.into_http()),
        }
        true
    }

    fn call_ended(&self, worker: &Worker, asked: Asked, result: CallResult) {
        let found = self.state.borrow_mut().runs.remove(&asked.run);
        let Some(mut found) = found else { return };
        if let Running::Here(invocation) = &mut found.place {
            invocation.answer(asked.call, result);
        }
        let ended = self.go_on(worker, asked.run, found);
        worker.hook_ended(ended);
    }

    fn relay_answered(&self, worker: &Worker, run: u32, answer: host::CallResponse) {
        let response = match answer.into_http() {
            Ok(response) => response,
            Err(reason) => return self.relay_failed(worker, run, &reason),
        };
        let HttpResponse { status, body, .. } = response;
        let read = serde_json::from_slice::<RemoteResult>(&body);
        let read = read.ok().filter(|_| status == 200);
        let Some(result) = read else {
            let reason = format!(
                "it answered with status {status}; do filter and relay load the same bundle?"
            );
            return self.relay_failed(worker, run, &reason);
        };
        let Some(run) = self.state.borrow_mut().runs.remove(&run) else {
            return;
        };
        let lines = result.console.into_iter().map(|line| ConsoleLine {
            level: Level::named(&line.level).unwrap_or(Level::Info),
            text: line.text,
        });
        log_console(worker, &run.about, &lines.collect::<Vec<_>>());
        let micros = Duration::from_micros;
        measure(
            worker,
            run.about.hook,
            Times {
                queue: micros(result.times.queue),
                script: micros(result.times.script),
                fetch: micros(result.times.fetch),
            },
        );
        worker.hook_ended(Some((run.stream, result.result)));
    }

    fn relay_failed(&self, worker: &Worker, run: u32, reason: &str) {
        let Some(run) = self.state.borrow_mut().runs.remove(&run) else {
            return;
        };
        worker.hook_ended(relay_failure(&run, reason));
    }

    /// Looks at what is due.
    pub fn wake(&self, worker: &Worker, now: Duration) {
        let due: Vec<u32> = {
            let state = self.state.borrow();
            let due = state.runs.iter().filter(|(_, run)| run.wake_at <= now);
            due.map(|(id, _)| *id).collect()
        };
        for id in due {
            let Some(run) = self.state.borrow_mut().runs.remove(&id) else {
                continue;
            };
            let ended = match run.place {
                Running::InRelay => relay_failure(&run, "the hook's time is over"),
                Running::Here(_) => self.go_on(worker, id, run),
            };
            worker.hook_ended(ended);
        }
    }

    /// When something is due.
    pub fn wake_at(&self) -> Option<Duration> {
        let state = self.state.borrow();
        state.runs.values().map(|run| run.wake_at).min()
    }

    /// Nobody waits for this run any more.
    pub fn abandon(&self, run: u32) {
        self.state.borrow_mut().runs.remove(&run);
    }

    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.state.borrow().runs.is_empty()
    }
}

/// Envoy gives filters no DNS: the relay asks.
fn resolve_by_relay(
    worker: &Worker,
    name: &str,
    record: &str,
    timeout: Duration,
) -> Result<u32, String> {
    if !worker.plan.egress().resolves(name) {
        return Err(format!("{name} is not in `egress` of hooks.yaml"));
    }
    let cluster = worker.plan.relay_cluster();
    let cluster =
        cluster.ok_or("ENOTFOUND: names are looked up by the relay, and there is none")?;
    let body = serde_json::json!({ "name": name, "record": record }).to_string();
    host::post_json(cluster, remote::RESOLVE_PATH, body.as_bytes(), timeout)
        .ok_or_else(|| "ENOTFOUND: Envoy has no way to the relay".into())
}

/// What comes of a run that the relay did not answer, for who waits for it.
fn relay_failure(run: &Run, reason: &str) -> Option<(Option<u32>, HookResult)> {
    let message = format!("the relay, where it runs, did not answer: {reason}");
    Some((run.stream, Err(Failure::new(FailureKind::Relay, message))))
}

fn not_loaded() -> Failure {
    Failure::new(FailureKind::Exception, "the hook is not loaded here")
}

/// Records that the relay looked up.
fn records(answer: host::CallResponse) -> CallResult {
    let response = answer.into_http()?;
    let text = String::from_utf8_lossy(&response.body).into_owned();
    if response.status == 200 {
        Ok(CallAnswer::Records(text))
    } else {
        Err(text)
    }
}

fn log_console(worker: &Worker, about: &About, lines: &[ConsoleLine]) {
    let Some(planned) = worker.plan.hook(about.hook) else {
        return;
    };
    let name = &planned.hook.name;
    let trace = about.traceparent.as_deref().and_then(Client::trace_id);
    let trace = trace.map_or(String::new(), |trace| format!(", trace {trace}"));
    for line in lines {
        let level = match line.level {
            Level::Debug => log::Level::Debug,
            Level::Info => log::Level::Info,
            Level::Warn => log::Level::Warn,
            Level::Error => log::Level::Error,
        };
        let text = planned.redactor.clean(&line.text);
        let text = one_line(&text);
        log::log!(
            level,
            "[{name}] {text} (version {}, event {}{trace})",
            planned.version,
            about.event_id
        );
        if line.level == Level::Error {
            worker.metrics.count(&format!("hook.{name}.console_errors"));
        }
    }
}

fn measure(worker: &Worker, hook: usize, times: Times) {
    if let Some(planned) = worker.plan.hook(hook) {
        let name = &planned.hook.name;
        for (phase, time) in [
            ("queue", times.queue),
            ("script", times.script),
            ("fetch", times.fetch),
        ] {
            worker
                .metrics
                .time(&format!("hook.{name}.{phase}_us"), time);
        }
    }
}
