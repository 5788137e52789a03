//! One run of a hook, in slices: it runs until it is done or has to wait.

use std::rc::Rc;
use std::time::Duration;

use javy::quickjs::{CatchResultExt, Ctx, Function, IntoJs, Object, Value};
use lifecycle::answer::{Answer, Failure, FailureKind};

use crate::ConsoleLine;
use crate::compile::Thrown;
use crate::hook::Pool;
use crate::http::{Call, CallAnswer, CallKind, CallResult, HttpResponse};
use crate::native::to_buffer;
use crate::prepared::{Form, Prepared};

/// How a slice ended.
#[derive(Debug)]
pub enum Step {
    /// The script needs something; call [`Invocation::resume`] when it is there.
    Needs(Needs),
    /// It is done.
    Done(Finished),
}

/// What an invocation waits for.
#[derive(Debug)]
pub struct Needs {
    /// Time to pass: at this time of the clock a timer is due, or a limit is reached.
    pub wake_at: Duration,
    /// Calls to perform; [`Invocation::answer`] takes what comes of each.
    pub calls: Vec<Call>,
    /// Calls that need not go on.
    pub cancelled: Vec<u32>,
    /// The answer, when it was just given: whoever waits for it need not wait for the rest, which
    /// goes on in the background.
    pub answer: Option<Result<Answer, Failure>>,
}

/// How an invocation ended.
#[derive(Debug)]
pub struct Finished {
    /// Its answer, or why there is none; `None` when [`Needs::answer`] had it before.
    pub result: Option<Result<Answer, Failure>>,
    /// What it printed.
    pub console: Vec<ConsoleLine>,
    /// How long it took.
    pub times: Times,
}

/// How long an invocation took, by phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Waiting for a context.
    pub queue: Duration,
    /// The script itself.
    pub script: Duration,
    /// Waiting for calls, until the answer.
    pub fetch: Duration,
}

/// A run of a hook. Dropping it ends it; its engine goes back to the hook.
pub struct Invocation {
    pool: Rc<Pool>,
    prepared: Option<Prepared>,
    phase: Phase,
    deadline: Duration,
    times: Times,
    /// Since when it waits for calls.
    calling_since: Option<Duration>,
    arrived: Vec<(u32, CallResult)>,
}

enum Phase {
    /// The script could not even be loaded.
    Broken(Failure),
    /// Not called yet; the `args` object as JSON.
    Called(String),
    /// Called, and waiting.
    Waiting,
    /// The answer is out.
    Background,
}

impl Invocation {
    pub(crate) fn new(
        pool: Rc<Pool>,
        prepared: Result<Prepared, Failure>,
        args: String,
        queue: Duration,
    ) -> Self {
        let now = pool.now();
        let deadline = now + Duration::from_millis(pool.blueprint.limits.timeout_ms);
        let (prepared, phase) = match prepared {
            Ok(prepared) => {
                prepared.begin(now);
                (Some(prepared), Phase::Called(args))
            }
            Err(failure) => (None, Phase::Broken(failure)),
        };
        Invocation {
            pool,
            prepared,
            phase,
            deadline,
            times: Times {
                queue,
                ..Times::default()
            },
            calling_since: None,
            arrived: Vec::new(),
        }
    }

    /// Takes what came of a call; [`Invocation::resume`] hands it to the script. One that was
    /// cancelled, or that nobody asked for, is ignored.
    pub fn answer(&mut self, call: u32, result: CallResult) {
        self.arrived.push((call, result));
    }

    /// When it will be cut at the latest.
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Whether the answer was given, and what goes on is in the background.
    pub fn is_background(&self) -> bool {
        matches!(self.phase, Phase::Background)
    }

    /// Runs until the script is done or needs something. After [`Step::Done`] it is over: another
    /// call fails it.
    pub fn resume(&mut self) -> Step {
        let phase = std::mem::replace(&mut self.phase, Phase::Waiting);
        let Some(prepared) = self.prepared.take() else {
            let failure = match phase {
                Phase::Broken(failure) => failure,
                _ => Failure::new(FailureKind::NoAnswer, "the invocation is over"),
            };
            return self.done(None, Err(failure));
        };
        if matches!(phase, Phase::Background) {
            self.phase = Phase::Background;
        }
        let started = self.pool.now();
        if let Some(since) = self.calling_since.take() {
            self.times.fetch += started.saturating_sub(since);
        }
        if started >= self.deadline {
            let failure = self.timeout();
            return self.done(Some(prepared), Err(failure));
        }
        let cpu_left = self.cpu_limit().saturating_sub(self.times.script);
        prepared
            .engine
            .watch
            .allow(self.deadline.min(started + cpu_left));
        let thrown = match phase {
            Phase::Called(args) => self.call(&prepared, &args),
            _ => self
                .hand_over_answers(&prepared)
                .and_then(|()| self.fire_timers(&prepared, started)),
        };
        self.times.script += self.pool.now().saturating_sub(started);
        if let Err(failure) = thrown {
            prepared.shared.end(Err(failure));
        }
        self.decide(prepared)
    }

