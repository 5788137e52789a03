//! An engine and a context in it, made ready: prelude and script loaded, waiting to be called.
//!
//! An engine serves one invocation at a time. Its memory, its queue of promise jobs and its time are
//! those of one invocation, so a script that breaks a limit takes nobody with it. Afterwards the
//! engine's memory is put back to what it was when it was ready: the next invocation finds a context
//! in which nothing ever ran but prelude and script's top level.

use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::rc::Rc;
use std::time::Duration;

use javy::quickjs::{
    CatchResultExt, CaughtError, Context, Ctx, Error, Function, Module, Object, Persistent,
    Runtime, Value,
};
use lifecycle::answer::{Answer, Failure, FailureKind};
use lifecycle::bundle::Limits;

use crate::Clock;
use crate::arena::{Arena, ArenaAllocator};
use crate::bytecode::{compile_script, run_script};
use crate::compile::{Compiled, Origin, ScriptError, Thrown, script_error};
use crate::console::Console;
use crate::read;

const PRELUDE: &str = include_str!("prelude.js");

/// A QuickJS runtime under our limits.
pub struct Engine {
    runtime: Runtime,
    arena: Rc<Arena>,
    pub watch: Rc<Watch>,
    rejections: Rejections,
}

/// Promises that were rejected with nobody to handle it, by identity, and why.
type Rejections = Rc<RefCell<Vec<(usize, String)>>>;

/// Stops the script when its time is over or its memory exhausted.
pub struct Watch {
    clock: Clock,
    until: Cell<Duration>,
    stopped: Cell<bool>,
    arena: Rc<Arena>,
}

impl Watch {
    /// Lets the script run until `until`.
    pub fn allow(&self, until: Duration) {
        self.until.set(until);
    }

    /// Whether the script must stop now; once true, it stays true.
    pub fn stops(&self) -> bool {
        let stop =
            self.stopped.get() || self.arena.is_exhausted() || (self.clock)() >= self.until.get();
        self.stopped.set(stop);
        stop
    }

    /// Whether a script was stopped.
    pub fn has_stopped(&self) -> bool {
        self.stopped.get() || self.arena.is_exhausted()
    }

    /// Whether that was for its memory.
    pub fn is_exhausted(&self) -> bool {
        self.arena.is_exhausted()
    }
}

impl Engine {
    /// A new engine under `limits`.
    pub fn new(limits: &Limits, clock: &Clock) -> Result<Self, Error> {
        let arena = Rc::new(Arena::new(limits.memory_bytes));
        let runtime = Runtime::new_with_alloc(ArenaAllocator(arena.clone()))?;
        runtime.set_max_stack_size(limits.stack_bytes);
        let watch = Rc::new(Watch {
            clock: clock.clone(),
            until: Cell::new(Duration::MAX),
            stopped: Cell::new(false),
            arena: arena.clone(),
        });
        let handler = watch.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || handler.stops())));
        let rejections = Rejections::default();
        let tracked = rejections.clone();
        runtime.set_host_promise_rejection_tracker(Some(Box::new(
            move |_ctx, promise, reason, handled| track(&tracked, &promise, reason, handled),
        )));
        Ok(Engine {
            runtime,
            arena,
            watch,
            rejections,
        })
    }

    /// A fresh context.
    pub fn context(&self) -> Result<Context, Error> {
        Context::full(&self.runtime)
    }

    /// Remembers this state as the one to go back to.
    fn remember(&self) {
        self.runtime.run_gc();
        self.arena.remember();
    }

    /// Goes back to the remembered state.
    ///
    /// # Safety
    /// As [`Arena::restore`]: no value of the engine that came to be since may be in anybody's hands.
    unsafe fn restore(&self) {
        self.rejections.borrow_mut().clear();
        self.watch.stopped.set(false);
        // SAFETY: the caller's promise.
        unsafe { self.arena.restore() }
    }

    /// Runs promise jobs until none is left or the script must stop.
    ///
    /// # Errors
    /// What a job threw: only jobs of our own making or stopped ones can.
    pub fn run_jobs(&self, origin: &Origin) -> Result<(), String> {
        while !self.watch.stops() {
            match self.runtime.execute_pending_job() {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(exception) => {
                    let thrown = exception.0.with(|ctx| thrown(&ctx).at(origin));
                    return Err(thrown);
                }
            }
        }
        Ok(())
    }

    /// The reason of the first rejection that nobody handled.
    pub fn unhandled_rejection(&self) -> Option<String> {
        self.rejections
            .borrow()
            .first()
            .map(|(_, reason)| reason.clone())
    }
}

