//! A QuickJS runtime under limits.
//!
//! An engine serves one invocation at a time. Its memory, its queue of promise jobs and its time are
//! those of one invocation, so a script that breaks a limit takes nobody with it. Afterwards the
//! engine's memory is put back to what it was when it was ready: the next invocation finds a context
//! in which nothing ever ran but prelude and script's top level.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use javy::quickjs::{CaughtError, Context, Ctx, Error, Runtime, Value};
use lifecycle::answer::Failure;
use lifecycle::bundle::Limits;

use crate::Clock;
use crate::arena::{Arena, ArenaAllocator};
use crate::compile::{Origin, Thrown};

/// A QuickJS runtime under our limits.
pub struct Engine {
    runtime: Runtime,
    pub arena: Rc<Arena>,
    pub watch: Rc<Watch>,
    rejections: Rejections,
}

/// Promises that were rejected with nobody to handle it, by identity, and why.
type Rejections = Rc<RefCell<Vec<(usize, Thrown)>>>;

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

    /// How much of `allowed`, as [`Watch::allow`] granted it, is over.
    pub fn spent(&self, allowed: Duration) -> Duration {
        allowed.saturating_sub(self.until.get().saturating_sub((self.clock)()))
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
    pub fn remember(&self) {
        self.runtime.run_gc();
        self.arena.remember();
    }

    /// Goes back to the remembered state.
    ///
    /// # Safety
    /// As [`Arena::restore`]: no value of the engine that came to be since may be in anybody's hands.
    pub unsafe fn restore(&self) {
        self.rejections.borrow_mut().clear();
        self.watch.stopped.set(false);
        // SAFETY: the caller's promise.
        unsafe { self.arena.restore() }
    }

    /// Runs promise jobs until none is left or the script must stop.
    ///
    /// # Errors
    /// What a job threw: only jobs of our own making or stopped ones can.
    pub fn run_jobs(&self, origin: &Origin) -> Result<(), Failure> {
        while !self.watch.stops() {
            match self.runtime.execute_pending_job() {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(exception) => {
                    return Err(exception.0.with(|ctx| thrown(&ctx).failure(origin)));
                }
            }
        }
        Ok(())
    }

    /// Takes the reason of the first rejection that nobody handled, and forgets all others.
    pub fn unhandled_rejection(&self, origin: &Origin) -> Option<Failure> {
        let rejections = std::mem::take(&mut *self.rejections.borrow_mut());
        let (_, thrown) = rejections.into_iter().next()?;
        let mut failure = thrown.failure(origin);
        failure.message = format!("unhandled rejection: {}", failure.message);
        Some(failure)
    }
}

/// The pending exception of `ctx`.
fn thrown(ctx: &Ctx<'_>) -> Thrown {
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
        rejections.push((identity, Thrown::read(&error)));
    }
}
