//! What the tests with real programs share: the programs and where they are, a platform, a login,
//! `leh up` in front of it, and HTTP as bytes.

// Each test file is a crate of its own and needs a part of this.
#![allow(dead_code)]

pub mod child;
pub mod http;
pub mod login;
pub mod platform;
pub mod programs;
pub mod project;
pub mod scripts;
pub mod up;
pub mod upstream;

use std::thread;
use std::time::{Duration, Instant};

/// What a test waits for comes well before this, unless it never comes.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// What `look` finds, once it finds something; `None` when it never does.
pub fn waited<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(found) = look() {
            return Some(found);
        }
        thread::sleep(Duration::from_millis(20));
    }
    None
}
