//! The threads that run hooks: some for each hook, because engines stay on their thread, and so that
//! no hook waits for another's loading or computing.
//!
//! A synchronous hook has a thread for each core, up to [`MOST_THREADS`]; an asynchronous one, for
//! which nobody waits, has one. Every thread has loaded the hook once, and holds as many waiting
//! invocations as there are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hook_runtime::Call;
use hook_runtime::{CallResult, ConsoleLine, Settings, Times};
use lifecycle::answer::{Answer, Failure};
use lifecycle::arguments;
use lifecycle::bundle::{Bundle, Mode, Place};
use lifecycle::plan::{PlannedHook, hooks_alone};
use lifecycle::trigger;
use serde_json::Value;
use tokio::runtime::Handle;

use super::lines;
use crate::sandbox::live::{Live, SystemNames};
use crate::sandbox::{About, Driver, Job, Message, Observer};

/// Threads of one synchronous hook.
const MOST_THREADS: usize = 4;
/// How often [`Crew::stop`] looks whether threads have ended.
const LOOK: Duration = Duration::from_millis(20);

/// The hooks of one loaded bundle, at work. Dropped, it is told to stop.
pub struct Crew {
    members: BTreeMap<String, Member>,
    /// Makes their calls.
    pub live: Live,
}

struct Member {
    planned: Arc<PlannedHook>,
    threads: Vec<Thread>,
}

struct Thread {
    post: Sender<Message>,
    /// Invocations that it has.
    busy: Arc<AtomicUsize>,
    handle: JoinHandle<()>,
}

/// What becomes of the loading of all hooks.
pub struct Loading(Receiver<Result<(), String>>, usize);

impl Loading {
    /// Waits until all hooks are loaded.
    ///
    /// # Errors
    /// Why the first that could not be loaded was not.
    pub fn wait(self) -> Result<(), String> {
        for _ in 0..self.1 {
            match self.0.recv() {
                Ok(loaded) => loaded?,
                Err(_) => return Err("a thread of the relay ended at once".into()),
            }
        }
        Ok(())
    }
}

impl Crew {
    /// Starts the threads, which load their hooks at once, side by side.
    ///
    /// # Errors
    /// What is wrong with the bundle, or that there are no threads.
    pub fn start(
        bundle: Bundle,
        environment: &dyn Fn(&str) -> Option<String>,
        runtime: Handle,
    ) -> Result<(Arc<Self>, Loading), String> {
        let (hooks, egress) = hooks_alone(bundle, environment).map_err(|errors| lines(&errors))?;
        let live = Live::new(Arc::new(egress), Arc::new(SystemNames::default()), runtime)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (told, loading) = channel();
        let mut members = BTreeMap::new();
        let mut started = 0;
        for planned in hooks {
            let planned = Arc::new(planned);
            let number = match planned.hook.mode {
                Mode::Sync => cores.min(MOST_THREADS),
                Mode::Async => 1,
            };
            let threads = (0..number).map(|_| Thread::start(&planned, &live, told.clone()));
            let threads = threads.collect::<Result<Vec<_>, _>>()?;
            started += number;
            members.insert(planned.hook.name.clone(), Member { planned, threads });
        }
        Ok((Arc::new(Crew { members, live }), Loading(loading, started)))
    }

    /// The hook of that name and mode.
    pub fn hook(&self, name: &str, mode: Mode) -> Option<&Arc<PlannedHook>> {
        let member = self.members.get(name)?;
        (member.planned.hook.mode == mode).then_some(&member.planned)
    }

    /// The names of the hooks of that mode.
    pub fn names(&self, mode: Mode) -> Vec<&str> {
        self.members
            .values()
            .filter(|member| member.planned.hook.mode == mode)
            .map(|member| member.planned.hook.name.as_str())
            .collect()
    }

