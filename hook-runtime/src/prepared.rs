//! A context made ready: prelude and script loaded, waiting to be called.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use javy::quickjs::{
    CatchResultExt, CaughtError, Context, Ctx, Function, Module, Object, Persistent, Value,
};
use lifecycle::bundle::Limits;
use serde_json::Value as Json;

use crate::Clock;
use crate::bytecode::{compile_script, run_script};
use crate::cache::Cache;
use crate::compile::{Compiled, Origin, ScriptError, script_error};
use crate::console::Console;
use crate::engine::Engine;
use crate::host::host;
use crate::shared::Shared;

const PRELUDE: &str = include_str!("prelude.js");

/// How a script wants to be called: what it exports tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `module.exports = function (args, callback, deny)`: it owes an answer.
    Callback,
    /// `export default function (args)`.
    Module,
    /// `exports.onExecutePostLogin = function (event, api)`.
    Trigger,
}

/// A context with prelude and script loaded. The fields are dropped in their order: values of the
/// engine must go before it.
pub struct Prepared {
    pub entry: Persistent<Object<'static>>,
    pub form: Form,
    /// Its triggers, such as `onExecutePostLogin`.
    pub triggers: Vec<String>,
    /// How long the script's top level ran.
    pub load: Duration,
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
        // SAFETY: entry and context are what they were when the engine's state was
        // remembered, and every other value lived within a call that has returned.
        unsafe { self.engine.restore() };
        self.shared.clear();
    }
}

/// What contexts are made from.
pub struct Blueprint {
    pub origin: Origin,
    pub limits: Limits,
    pub synchronous: bool,
    pub clock: Clock,
    pub variables: Json,
    pub cache: Rc<Cache>,
    pub prelude: Rc<[u8]>,
    pub script: Compiled,
    /// Built-in modules that the script mentions.
    pub mentioned: Vec<&'static str>,
}

thread_local! {
    static PRELUDE_BYTECODE: RefCell<Option<Rc<[u8]>>> = const { RefCell::new(None) };
}

/// The prelude as bytecode: compiled once in each VM.
pub fn prelude(ctx: &Ctx<'_>) -> Result<Rc<[u8]>, ScriptError> {
    if let Some(known) = PRELUDE_BYTECODE.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let compiled: Rc<[u8]> = compile_script(ctx, "prelude.js", PRELUDE)
        .catch(ctx)
        .map_err(|error| script_error(&Origin::module("prelude.js"), &error))?
        .into();
    PRELUDE_BYTECODE.set(Some(compiled.clone()));
    Ok(compiled)
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
            watch: engine.watch.clone(),
            origin: self.origin.clone(),
            variables: self.variables.clone(),
            cache: self.cache.clone(),
            ended: RefCell::new(None),
            answered: Cell::new(false),
            console: Console::new(self.limits.console_bytes),
            timers: RefCell::new(Vec::new()),
            calls: RefCell::new(Vec::new()),
            pending: RefCell::new(BTreeMap::new()),
            cancelled: RefCell::new(Vec::new()),
            count: Cell::new(0),
        });
        let context = engine
            .context()
            .map_err(|error| self.error(error.to_string()))?;
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
        let (entry, form, triggers) = loaded?;
        if let Some(failure) = engine.unhandled_rejection(&self.origin) {
            return Err(self.error(format!("its top level leaves an {}", failure.message)));
        }
        if shared.count.get() > 0 {
            let message =
                "its top level calls out; do that in the hook, where it is part of an invocation";
            return Err(self.error(message.into()));
        }
        let now = (self.clock)();
        let timers = shared.timers.take().into_iter();
        let timers = timers
            .map(|(at, id)| (at.saturating_sub(now), id))
            .collect();
        let load = engine
            .watch
            .spent(Duration::from_millis(self.limits.load_ms));
        engine.remember();
        Ok(Prepared {
            entry,
            form,
            triggers,
            load,
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
    ) -> Result<(Persistent<Object<'static>>, Form, Vec<String>), ScriptError> {
        let caught = |error: CaughtError<'_>| script_error(&self.origin, &error);
        // SAFETY: [`prelude`] made it, in this process.
        let prelude = unsafe { run_script(ctx, &self.prelude) };
        let entry: Object<'_> = prelude
            .and_then(|value| value.get::<Function<'_>>())
            .and_then(|prelude| prelude.call((host(ctx, shared)?,)))
            .catch(ctx)
            .map_err(caught)?;
        let preload: Function<'_> = entry.get("preload").catch(ctx).map_err(caught)?;
        for module in &self.mentioned {
            preload
                .call::<_, Value<'_>>((*module,))
                .catch(ctx)
                .map_err(caught)?;
        }
        // The script's own time begins here.
        let load = Duration::from_millis(self.limits.load_ms);
        engine.watch.allow((self.clock)() + load);
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
        let form = self.form(&entry, &exported).catch(ctx).map_err(caught)?;
        let (form, triggers) = form.ok_or_else(|| {
            self.error(
                "it exports no hook; expected `module.exports = async function (args, callback, deny) { … }`, \
                 `export default async function (args) { … }` or `exports.onExecutePostLogin = async (event, api) => { … }`"
                    .into(),
            )
        })?;
        Ok((Persistent::save(ctx, entry), form, triggers))
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

    /// Its form by what it exports, and its triggers; `None` when that is no hook.
    fn form<'js>(
        &self,
        entry: &Object<'js>,
        exported: &Value<'js>,
    ) -> javy::quickjs::Result<Option<(Form, Vec<String>)>> {
        let common = matches!(self.script, Compiled::CommonJs(_));
        let accept: Function<'js> = entry.get("accept")?;
        let names: Vec<String> = accept.call((exported.clone(), common))?;
        let mut names = names.into_iter();
        let form = match names.next().as_deref() {
            Some("callback") => Form::Callback,
            Some("module") => Form::Module,
            Some("trigger") => Form::Trigger,
            _ => return Ok(None),
        };
        Ok(Some((form, names.collect())))
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