/// The pending exception of `ctx`.
pub fn thrown(ctx: &Ctx<'_>) -> Thrown {
    Thrown::read(&CaughtError::from_error(ctx, Error::Exception))
}

fn track(rejections: &Rejections, promise: &Value<'_>, reason: Value<'_>, handled: bool) {
    // SAFETY: reads the pointer of an object value, for its identity only.
    let identity = unsafe { javy::quickjs::qjs::JS_VALUE_GET_PTR(promise.as_raw()) } as usize;
    let mut rejections = rejections.borrow_mut();
    if handled {
        rejections.retain(|(other, _)| *other != identity);
    } else {
        let error = match reason.clone().into_exception() {
            Some(exception) => CaughtError::Exception(exception),
            None => CaughtError::Value(reason),
        };
        rejections.push((identity, Thrown::read(&error).message));
    }
}

/// What the functions that we give to a context share with us.
pub struct Shared {
    clock: Clock,
    arena: Rc<Arena>,
    origin: Origin,
    /// The first answer, or the first failure.
    pub ended: RefCell<Option<Result<Answer, Failure>>>,
    /// What was printed.
    pub console: Console,
    /// Timers by when they are due; the id, which grows, keeps their order.
    pub timers: RefCell<Vec<(Duration, u32)>>,
}

impl Shared {
    /// Takes the end of an invocation, if it is the first.
    pub fn end(&self, result: Result<Answer, Failure>) {
        let mut ended = self.ended.borrow_mut();
        match (&*ended, result) {
            // What a script does after its memory was refused is no answer.
            (None, _) if self.arena.is_exhausted() => {}
            (None, result) => *ended = Some(result),
            (Some(_), Ok(_)) => self.console.print(2, "a second answer was ignored".into()),
            (Some(_), Err(late)) => self
                .console
                .print(3, format!("after the answer: {}", late.message)),
        }
    }

    /// Takes the next timer that is due at `now`.
    pub fn due_timer(&self, now: Duration) -> Option<u32> {
        let mut timers = self.timers.borrow_mut();
        let (index, _) = timers.iter().enumerate().min_by_key(|(_, timer)| **timer)?;
        let (at, _) = timers.get(index)?;
        (*at <= now).then(|| timers.swap_remove(index).1)
    }

    /// When the next timer is due.
    pub fn next_timer(&self) -> Option<Duration> {
        self.timers.borrow().iter().map(|(at, _)| *at).min()
    }
}

/// A context with prelude and script loaded. The fields are dropped in their order: values of the
/// engine must go before it.
pub struct Prepared {
    pub entry: Persistent<Object<'static>>,
    pub hook: Persistent<Function<'static>>,
    /// The callback form by CommonJS: without an answer it has failed.
    pub owes_answer: bool,
    /// Timers that the script's top level set: how long after the start they are due.
    timers: Vec<(Duration, u32)>,
    pub shared: Rc<Shared>,
    pub context: Context,
    pub engine: Engine,
}

impl Prepared {
    /// An invocation begins `now`.
    pub fn begin(&self, now: Duration) {
        let timers = self.timers.iter().map(|(after, id)| (now + *after, *id));
        *self.shared.timers.borrow_mut() = timers.collect();
    }

    /// Makes it as fresh as when it was made.
    pub fn restore(&self) {
        // SAFETY: entry, hook and context are what they were when the engine's state was
        // remembered, and every other value lived within a call that has returned.
        unsafe { self.engine.restore() };
        self.shared.ended.take();
        self.shared.timers.take();
        self.shared.console.clear();
    }
}

