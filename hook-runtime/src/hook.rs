//! A script bound to an event: compiled once, with engines that wait for invocations.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use lifecycle::answer::{Failure, FailureKind};
use lifecycle::bundle::{Limits, Mode};
use lifecycle::plan::PlannedHook;
use lifecycle::source_map::SourceMap;
use serde_json::Value;

use crate::Clock;
use crate::builtins;
use crate::cache::Cache;
use crate::compile::{Compiled, Origin, ScriptError, compile};
use crate::engine::Engine;
use crate::invocation::Invocation;
use crate::prepared::{Blueprint, Form, Prepared, prelude};

/// The stack for compiling, in bytes: as much as is safe in Envoy (`tools/patch_quickjs.py`).
const COMPILE_STACK: usize = 512 << 10;

/// Engines of a hook that are kept ready at most, in number and in bytes; more come and go with the
/// invocations that wait at once.
const KEPT: usize = 64;
const KEPT_BYTES: usize = 32 << 20;
/// A hook that nobody needed for so long keeps fewer engines ready.
const IDLE: Duration = Duration::from_secs(60);
/// Invocations of a hook that can wait at once, in number and in bytes of their engines: a VM of Envoy
/// has 1 GiB. One too many has failed, and its `on_error` says what happens.
const AT_ONCE: usize = 256;
const AT_ONCE_BYTES: usize = 256 << 20;
/// So many can wait at least, however large their engines are.
const AT_ONCE_ALWAYS: usize = 8;

/// What a hook is made from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The script's path in the project, for messages.
    pub file: String,
    /// The script.
    pub source: String,
    /// Its source map, when it was bundled (ECMA-426).
    pub map: Option<String>,
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
            map: hook.script.map.clone(),
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
    triggers: Vec<String>,
    measured: Measured,
    ready: RefCell<Vec<Prepared>>,
    /// To be restored before they are ready again.
    used: RefCell<Vec<Prepared>>,
    /// How many there are, those of invocations that wait included.
    engines: Cell<usize>,
    /// How many are to be kept ready: now, and when nobody needs it.
    target: Cell<usize>,
    rest: Cell<usize>,
    /// An invocation had to wait for its engine since the last tidying.
    missed: Cell<bool>,
    last_used: Cell<Duration>,
}

/// What a script costs before anybody calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// How long its top level ran when it was loaded.
    pub load: Duration,
    /// What the engine has in use when the script is loaded, in bytes.
    pub memory_bytes: usize,
    /// What one engine that is ready takes from the system, with what it is put back from, in bytes.
    pub engine_bytes: usize,
}

