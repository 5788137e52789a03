//! One run of a hook, in slices: it runs until it is done or has to wait.

use std::rc::Rc;
use std::time::Duration;

use javy::quickjs::{CatchResultExt, Function, Value};
use lifecycle::answer::{Answer, Failure, FailureKind};

use crate::ConsoleLine;
use crate::compile::Thrown;
use crate::engine::Prepared;
use crate::hook::Pool;

/// How a slice ended.
#[derive(Debug)]
pub enum Step {
    /// The script needs something; call [`Invocation::resume`] when it is there.
    Needs {
        /// Time to pass: at this time of the clock a timer is due, or the limit is reached.
        wake_at: Duration,
    },
    /// It is done.
    Done(Finished),
}

/// How an invocation ended.
#[derive(Debug)]
pub struct Finished {
    /// Its answer, or why there is none.
    pub result: Result<Answer, Failure>,
    /// What it printed.
    pub console: Vec<ConsoleLine>,
    /// How long the script itself ran.
    pub script_time: Duration,
}

/// A run of a hook. Dropping it ends it; its engine goes back to the hook.
pub struct Invocation {
    pool: Rc<Pool>,
    prepared: Option<Prepared>,
    phase: Phase,
    deadline: Duration,
    script_time: Duration,
}

enum Phase {
    /// The script could not even be loaded.
    Broken(Failure),
    /// Not called yet; the `args` object as JSON.
    Called(String),
    /// Called, and waiting.
    Waiting,
}

impl Invocation {
    pub(crate) fn new(pool: Rc<Pool>, prepared: Result<Prepared, Failure>, args: String) -> Self {
        let deadline = pool.now() + Duration::from_millis(pool.blueprint.limits.timeout_ms);
        let (prepared, phase) = match prepared {
            Ok(prepared) => {
                prepared.begin(pool.now());
                (Some(prepared), Phase::Called(args))
            }
            Err(failure) => (None, Phase::Broken(failure)),
        };
        Invocation {
            pool,
            prepared,
            phase,
            deadline,
            script_time: Duration::ZERO,
        }
    }

    /// Runs until the script is done or needs something. After [`Step::Done`] it is over: another
    /// call fails it.
    pub fn resume(&mut self) -> Step {
        let phase = std::mem::replace(&mut self.phase, Phase::Waiting);
        let Some(prepared) = self.prepared.take() else {
            return self.over(
                None,
                match phase {
                    Phase::Broken(failure) => failure,
                    _ => Failure::new(FailureKind::NoAnswer, "the invocation is over"),
                },
            );
        };
        let started = self.pool.now();
        if started >= self.deadline {
            return self.over(Some(prepared), self.timeout());
        }
        let cpu_left = self.cpu_limit().saturating_sub(self.script_time);
        prepared
            .engine
            .watch
            .allow(self.deadline.min(started + cpu_left));
        let thrown = match phase {
            Phase::Called(args) => self.call(&prepared, &args),
            _ => self.fire_timers(&prepared, started),
        };
        self.script_time += self.pool.now().saturating_sub(started);
        if let Err(failure) = thrown {
            prepared.shared.end(Err(failure));
        }
        self.decide(prepared)
    }

    /// Calls the hook and runs what it queued.
    fn call(&self, prepared: &Prepared, args: &str) -> Result<(), Failure> {
        prepared.context.with(|ctx| {
            let call = || {
                let entry = prepared.entry.clone().restore(&ctx)?;
                let hook = prepared.hook.clone().restore(&ctx)?;
                let args: Value<'_> = ctx.json_parse(args)?;
                let run: Function<'_> = entry.get("run")?;
                run.call::<_, ()>((hook, args, self.pool.blueprint.synchronous))
            };
            call()
                .catch(&ctx)
                .map_err(|error| self.exception(&Thrown::read(&error)))
        })?;
        self.run_jobs(prepared)
    }