/// What contexts are made from.
pub struct Blueprint {
    pub origin: Origin,
    pub limits: Limits,
    pub synchronous: bool,
    pub clock: Clock,
    pub prelude: Vec<u8>,
    pub script: Compiled,
}

/// The prelude as bytecode.
pub fn compile_prelude(ctx: &Ctx<'_>) -> Result<Vec<u8>, ScriptError> {
    compile_script(ctx, "prelude.js", PRELUDE)
        .catch(ctx)
        .map_err(|error| script_error(&Origin::module("prelude.js"), &error))
}

impl Blueprint {
    /// Makes a context ready in `engine`.
    ///
    /// # Errors
    /// What the script throws at its top level, or that it exports no function.
    pub fn prepare(&self, engine: Engine) -> Result<Prepared, ScriptError> {
        let shared = Rc::new(Shared {
            clock: self.clock.clone(),
            arena: engine.arena.clone(),
            origin: self.origin.clone(),
            ended: RefCell::new(None),
            console: Console::new(self.limits.console_bytes),
            timers: RefCell::new(Vec::new()),
        });
        let context = engine
            .context()
            .map_err(|error| self.error(error.to_string()))?;
        engine
            .watch
            .allow((self.clock)() + Duration::from_millis(self.limits.load_ms));
        let loaded = context.with(|ctx| self.load(&ctx, &engine, &shared));
        if engine.watch.has_stopped() {
            let reason = if engine.watch.is_exhausted() {
                format!(
                    "loading it needs more than {} bytes of memory",
                    self.limits.memory_bytes
                )
            } else {
                format!(
                    "loading it (its top level) takes more than {} ms",
                    self.limits.load_ms
                )
            };
            return Err(self.error(reason));
        }
        let (entry, hook, owes_answer) = loaded?;
        if let Some(reason) = engine.unhandled_rejection() {
            return Err(self.error(format!(
                "its top level leaves a rejection unhandled: {reason}"
            )));
        }
        let now = (self.clock)();
        let timers = shared.timers.take().into_iter();
        let timers = timers
            .map(|(at, id)| (at.saturating_sub(now), id))
            .collect();
        engine.remember();
        Ok(Prepared {
            entry,
            hook,
            owes_answer,
            timers,
            shared,
            context,
            engine,
        })
    }

    fn load(
        &self,
        ctx: &Ctx<'_>,
        engine: &Engine,
        shared: &Rc<Shared>,
    ) -> Result<
        (
            Persistent<Object<'static>>,
            Persistent<Function<'static>>,
            bool,
        ),
        ScriptError,
    > {
        let caught = |error: CaughtError<'_>| script_error(&self.origin, &error);
        // SAFETY: `compile_prelude` made it, in this process.
        let prelude = unsafe { run_script(ctx, &self.prelude) };
        let entry: Object<'_> = prelude
            .and_then(|value| value.get::<Function<'_>>())
            .and_then(|prelude| prelude.call((host(ctx, shared)?,)))
            .catch(ctx)
            .map_err(caught)?;
        let exported = match &self.script {
            Compiled::CommonJs(bytecode) => {
                // SAFETY: `compile` made it, in this process.
                let script = unsafe { run_script(ctx, bytecode) };
                let load = |script| {
                    entry
                        .get::<_, Function<'_>>("load")?
                        .call((script, self.origin.file.as_str()))
                };
                script.and_then(load).catch(ctx).map_err(caught)?
            }
            Compiled::Module(bytecode) => self.load_module(ctx, engine, bytecode)?,
        };
        let (hook, owes_answer) = self.hook_of(&exported)?;
        Ok((
            Persistent::save(ctx, entry),
            Persistent::save(ctx, hook),
            owes_answer,
        ))
    }

    /// The namespace of the module. Its top level may await promises, but nothing from outside.
    fn load_module<'js>(
        &self,
        ctx: &Ctx<'js>,
        engine: &Engine,
        bytecode: &[u8],
    ) -> Result<Value<'js>, ScriptError> {
        let caught = |error: CaughtError<'_>| script_error(&self.origin, &error);
        // SAFETY: `compile` made it, in this process.
        let module = unsafe { Module::load(ctx.clone(), bytecode) };
        let (module, promise) = module.and_then(Module::eval).catch(ctx).map_err(caught)?;
        while !engine.watch.stops() && ctx.execute_pending_job() {}
        match promise.result::<Value<'_>>() {
            Some(result) => result.catch(ctx).map_err(caught)?,
            None => {
                return Err(self.error("its top level awaits something that never comes".into()));
            }
        };
        module
            .namespace()
            .map(Object::into_value)
            .catch(ctx)
            .map_err(caught)
    }

    /// The hook among what the script exports, and whether it owes an answer.
    fn hook_of<'js>(&self, exported: &Value<'js>) -> Result<(Function<'js>, bool), ScriptError> {
        let common = matches!(self.script, Compiled::CommonJs(_));
        if let Some(hook) = exported.as_function() {
            return Ok((hook.clone(), self.synchronous && common));
        }
        let default = exported
            .as_object()
            .and_then(|object| object.get::<_, Value<'_>>("default").ok());
        if let Some(hook) = default.as_ref().and_then(|default| default.as_function()) {
            return Ok((hook.clone(), false));
        }
        Err(self.error(
            "it exports no function; expected `module.exports = async function (args, callback, deny) { … }` \
             or `export default async function (args) { … }`"
                .into(),
        ))
    }

    /// An error without a place.
    pub fn error(&self, message: String) -> ScriptError {
        ScriptError {
            file: self.origin.file.clone(),
            message,
            line: None,
            column: None,
        }
    }
}

