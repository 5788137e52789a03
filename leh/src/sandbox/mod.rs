//! Holds invocations outside Envoy: runs their scripts, makes their calls, and tells what comes of
//! them. One loop, [`Driver`], for `leh test`, `leh run` and the relay.
//!
//! A driver has one hook and runs on one thread, because engines stay on theirs; many invocations
//! can wait in it at once. Calls are made by a [`Network`]: the world ([`live`]) or what a test says
//! of it ([`mocks`]).

mod connect;
mod dns;
pub mod live;
pub mod mocks;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use hook_runtime::{
    Call, CallKind, CallResult, Clock, ConsoleLine, Finished, Hook, Invocation, ScriptError,
    Settings, Step, Tidy, Times,
};
use lifecycle::answer::{Answer, Failure, FailureKind};
use serde_json::Value;

/// How long a driver with nothing to do waits at once.
const IDLE: Duration = Duration::from_secs(3_600);
/// How long it makes contexts ready at once, while it could hear that somebody waits.
const TIDYING: Duration = Duration::from_millis(20);

/// Makes calls for scripts.
pub trait Network: Send + Sync {
    /// Begins a call. What comes of it goes to `reply`, once, on any thread. The call ends when the
    /// ticket is dropped.
    fn begin(&self, call: CallKind, about: &Arc<About>, reply: Reply) -> Ticket;
}

/// Takes what came of a call.
pub type Reply = Box<dyn FnOnce(CallResult) + Send>;

/// Somebody waits for a call; dropped, nobody does.
pub struct Ticket(Option<Box<dyn FnOnce()>>);

impl Ticket {
    /// Calls `cancel` when it is dropped.
    pub fn new(cancel: impl FnOnce() + 'static) -> Self {
        Ticket(Some(Box::new(cancel)))
    }

    /// Of a call that is answered already.
    pub fn done() -> Self {
        Ticket(None)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(cancel) = self.0.take() {
            cancel();
        }
    }
}

/// What a network must know of the invocation that calls.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// `traceparent` of the customer's request, to be passed on.
    pub traceparent: Option<String>,
    /// The most that a response may have.
    pub response_bytes: usize,
}

/// An invocation to be run.
pub struct Job {
    /// The `args` object, complete.
    pub args: Value,
    /// For its calls.
    pub about: About,
    /// When somebody began to wait for it.
    pub asked: Instant,
    /// When nobody waits any more: then it does not begin.
    pub give_up: Option<Instant>,
    /// Is told what happens.
    pub observer: Box<dyn Observer + Send>,
}

/// Watches one invocation. Called on the driver's thread, which runs nothing else meanwhile.
pub trait Observer {
    /// The script calls somebody.
    fn called(&mut self, _call: &Call) {}
    /// A call was answered.
    fn returned(&mut self, _call: u32, _result: &CallResult, _took: Duration) {}
    /// The answer is there; `console` has what was printed, unless the script goes on in the
    /// background.
    fn answered(&mut self, result: Result<Answer, Failure>, console: &[ConsoleLine], times: Times);
    /// All is over; [`Observer::answered`] was called before.
    fn ended(&mut self, _console: Vec<ConsoleLine>, _times: Times) {}
}

/// What a driver is told from other threads.
pub enum Message {
    /// Run this.
    Job(Box<Job>),
    /// A call of a run was answered.
    Reply {
        /// The run.
        run: u64,
        /// The call.
        call: u32,
        /// What came of it.
        result: CallResult,
    },
    /// End when nothing runs any more.
    Stop,
}

/// Runs one hook, on one thread.
pub struct Driver {
    hook: Hook,
    clock: Clock,
    network: Arc<dyn Network>,
    inbox: Receiver<Message>,
    post: Sender<Message>,
    running: Vec<Running>,
    runs: u64,
    stopping: bool,
}

struct Running {
    id: u64,
    invocation: Invocation,
    wake_at: Duration,
    about: Arc<About>,
    calls: HashMap<u32, (Ticket, Duration)>,
    observer: Box<dyn Observer + Send>,
    times: Times,
    /// Since when it waits for calls, before its answer.
    waits_since: Option<Duration>,
    answered: bool,
}

impl Driver {
    /// Loads the hook.
    ///
    /// # Errors
    /// As [`Hook::load`].
    pub fn load(settings: Settings, network: Arc<dyn Network>) -> Result<Self, ScriptError> {
        let (post, inbox) = channel();
        Self::load_with(settings, network, post, inbox)
    }

    /// The same with a channel that is there already: what comes before it has loaded waits in it.
    ///
    /// # Errors
    /// As [`Hook::load`].
    pub fn load_with(
        settings: Settings,
        network: Arc<dyn Network>,
        post: Sender<Message>,
        inbox: Receiver<Message>,
    ) -> Result<Self, ScriptError> {
        let start = Instant::now();
        let clock: Clock = Rc::new(move || start.elapsed());
        let hook = Hook::load(settings, clock.clone())?;
        Ok(Driver {
            hook,
            clock,
            network,
            inbox,
            post,
            running: Vec::new(),
            runs: 0,
            stopping: false,
        })
    }

    /// The hook.
    pub fn hook(&self) -> &Hook {
        &self.hook
    }

    /// Takes jobs until it is told to stop, and those that run have ended.
    pub fn serve(&mut self) {
        loop {
            self.advance();
            if self.stopping && self.running.is_empty() {
                return;
            }
            self.listen();
        }
    }