    /// Runs the hook called `name` with `args` (without its settings); whether there is one.
    pub fn run(&self, name: &str, args: Value, order: Order) -> bool {
        let Some(member) = self.members.get(name) else {
            return false;
        };
        let idlest = member
            .threads
            .iter()
            .min_by_key(|thread| thread.busy.load(Ordering::Relaxed));
        let Some(thread) = idlest else { return false };
        let planned = &member.planned;
        let Order {
            traceparent,
            give_up,
            observer,
        } = order;
        let job = Job {
            args: arguments::with_settings(args, planned),
            about: About {
                traceparent,
                response_bytes: planned.hook.limits.response_bytes,
            },
            asked: Instant::now(),
            give_up,
            observer: Box::new(Counted::new(observer, thread.busy.clone())),
        };
        thread.post.send(Message::Job(Box::new(job))).is_ok()
    }

    /// Lets what runs end, and waits for that.
    pub async fn stop(&self) {
        self.dismiss();
        // Not joined: a blocked thread of tokio's would keep the process for as long as a hook takes.
        let threads = || self.members.values().flat_map(|member| &member.threads);
        while threads().any(|thread| !thread.handle.is_finished()) {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Takes no more invocations.
    fn dismiss(&self) {
        for thread in self.members.values().flat_map(|member| &member.threads) {
            // One that is gone has stopped.
            let _ = thread.post.send(Message::Stop);
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.dismiss();
    }
}

/// What to do beside running a hook.
pub struct Order {
    /// `traceparent` for its calls.
    pub traceparent: Option<String>,
    /// When it need not begin any more.
    pub give_up: Option<Instant>,
    /// Is told what happens.
    pub observer: Box<dyn Observer + Send>,
}

impl Thread {
    fn start(
        planned: &Arc<PlannedHook>,
        live: &Live,
        told: Sender<Result<(), String>>,
    ) -> Result<Self, String> {
        let (post, inbox) = channel();
        let own = post.clone();
        let (planned, live) = (planned.clone(), live.clone());
        let name = planned.hook.name.clone();
        // The system shows 15 letters of it.
        let handle = std::thread::Builder::new()
            .name(name.clone())
            .spawn(move || {
                let settings = Settings::of(&planned);
                let loaded = Driver::load_with(settings, Arc::new(live), own, inbox)
                    .map_err(|error| error.to_string())
                    .and_then(|driver| {
                        trigger::check(planned.hook.event, driver.hook().triggers())
                            .map(|()| driver)
                            .map_err(|error| error.to_string())
                    });
                match loaded {
                    Ok(mut driver) => {
                        // Whoever started us may wait for this no longer.
                        let _ = told.send(Ok(()));
                        driver.serve();
                    }
                    Err(error) => {
                        let name = &planned.hook.name;
                        let _ = told.send(Err(format!("hook `{name}`: {error}")));
                    }
                }
            })
            .map_err(|error| format!("the relay has no thread for hook `{name}`: {error}"))?;
        Ok(Thread {
            post,
            busy: Arc::default(),
            handle,
        })
    }
}

/// Counts an invocation as long as it is there.
struct Counted {
    inner: Box<dyn Observer + Send>,
    busy: Arc<AtomicUsize>,
}

impl Counted {
    fn new(inner: Box<dyn Observer + Send>, busy: Arc<AtomicUsize>) -> Self {
        busy.fetch_add(1, Ordering::Relaxed);
        Counted { inner, busy }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Observer for Counted {
    fn called(&mut self, call: &Call) {
        self.inner.called(call);
    }

    fn returned(&mut self, call: u32, result: &CallResult, took: Duration) {
        self.inner.returned(call, result, took);
    }

    fn answered(&mut self, result: Result<Answer, Failure>, console: &[ConsoleLine], times: Times) {
        self.inner.answered(result, console, times);
    }

    fn ended(&mut self, console: Vec<ConsoleLine>, times: Times) {
        self.inner.ended(console, times);
    }
}

/// What the relay needs of a bundle: neither the signing key nor the hooks of the filter.
pub fn relay_part(mut bundle: Bundle) -> Bundle {
    bundle.signing = None;
    bundle
        .hooks
        .retain(|hook| hook.mode == Mode::Async || hook.place == Place::Relay);
    bundle
}
