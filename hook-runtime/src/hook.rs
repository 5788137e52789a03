//! A script bound to an event: compiled once, with engines that wait for invocations.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use lifecycle::answer::{Failure, FailureKind};
use lifecycle::bundle::{Limits, Mode};
use lifecycle::plan::PlannedHook;
use serde_json::Value;

use crate::Clock;
use crate::builtins;
use crate::cache::Cache;
use crate::compile::{Compiled, Origin, ScriptError, compile};
use crate::engine::Engine;
use crate::invocation::Invocation;
use crate::prepared::{Blueprint, Form, Prepared, compile_prelude};

/// The stack for compiling, in bytes: as much as is safe in Envoy (`tools/patch_quickjs.py`).
const COMPILE_STACK: usize = 512 << 10;

/// Engines of a hook that are kept ready; more come and go with the invocations that wait at once.
const KEPT: usize = 4;
/// Invocations of a hook that can wait at once: an engine takes half a MiB and more, and a VM of
/// Envoy has 1 GiB. One too many has failed, and its `on_error` says what happens.
const AT_ONCE: usize = 256;

/// What a hook is made from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The script's path in the project, for messages.
    pub file: String,
    /// The script.
    pub source: String,
    /// Its limits.
    pub limits: Limits,
    /// Whether an answer is awaited; else it is handed no callback, and ends when nothing is
    /// pending.
    pub synchronous: bool,
    /// What `process.env` shows: an object of strings.
    pub variables: Value,
}

impl Settings {
    /// Those of a hook of a loaded bundle.
    pub fn of(planned: &PlannedHook) -> Self {
        let hook = &planned.hook;
        Settings {
            file: hook.script.file.clone(),
            source: hook.script.source.clone(),
            limits: hook.limits,
            synchronous: hook.mode == Mode::Sync,
            variables: planned.variables.clone(),
        }
    }
}

/// A hook, loaded.
pub struct Hook {
    pool: Rc<Pool>,
}

/// Engines of one hook.
pub struct Pool {
    pub blueprint: Blueprint,
    form: Form,
    ready: RefCell<Vec<Prepared>>,
    /// To be restored before they are ready again.
    used: RefCell<Vec<Prepared>>,
    /// How many there are, those of invocations that wait included.
    engines: Cell<usize>,
}

impl Hook {
    /// Compiles a script, and proves that it loads.
    ///
    /// # Errors
    /// The first syntax error, what its top level throws, or that it exports no hook.
    pub fn load(settings: Settings, clock: Clock) -> Result<Self, ScriptError> {
        let Settings {
            file,
            source,
            limits,
            synchronous,
            variables,
        } = settings;
        let broken = |message: String| ScriptError {
            file: file.clone(),
            message,
            line: None,
            column: None,
        };
        // In an engine of its own: the parser needs more stack for deeply nested source than scripts
        // for anything they do.
        let compiling = Limits {
            stack_bytes: limits.stack_bytes.max(COMPILE_STACK),
            ..limits
        };
        let engine = Engine::new(&compiling, &clock).map_err(|error| broken(error.to_string()))?;
        let context = engine
            .context()
            .map_err(|error| broken(error.to_string()))?;
        let (script, prelude) =
            context.with(|ctx| Ok((compile(&ctx, &file, &source)?, compile_prelude(&ctx)?)))?;
        drop((context, engine));
        let origin = match &script {
            Compiled::CommonJs(_) => Origin::common(&file),
            Compiled::Module(_) => Origin::module(&file),
        };
        let blueprint = Blueprint {
            origin,
            limits,
            synchronous,
            clock,
            variables,
            cache: Rc::new(Cache::default()),
            prelude,
            script,
            mentioned: builtins::mentioned(&source).into_iter().collect(),
        };
        let engine = Engine::new(&limits, &blueprint.clock)
            .map_err(|error| blueprint.error(error.to_string()))?;
        let prepared = blueprint.prepare(engine)?;
        let pool = Pool {
            form: prepared.form,
            blueprint,
            ready: RefCell::new(vec![prepared]),
            used: RefCell::new(Vec::new()),
            engines: Cell::new(1),
        };
        Ok(Hook {
            pool: Rc::new(pool),
        })
    }

    /// An invocation with `args`; [`Invocation::resume`] runs it.
    pub fn start(&self, args: &Value) -> Invocation {
        let asked = self.pool.now();
        let prepared = self.pool.take();
        let queue = self.pool.now().saturating_sub(asked);
        Invocation::new(self.pool.clone(), prepared, args.to_string(), queue)
    }

    /// The form of its script.
    pub fn form(&self) -> Form {
        self.pool.form
    }

    /// Off the request path: makes what invocations used ready again. Engines that only a rush
    /// needed are given up.
    pub fn tidy(&self) {
        let mut ready = self.pool.ready.borrow_mut();
        for prepared in self.pool.used.take() {
            if ready.len() < KEPT {
                prepared.restore();
                ready.push(prepared);
            } else {
                self.pool.engines.set(self.pool.engines.get() - 1);
            }
        }
    }
}

impl Pool {
    /// The time.
    pub fn now(&self) -> Duration {
        (self.blueprint.clock)()
    }

    /// A context that is ready, or made so.
    fn take(&self) -> Result<Prepared, Failure> {
        if let Some(prepared) = self.ready.borrow_mut().pop() {
            return Ok(prepared);
        }
        if let Some(prepared) = self.used.borrow_mut().pop() {
            prepared.restore();
            return Ok(prepared);
        }
        if self.engines.get() >= AT_ONCE {
            let message = format!("{AT_ONCE} invocations of it wait already");
            return Err(Failure::new(FailureKind::Memory, message));
        }
        self.prepare().map_err(|error| {
            Failure::new(
                FailureKind::Exception,
                format!("it cannot be loaded: {error}"),
            )
        })
    }

    /// A context made ready in a new engine.
    fn prepare(&self) -> Result<Prepared, ScriptError> {
        let engine = Engine::new(&self.blueprint.limits, &self.blueprint.clock)
            .map_err(|error| self.blueprint.error(error.to_string()))?;
        let prepared = self.blueprint.prepare(engine)?;
        self.engines.set(self.engines.get() + 1);
        Ok(prepared)
    }

    /// Takes back what an invocation is done with.
    pub fn give_back(&self, prepared: Prepared) {
        self.used.borrow_mut().push(prepared);
    }
}

/// Compiles and loads a script without keeping it: what `leh check` and a configuration that is
/// being loaded ask.
///
/// # Errors
/// As [`Hook::load`].
pub fn check(file: &str, source: &str, limits: Limits, clock: Clock) -> Result<(), ScriptError> {
    let settings = Settings {
        file: file.to_owned(),
        source: source.to_owned(),
        limits,
        synchronous: true,
        variables: Value::Object(serde_json::Map::new()),
    };
    Hook::load(settings, clock).map(drop)
}