    fn fire_timers(&self, prepared: &Prepared, now: Duration) -> Result<(), Failure> {
        while let Some(id) = prepared.shared.due_timer(now) {
            prepared.context.with(|ctx| {
                let fire = || {
                    let entry = prepared.entry.clone().restore(&ctx)?;
                    entry.get::<_, Function<'_>>("fire")?.call::<_, ()>((id,))
                };
                fire()
                    .catch(&ctx)
                    .map_err(|error| self.exception(&Thrown::read(&error)))
            })?;
            self.run_jobs(prepared)?;
            if prepared.engine.watch.stops() {
                break;
            }
        }
        Ok(())
    }

    fn run_jobs(&self, prepared: &Prepared) -> Result<(), Failure> {
        prepared
            .engine
            .run_jobs(&self.pool.blueprint.origin)
            .map_err(|message| Failure::new(FailureKind::Exception, message))
    }

    /// What the slice came to.
    fn decide(&mut self, prepared: Prepared) -> Step {
        let stopped = prepared.engine.watch.has_stopped();
        let ended = prepared.shared.ended.borrow_mut().take();
        match ended {
            Some(Ok(answer)) => return self.done(Some(prepared), Ok(answer)),
            Some(Err(failure)) if !stopped => return self.over(Some(prepared), failure),
            // An interrupted script throws too; the limit is the reason.
            Some(Err(failure)) => return self.stopped(prepared, Some(failure)),
            None if stopped => return self.stopped(prepared, None),
            None => {}
        }
        if let Some(reason) = prepared.engine.unhandled_rejection() {
            let message = format!("unhandled rejection: {reason}");
            return self.over(
                Some(prepared),
                Failure::new(FailureKind::Exception, message),
            );
        }
        if let Some(due) = prepared.shared.next_timer() {
            self.prepared = Some(prepared);
            return Step::Needs {
                wake_at: due.min(self.deadline),
            };
        }
        if prepared.owes_answer {
            let message = format!(
                "{} ended without calling its callback",
                self.pool.blueprint.origin.file
            );
            return self.over(Some(prepared), Failure::new(FailureKind::NoAnswer, message));
        }
        self.done(Some(prepared), Ok(Answer::Nothing))
    }

    /// A limit was reached.
    fn stopped(&mut self, prepared: Prepared, thrown: Option<Failure>) -> Step {
        let limits = self.pool.blueprint.limits;
        let place =
            thrown.and_then(|failure| Some(format!(" ({}", failure.message.rsplit_once('(')?.1)));
        let place = place.unwrap_or_default();
        let failure = if prepared.engine.watch.is_exhausted() {
            let message = format!(
                "the script needed more than {} bytes{place}",
                limits.memory_bytes
            );
            Failure::new(FailureKind::Memory, message)
        } else if self.script_time >= self.cpu_limit() {
            let message = format!("the script ran longer than {} ms{place}", limits.cpu_ms);
            Failure::new(FailureKind::Cpu, message)
        } else {
            self.timeout()
        };
        self.over(Some(prepared), failure)
    }

    fn timeout(&self) -> Failure {
        let limit = self.pool.blueprint.limits.timeout_ms;
        Failure::new(FailureKind::Timeout, format!("no answer within {limit} ms"))
    }

    fn exception(&self, thrown: &Thrown) -> Failure {
        Failure::new(
            FailureKind::Exception,
            thrown.at(&self.pool.blueprint.origin),
        )
    }

    fn cpu_limit(&self) -> Duration {
        Duration::from_millis(self.pool.blueprint.limits.cpu_ms)
    }

    fn over(&mut self, prepared: Option<Prepared>, failure: Failure) -> Step {
        self.done(prepared, Err(failure))
    }

    fn done(&mut self, prepared: Option<Prepared>, result: Result<Answer, Failure>) -> Step {
        let console = prepared
            .as_ref()
            .map(|prepared| prepared.shared.console.take());
        if let Some(prepared) = prepared {
            self.pool.give_back(prepared);
        }
        Step::Done(Finished {
            result,
            console: console.unwrap_or_default(),
            script_time: self.script_time,
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