    /// Runs one job to its end.
    pub fn run(&mut self, job: Job) {
        self.start(job);
        loop {
            self.advance();
            if self.running.is_empty() {
                return;
            }
            self.listen();
        }
    }

    /// Resumes what is due.
    fn advance(&mut self) {
        let now = (self.clock)();
        let mut index = 0;
        while let Some(running) = self.running.get(index) {
            if running.wake_at <= now && self.resume(index) {
                self.running.remove(index);
            } else {
                index += 1;
            }
        }
    }

    /// Waits for a message or until something is due, and takes what has come.
    fn listen(&mut self) {
        let mut message = self.inbox.try_recv().ok();
        if message.is_none() {
            let now = (self.clock)();
            let next = self.running.iter().map(|running| running.wake_at).min();
            let mut wait = next.map_or(IDLE, |at| at.saturating_sub(now));
            // Nobody waits for this thread: a good time to make contexts ready.
            match self.hook.tidy(now + wait.min(TIDYING)) {
                Tidy::More => wait = Duration::ZERO,
                Tidy::At(at) => wait = wait.min(at.saturating_sub((self.clock)())),
                Tidy::Done => {}
            }
            message = self.inbox.recv_timeout(wait).ok();
        }
        while let Some(taken) = message {
            match taken {
                Message::Job(job) => {
                    self.start(*job);
                    self.begin();
                }
                Message::Reply { run, call, result } => self.reply(run, call, result),
                Message::Stop => self.stopping = true,
            }
            message = self.inbox.try_recv().ok();
        }
    }

    fn start(&mut self, job: Job) {
        let Job {
            args,
            about,
            asked,
            give_up,
            mut observer,
        } = job;
        let queue = asked.elapsed();
        if give_up.is_some_and(|at| at <= Instant::now()) {
            let times = Times {
                queue,
                ..Times::default()
            };
            let failure = Failure::new(FailureKind::Timeout, "it could not begin in its time");
            observer.answered(Err(failure), &[], times);
            observer.ended(Vec::new(), times);
            return;
        }
        self.runs += 1;
        self.running.push(Running {
            id: self.runs,
            invocation: self.hook.start(&args),
            wake_at: Duration::ZERO,
            about: Arc::new(about),
            calls: HashMap::new(),
            observer,
            times: Times {
                queue,
                ..Times::default()
            },
            waits_since: None,
            answered: false,
        });
    }

    /// Runs the latest job to its first wait, before the next is taken: most end there, and leave
    /// their engine to the next.
    fn begin(&mut self) {
        let Some(latest) = self.running.len().checked_sub(1) else {
            return;
        };
        let begins = self.running.get(latest);
        if begins.is_some_and(|running| running.wake_at.is_zero()) && self.resume(latest) {
            self.running.remove(latest);
        }
    }

    fn reply(&mut self, run: u64, call: u32, result: CallResult) {
        let Some(running) = self.running.iter_mut().find(|running| running.id == run) else {
            return;
        };
        // One that was cancelled meanwhile has no ticket any more.
        if let Some((_, since)) = running.calls.remove(&call) {
            let took = (self.clock)().saturating_sub(since);
            running.observer.returned(call, &result, took);
            running.invocation.answer(call, result);
            running.wake_at = Duration::ZERO;
        }
    }

    /// One slice of a run; whether that was its last.
    fn resume(&mut self, index: usize) -> bool {
        let Some(running) = self.running.get_mut(index) else {
            return true;
        };
        let started = (self.clock)();
        if let Some(since) = running.waits_since.take() {
            running.times.fetch += started.saturating_sub(since);
        }
        let step = running.invocation.resume();
        let now = (self.clock)();
        running.times.script += now.saturating_sub(started);
        let needs = match step {
            Step::Done(finished) => {
                running.finish(finished);
                return true;
            }
            Step::Needs(needs) => needs,
        };
        running.wake_at = needs.wake_at;
        for id in needs.cancelled {
            if let Some((_, since)) = running.calls.remove(&id) {
                let cancelled = Err("cancelled by the script".to_owned());
                let took = now.saturating_sub(since);
                running.observer.returned(id, &cancelled, took);
            }
        }
        if let Some(answer) = needs.answer {
            running.answered = true;
            running.observer.answered(answer, &[], running.times);
        }
        for call in needs.calls {
            running.observer.called(&call);
            let Call { id, kind } = call;
            let (post, run) = (self.post.clone(), running.id);
            let reply = Box::new(move |result| {
                // The driver may be gone: then nobody waits.
                let _ = post.send(Message::Reply {
                    run,
                    call: id,
                    result,
                });
            });
            let ticket = self.network.begin(kind, &running.about, reply);
            running.calls.insert(id, (ticket, now));
        }
        if !running.calls.is_empty() && !running.answered {
            running.waits_since = Some(now);
        }
        false
    }
}

impl Running {
    fn finish(&mut self, finished: Finished) {
        let Finished {
            result, console, ..
        } = finished;
        // The runtime's own times begin with the context; whoever waits began before.
        let times = self.times;
        let over = Err("the invocation ended before it was answered".to_owned());
        for (id, (ticket, _)) in std::mem::take(&mut self.calls) {
            self.observer.returned(id, &over, Duration::ZERO);
            drop(ticket);
        }
        if let Some(result) = result {
            self.observer.answered(result, &console, times);
        }
        self.observer.ended(console, times);
    }
}