/// What is left to do about a hook's engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tidy {
    /// Nothing, until it is used again.
    Done,
    /// More, as soon as there is time.
    More,
    /// Nothing before that time.
    At(Duration),
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
            map,
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
        builtins::compile_ahead(&source, &clock)?;
        let engine = Engine::new(&compiling, &clock).map_err(|error| broken(error.to_string()))?;
        let context = engine
            .context()
            .map_err(|error| broken(error.to_string()))?;
        let (script, prelude) =
            context.with(|ctx| Ok((compile(&ctx, &file, &source)?, prelude(&ctx)?)))?;
        drop((context, engine));
        let origin = match &script {
            Compiled::CommonJs(_) => Origin::common(&file),
            Compiled::Module(_) => Origin::module(&file),
        };
        // A map that cannot be read costs nothing but the places in messages.
        let map = map.and_then(|json| SourceMap::parse(&json).ok());
        let origin = origin.bundled(map.map(Rc::new));
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
        let measured = Measured {
            load: prepared.load,
            memory_bytes: prepared.engine.arena.used(),
            engine_bytes: prepared.engine.arena.taken(),
        };
        let pool = Pool {
            form: prepared.form,
            triggers: prepared.triggers.clone(),
            measured,
            last_used: Cell::new((blueprint.clock)()),
            blueprint,
            ready: RefCell::new(vec![prepared]),
            used: RefCell::new(Vec::new()),
            engines: Cell::new(1),
            target: Cell::new(1),
            rest: Cell::new(1),
            missed: Cell::new(false),
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

    /// The triggers that its script exports, such as `onExecutePostLogin`.
    pub fn triggers(&self) -> &[String] {
        &self.pool.triggers
    }

    /// What it costs before anybody calls it.
    pub fn measured(&self) -> Measured {
        self.pool.measured
    }

    /// What its engines take from the system, those of invocations that wait left out, in bytes.
    pub fn taken_bytes(&self) -> usize {
        let taken = |engines: &RefCell<Vec<Prepared>>| -> usize {
            let engines = engines.borrow();
            engines
                .iter()
                .map(|prepared| prepared.engine.arena.taken())
                .sum()
        };
        taken(&self.pool.ready) + taken(&self.pool.used)
    }

    /// Gives up its ready engines, and will whenever nobody needed it for a while: the next invocation
    /// waits for one to be made.
    pub fn release(&self) {
        self.pool.rest.set(0);
        let given_up = self.pool.ready.take().len();
        self.pool.engines.set(self.pool.engines.get() - given_up);
        self.pool.target.set(0);
    }

    /// Off the request path, until `until`: makes what invocations used ready again, makes more ready
    /// where they had to wait, gives up what only a rush needed.
    pub fn tidy(&self, until: Duration) -> Tidy {
        let pool = &self.pool;
        if pool.missed.replace(false) {
            // As many as there were at once, and one more.
            let wanted = (pool.engines.get() + 1).min(pool.most_kept());
            pool.target.set(pool.target.get().max(wanted));
        }
        let idle_at = pool.last_used.get() + IDLE;
        if pool.now() >= idle_at && pool.target.get() > pool.rest.get() {
            pool.target
                .set((pool.target.get() / 2).max(pool.rest.get()));
            pool.last_used.set(pool.now());
        }
        let mut ready = pool.ready.borrow_mut();
        while ready.len() < pool.target.get() {
            if pool.now() >= until {
                return Tidy::More;
            }
            let used = pool.used.borrow_mut().pop();
            let next = match used {
                Some(used) => {
                    used.restore();
                    Ok(used)
                }
                None => pool.prepare(),
            };
            match next {
                Ok(prepared) => ready.push(prepared),
                // It loaded once; whoever needs it next is told why it does not now.
                Err(_) => break,
            }
        }
        let surplus = pool.used.take().len() + ready.len().saturating_sub(pool.target.get());
        ready.truncate(pool.target.get());
        pool.engines.set(pool.engines.get() - surplus);
        if pool.target.get() > pool.rest.get() {
            Tidy::At(pool.last_used.get() + IDLE)
        } else {
            Tidy::Done
        }
    }
}

impl Pool {
    /// The time.
    pub fn now(&self) -> Duration {
        (self.blueprint.clock)()
    }

    /// How many engines are kept ready at most.
    fn most_kept(&self) -> usize {
        (KEPT_BYTES / self.measured.engine_bytes.max(1)).clamp(1, KEPT)
    }

    /// A context that is ready, or made so.
    fn take(&self) -> Result<Prepared, Failure> {
        self.last_used.set(self.now());
        if let Some(prepared) = self.ready.borrow_mut().pop() {
            return Ok(prepared);
        }
        if let Some(prepared) = self.used.borrow_mut().pop() {
            prepared.restore();
            return Ok(prepared);
        }
        self.missed.set(true);
        let most =
            (AT_ONCE_BYTES / self.measured.engine_bytes.max(1)).clamp(AT_ONCE_ALWAYS, AT_ONCE);
        if self.engines.get() >= most {
            let message = format!("{most} invocations of it wait already");
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

/// Compiles and loads a script, to know that it does and what it costs: what `leh check` asks.
///
/// # Errors
/// As [`Hook::load`].
pub fn check(
    file: &str,
    source: &str,
    map: Option<&str>,
    limits: Limits,
    clock: Clock,
) -> Result<Hook, ScriptError> {
    let settings = Settings {
        file: file.to_owned(),
        source: source.to_owned(),
        map: map.map(str::to_owned),
        limits,
        synchronous: true,
        variables: Value::Object(serde_json::Map::new()),
    };
    Hook::load(settings, clock)
}
