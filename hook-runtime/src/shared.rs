//! What the functions that we give to a context share with us, and what is left of it after an
//! invocation: nothing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use lifecycle::answer::{Answer, Failure};
use serde_json::Value;

use crate::Clock;
use crate::arena::Arena;
use crate::cache::Cache;
use crate::compile::Origin;
use crate::console::Console;
use crate::engine::Watch;
use crate::http::{Call, CallKind};

/// The world of one context, as its host functions see it.
pub struct Shared {
    pub clock: Clock,
    pub arena: Rc<Arena>,
    pub watch: Rc<Watch>,
    pub origin: Origin,
    /// What the script's `process.env` shows.
    pub variables: Value,
    /// What `api.cache` keeps from invocation to invocation.
    pub cache: Rc<Cache>,
    /// The first answer, or the first failure.
    pub ended: RefCell<Option<Result<Answer, Failure>>>,
    /// Whether the answer was handed out: what comes now is in the background.
    pub answered: Cell<bool>,
    /// What was printed.
    pub console: Console,
    /// Timers by when they are due; the id, which grows, keeps their order.
    pub timers: RefCell<Vec<(Duration, u32)>>,
    /// Calls that nobody performs yet.
    pub calls: RefCell<Vec<Call>>,
    /// Calls that are performed, and since when.
    pub pending: RefCell<BTreeMap<u32, Duration>>,
    /// Calls that the script does not want any more.
    pub cancelled: RefCell<Vec<u32>>,
    /// How many calls there were.
    pub count: Cell<u32>,
}

impl Shared {
    /// Takes the end of an invocation, if it is the first.
    pub fn end(&self, result: Result<Answer, Failure>) {
        let mut ended = self.ended.borrow_mut();
        let first = ended.is_none() && !self.answered.get();
        match result {
            // What a script does after its memory was refused is no answer.
            _ if first && self.arena.is_exhausted() => {}
            result if first => *ended = Some(result),
            Ok(_) => self.console.print(2, "a second answer was ignored".into()),
            Err(late) => self
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

    /// Notes a call.
    pub fn start_call(&self, id: u32, kind: CallKind) {
        self.count.set(self.count.get() + 1);
        self.calls.borrow_mut().push(Call { id, kind });
    }

    /// Forgets one.
    pub fn cancel_call(&self, id: u32) {
        let mut calls = self.calls.borrow_mut();
        let before = calls.len();
        calls.retain(|call| call.id != id);
        if calls.len() == before && self.pending.borrow_mut().remove(&id).is_some() {
            self.cancelled.borrow_mut().push(id);
        }
    }

    /// Whether anything is still to come.
    pub fn is_waiting(&self) -> bool {
        !self.timers.borrow().is_empty()
            || !self.pending.borrow().is_empty()
            || !self.calls.borrow().is_empty()
    }

    /// Another invocation begins.
    pub fn clear(&self) {
        self.ended.take();
        self.answered.set(false);
        self.timers.take();
        self.calls.take();
        self.pending.take();
        self.cancelled.take();
        self.count.set(0);
        self.console.clear();
    }
}
