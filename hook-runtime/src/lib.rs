//! The sandbox in which hooks run: scripts are compiled once, each invocation gets a fresh
//! context (a used one whose every byte is put back: [`arena`]), and every limit holds whatever the
//! script does.
//!
//! Nothing here does I/O. An [`Invocation`] runs until the script is done or needs something
//! ([`Step`]); whoever holds it waits and calls [`Invocation::resume`]. The same code runs in the
//! filter inside Envoy, in the relay and in `leh test`.
//!
//! The way of an invocation: [`Hook::load`] compiles ([`compile`]) and proves that the script
//! loads; [`Hook::start`] takes an engine ([`engine`]) with a context made ready ([`prepared`]), and
//! [`invocation`] runs it to its [`lifecycle::answer::Answer`]. What scripts find there is in
//! [`builtins`] (JavaScript) and [`native`].

mod arena;
mod builtins;
mod bytecode;
mod cache;
mod compile;
mod console;
mod engine;
mod hook;
mod host;
mod http;
mod invocation;
mod native;
mod prepared;
mod read;
mod shared;

use std::rc::Rc;
use std::time::Duration;

pub use compile::ScriptError;
pub use console::{ConsoleLine, Level};
pub use hook::{Hook, Measured, Settings, Tidy, check};
pub use http::{Call, CallAnswer, CallKind, CallResult, HttpRequest, HttpResponse};
pub use invocation::{Finished, Invocation, Needs, Step, Times};
pub use prepared::Form;

/// Monotonic time since any fixed point: passed in, because Envoy, tests and native programs have
/// clocks of their own.
pub type Clock = Rc<dyn Fn() -> Duration>;