/// The functions with which the prelude reaches us.
fn host<'js>(ctx: &Ctx<'js>, shared: &Rc<Shared>) -> Result<Object<'js>, Error> {
    let host = Object::new(ctx.clone())?;
    let own = shared.clone();
    let print = move |level: i32, text: String| own.console.print(level, text);
    host.set("print", Function::new(ctx.clone(), print)?)?;

    let own = shared.clone();
    let start = move |id: u32, wait: f64| {
        // As browsers do: beyond 2³¹ ms (24 days) nobody waits.
        let wait = Duration::from_secs_f64(wait.clamp(0.0, f64::from(i32::MAX)) / 1_000.0);
        own.timers.borrow_mut().push(((own.clock)() + wait, id));
    };
    host.set("startTimer", Function::new(ctx.clone(), start)?)?;

    let own = shared.clone();
    let stop = move |id: u32| own.timers.borrow_mut().retain(|(_, other)| *other != id);
    host.set("stopTimer", Function::new(ctx.clone(), stop)?)?;

    let own = shared.clone();
    let answer = move |ctx: Ctx<'js>, denied: bool, class: Option<String>, value: Value<'js>| {
        let result = read::given(&ctx, class, value).catch(&ctx);
        own.end(match result {
            Ok(given) if denied => Ok(Answer::Denied(given)),
            Ok(given) => Ok(Answer::Result(given)),
            Err(error) => {
                let reason = Thrown::read(&error).message;
                let message = format!("the answer cannot be written as JSON: {reason}");
                Err(Failure::new(FailureKind::Answer, message))
            }
        });
    };
    host.set("answer", Function::new(ctx.clone(), answer)?)?;

    // The engine's own generator would give every invocation the same numbers: its state is put
    // back like all its memory.
    let random = || {
        let bits = RandomState::new().build_hasher().finish() >> 11;
        bits as f64 / (1u64 << 53) as f64
    };
    host.set("random", Function::new(ctx.clone(), random)?)?;

    let own = shared.clone();
    let fail = move |error: Value<'js>| {
        let error = match error.clone().into_exception() {
            Some(exception) => CaughtError::Exception(exception),
            None => CaughtError::Value(error),
        };
        own.end(Err(Failure::new(
            FailureKind::Exception,
            Thrown::read(&error).at(&own.origin),
        )));
    };
    host.set("fail", Function::new(ctx.clone(), fail)?)?;
    Ok(host)
}