    /// Calls the hook and runs what it queued.
    fn call(&self, prepared: &Prepared, args: &str) -> Result<(), Failure> {
        self.enter(prepared, |ctx, entry| {
            let args: Value<'_> = ctx.json_parse(args)?;
            let run: Function<'_> = entry.get("run")?;
            run.call((args, self.pool.blueprint.synchronous))
        })
    }

    fn hand_over_answers(&mut self, prepared: &Prepared) -> Result<(), Failure> {
        for (id, result) in std::mem::take(&mut self.arrived) {
            if prepared.shared.pending.borrow_mut().remove(&id).is_none() {
                continue;
            }
            let result = self.within_limits(result);
            self.enter(prepared, |ctx, entry| {
                let answered: Function<'_> = entry.get("answered")?;
                match result {
                    Err(message) => answered.call((id, message)),
                    Ok(CallAnswer::Http(response)) => {
                        let undefined = Value::new_undefined(ctx.clone());
                        answered.call((id, undefined, response_object(ctx, &response)?))
                    }
                    Ok(CallAnswer::Records(json)) => {
                        answered.call((id, Value::new_undefined(ctx.clone()), json))
                    }
                }
            })?;
            if prepared.engine.watch.stops() {
                break;
            }
        }
        Ok(())
    }

    /// An answer that is larger than one may be is none.
    fn within_limits(&self, result: CallResult) -> CallResult {
        let limit = self.pool.blueprint.limits.response_bytes;
        match result {
            Ok(CallAnswer::Http(response)) if response.body.len() > limit => Err(format!(
                "the response has more than {limit} bytes (limit `response` of the hook)"
            )),
            other => other,
        }
    }

    fn fire_timers(&self, prepared: &Prepared, now: Duration) -> Result<(), Failure> {
        while let Some(id) = prepared.shared.due_timer(now) {
            self.enter(prepared, |_, entry| {
                entry.get::<_, Function<'_>>("fire")?.call((id,))
            })?;
            if prepared.engine.watch.stops() {
                break;
            }
        }
        Ok(())
    }

    /// Calls into the prelude and runs what was queued.
    fn enter(
        &self,
        prepared: &Prepared,
        enter: impl for<'js> FnOnce(&Ctx<'js>, Object<'js>) -> javy::quickjs::Result<()>,
    ) -> Result<(), Failure> {
        let origin = &self.pool.blueprint.origin;
        prepared.context.with(|ctx| {
            let call = || enter(&ctx, prepared.entry.clone().restore(&ctx)?);
            call()
                .catch(&ctx)
                .map_err(|error| Thrown::read(&error).failure(origin))
        })?;
        prepared.engine.run_jobs(origin)
    }

    /// What the slice came to.
    fn decide(&mut self, prepared: Prepared) -> Step {
        let stopped = prepared.engine.watch.has_stopped();
        let ended = prepared.shared.ended.borrow_mut().take();
        match ended {
            Some(Ok(answer)) if stopped => {
                return self.done(Some(prepared), Ok(answer));
            }
            Some(Ok(answer)) => return self.answered(prepared, answer),
            Some(Err(failure)) if !stopped => return self.done(Some(prepared), Err(failure)),
            // An interrupted script throws too; the limit is the reason.
            Some(Err(failure)) => return self.stopped(prepared, Some(failure)),
            None if stopped => return self.stopped(prepared, None),
            None => {}
        }
        let origin = &self.pool.blueprint.origin;
        if let Some(failure) = prepared.engine.unhandled_rejection(origin) {
            if !self.is_background() {
                return self.done(Some(prepared), Err(failure));
            }
            prepared.shared.end(Err(failure));
        }
        if prepared.shared.is_waiting() {
            return self.wait(prepared, None);
        }
        if self.is_background() {
            return self.done(Some(prepared), Ok(Answer::Nothing));
        }
        if prepared.form == Form::Callback && self.pool.blueprint.synchronous {
            let message = format!("{} ended without calling its callback", origin.file);
            let failure = Failure::new(FailureKind::NoAnswer, message);
            return self.done(Some(prepared), Err(failure));
        }
        self.done(Some(prepared), Ok(Answer::Nothing))
    }

