//! A loaded module: starting it, calling it, and what a trap means.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use wasmtime::{
    Cache, CacheConfig, Config, Engine, Instance, Linker, Module, Result, Store,
    StoreLimitsBuilder, WasmParams, WasmResults,
};

use super::clock::Clock;
use super::state::{ROOT, State, Way};
use super::{abi, wasi};
use crate::case::Setup;

/// Envoy's memory limit for a VM.
const MEMORY_LIMIT: usize = 1 << 30;

/// V8's stack (`--stack-size`, 984 KiB), so that deep recursion ends where it would.
const STACK_LIMIT: usize = 984 << 10;

/// Real time after which a callback counts as hung: V8 would never return, a test should.
const HANG: Duration = Duration::from_secs(60);

/// What a callback wants of the chain; the ABI's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Pass on.
    Continue,
    /// Hold.
    Pause,
    /// Hold because a local reply was sent in the callback.
    Stop,
}

/// A module and its state.
pub struct Vm {
    store: Store<State>,
    instance: Instance,
    /// Why it can no longer be called.
    pub trap: Option<String>,
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut config = Config::new();
        config.epoch_interruption(true).max_wasm_stack(STACK_LIMIT);
        let mut cache = CacheConfig::new();
        cache.with_directory(
            std::path::absolute(crate::module::target_directory().join("wasmtime-cache"))
                .expect("a current directory"),
        );
        config.cache(Some(
            Cache::new(cache).expect("a writable target directory"),
        ));
        let engine = Engine::new(&config).expect("wasmtime runs on this machine");
        let ticking = engine.clone();
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(HANG / 10);
                ticking.increment_epoch();
            }
        });
        engine
    })
}

impl Vm {
    /// Loads a module and starts it as far as `proxy_on_configure`; false means that it refused
    /// its configuration.
    pub fn start(module: &Path, setup: &Setup, clusters: Vec<String>) -> Result<(Self, bool)> {
        let engine = engine();
        let module = Module::from_file(engine, module)?;
        let mut linker = Linker::new(engine);
        abi::add(&mut linker, &module)?;
        wasi::add(&mut linker)?;
        let mut store = Store::new(engine, state(setup, clusters));
        store.limiter(|state| &mut state.limits);
        store.set_epoch_deadline(12);
        let instance = linker.instantiate(&mut store, &module)?;
        let mut vm = Vm {
            store,
            instance,
            trap: None,
        };
        vm.call::<_, ()>(ROOT, "_initialize", ());
        vm.call::<_, ()>(ROOT, "proxy_on_context_create", (ROOT, 0_u32));
        let started = vm.call::<_, u32>(ROOT, "proxy_on_vm_start", (ROOT, 0_u32));
        if started == Some(0) {
            return Ok((vm, false));
        }
        let len = vm.state().setup.configuration.len() as u32;
        vm.state().configuring = true;
        let configured = vm.call::<_, u32>(ROOT, "proxy_on_configure", (ROOT, len));
        vm.state().configuring = false;
        Ok((vm, configured.is_some_and(|flag| flag != 0)))
    }

    /// Its state.
    pub fn state(&mut self) -> &mut State {
        self.store.data_mut()
    }

    /// Calls an export in a context. `None` when the module has trapped, now or before; what the
    /// callback asked for waits in [`State::deferred`].
    pub fn call<P: WasmParams, R: WasmResults>(
        &mut self,
        context: u32,
        name: &str,
        parameters: P,
    ) -> Option<R> {
        if self.trap.is_some() {
            return None;
        }
        let state = self.store.data_mut();
        state.current = context;
        state.effective = None;
        state.stop_iteration = false;
        self.store.set_epoch_deadline(12);
        let function = self.instance.get_typed_func::<P, R>(&mut self.store, name);
        match function.and_then(|function| function.call(&mut self.store, parameters)) {
            Ok(result) => Some(result),
            Err(error) => {
                self.trap = Some(format!("{name}: {error:?}"));
                None
            }
        }
    }

    /// Shows a part of a message to the module.
    pub fn call_with_part(&mut self, id: u32, way: Way, part: Part) -> Option<Action> {
        let direction = match way {
            Way::Request => "request",
            Way::Response => "response",
        };
        let result: u32 = match part {
            Part::Headers(count, end) => self.call(
                id,
                &format!("proxy_on_{direction}_headers"),
                (id, count as u32, u32::from(end)),
            ),
            Part::Body(size, end) => self.call(
                id,
                &format!("proxy_on_{direction}_body"),
                (id, size as u32, u32::from(end)),
            ),
            Part::Trailers(count) => self.call(
                id,
                &format!("proxy_on_{direction}_trailers"),
                (id, count as u32),
            ),
        }?;
        Some(match (self.state().stop_iteration, result) {
            (true, _) => Action::Stop,
            (_, 0) => Action::Continue,
            _ => Action::Pause,
        })
    }
}

/// A part of a message, as its callback announces it.
#[derive(Clone, Copy)]
pub enum Part {
    /// The number of headers, and whether nothing follows.
    Headers(usize, bool),
    /// The size of the body that the module may read, and whether nothing follows.
    Body(usize, bool),
    /// The number of trailers.
    Trailers(usize),
}

fn state(setup: &Setup, clusters: Vec<String>) -> State {
    State {
        setup: setup.clone(),
        clusters,
        clock: Clock::new(),
        log: Vec::new(),
        metrics: Vec::new(),
        tick_period: None,
        tick_set: false,
        streams: BTreeMap::new(),
        current: ROOT,
        effective: None,
        stop_iteration: false,
        configuring: false,
        deferred: VecDeque::new(),
        queues: Vec::new(),
        queues_ready: Vec::new(),
        callouts: Vec::new(),
        callout_answer: None,
        last_token: 0,
        limits: StoreLimitsBuilder::new().memory_size(MEMORY_LIMIT).build(),
    }
}
