//! What built-in JavaScript asks of native code: pure functions of their arguments.
//!
//! They keep nothing, because an engine's memory goes back to what it was after each invocation
//! ([`crate::arena`]): a native object that a script holds would outlive what points to it. So
//! every argument and every result is a string, a number, bytes, or plain data, and whatever goes
//! on from call to call is kept by the JavaScript side.

mod bytes;
mod call;
mod compression;
mod crypto;
mod encoding;
mod inspect;
mod jwt;
mod url;
mod zlib;

use javy::quickjs::{Ctx, Result, Value};

pub use call::{Args, null, to_buffer, to_value};

/// A native function.
pub type Native = for<'js> fn(&Ctx<'js>, &Args<'js>) -> Result<Value<'js>>;

/// Every native function by its name in `native`, the object that built-in modules are given.
pub const FUNCTIONS: &[&[(&str, Native)]] = &[
    bytes::FUNCTIONS,
    compression::FUNCTIONS,
    zlib::FUNCTIONS,
    crypto::FUNCTIONS,
    jwt::FUNCTIONS,
    encoding::FUNCTIONS,
    inspect::FUNCTIONS,
    url::FUNCTIONS,
];

/// The names, in the order of their numbers.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS
        .iter()
        .flat_map(|group| group.iter().map(|(name, _)| *name))
}

/// The function with that number.
pub fn function(number: usize) -> Option<Native> {
    let mut all = FUNCTIONS.iter().flat_map(|group| group.iter());
    all.nth(number).map(|(_, function)| *function)
}