    /// The answer is there; what is pending goes on in the background.
    fn answered(&mut self, prepared: Prepared, answer: Answer) -> Step {
        let origin = &self.pool.blueprint.origin;
        if let Some(failure) = prepared.engine.unhandled_rejection(origin) {
            let line = format!("after the answer: {}", failure.message);
            prepared.shared.console.print(3, line);
        }
        if !prepared.shared.is_waiting() {
            return self.done(Some(prepared), Ok(answer));
        }
        self.phase = Phase::Background;
        prepared.shared.answered.set(true);
        let background = Duration::from_millis(self.pool.blueprint.limits.background_ms);
        self.deadline = self.pool.now() + background;
        self.wait(prepared, Some(Ok(answer)))
    }

    fn wait(&mut self, prepared: Prepared, answer: Option<Result<Answer, Failure>>) -> Step {
        let now = self.pool.now();
        let shared = &prepared.shared;
        let asked = shared.calls.take();
        let limit = self.pool.blueprint.limits.fetches;
        let excess = shared.count.get().saturating_sub(limit) as usize;
        let allowed = asked.len().saturating_sub(excess);
        let mut calls = Vec::with_capacity(allowed);
        for (index, call) in asked.into_iter().enumerate() {
            shared.pending.borrow_mut().insert(call.id, now);
            if index < allowed {
                calls.push(call);
            } else {
                let message = format!("more than {limit} calls (limit `fetches` of the hook)");
                self.arrived.push((call.id, Err(message)));
            }
        }
        let cancelled = shared.cancelled.take();
        if !shared.pending.borrow().is_empty() && !self.is_background() {
            self.calling_since = Some(now);
        }
        let next = if self.arrived.is_empty() {
            shared.next_timer().unwrap_or(self.deadline)
        } else {
            now
        };
        self.prepared = Some(prepared);
        Step::Needs(Needs {
            wake_at: next.min(self.deadline),
            calls,
            cancelled,
            answer,
        })
    }

    /// A limit was reached.
    fn stopped(&mut self, prepared: Prepared, thrown: Option<Failure>) -> Step {
        let limits = self.pool.blueprint.limits;
        let place = thrown.and_then(|failure| failure.place);
        let at = place
            .as_ref()
            .map_or(String::new(), |place| format!(" ({place})"));
        let mut failure = if prepared.engine.watch.is_exhausted() {
            let message = format!(
                "the script needed more than {} bytes{at}",
                limits.memory_bytes
            );
            Failure::new(FailureKind::Memory, message)
        } else if self.times.script >= self.cpu_limit() {
            let message = format!("the script ran longer than {} ms{at}", limits.cpu_ms);
            Failure::new(FailureKind::Cpu, message)
        } else {
            self.timeout()
        };
        failure.place = place;
        self.done(Some(prepared), Err(failure))
    }

    fn timeout(&self) -> Failure {
        let limits = &self.pool.blueprint.limits;
        let message = if self.is_background() {
            let limit = limits.background_ms;
            format!("what it did in the background was cut after {limit} ms")
        } else {
            format!("no answer within {} ms", limits.timeout_ms)
        };
        Failure::new(FailureKind::Timeout, message)
    }

    fn cpu_limit(&self) -> Duration {
        Duration::from_millis(self.pool.blueprint.limits.cpu_ms)
    }

    fn done(&mut self, prepared: Option<Prepared>, result: Result<Answer, Failure>) -> Step {
        let background = self.is_background();
        let mut console = Vec::new();
        if let Some(prepared) = prepared {
            if let (true, Err(failure)) = (background, &result) {
                prepared.shared.end(Err(failure.clone()));
            }
            console = prepared.shared.console.take();
            self.pool.give_back(prepared);
        }
        Step::Done(Finished {
            result: (!background).then_some(result),
            console,
            times: self.times,
        })
    }
}

impl Drop for Invocation {
    fn drop(&mut self) {
        if let Some(prepared) = self.prepared.take() {
            self.pool.give_back(prepared);
        }
    }
}

/// A response as `native.http` gives it: `{ status, headers: [[name, value]…], body }`.
fn response_object<'js>(
    ctx: &Ctx<'js>,
    response: &HttpResponse,
) -> javy::quickjs::Result<Value<'js>> {
    let object = Object::new(ctx.clone())?;
    object.set("status", response.status)?;
    let headers = response.headers.iter().map(|(name, value)| {
        // A byte string: each byte is a character.
        let value: String = value.iter().map(|byte| char::from(*byte)).collect();
        vec![name.clone(), value]
    });
    object.set("headers", headers.collect::<Vec<_>>().into_js(ctx)?)?;
    object.set("body", to_buffer(ctx, &response.body)?)?;
    Ok(object.into_value())
}

/// What a call is, for those who print it.
impl CallKind {
    /// `GET https://…`, or the name that is looked up.
    pub fn summary(&self) -> String {
        match self {
            CallKind::Http(request) => format!("{} {}", request.method, request.url),
            CallKind::Resolve { name, record } => format!("{record} of {name}"),
        }
    }
}
