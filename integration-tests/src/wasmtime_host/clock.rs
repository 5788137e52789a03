//! The time that a module sees: it runs as real time does, so that limits on CPU time mean
//! something, and jumps where nothing happens, so that nobody waits for a timer.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Real time plus the jumps made.
pub struct Clock {
    started: Instant,
    started_at: Duration,
    jumped: Duration,
}

impl Clock {
    /// A clock that shows the real time.
    pub fn new() -> Self {
        let started_at = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("a clock after 1970");
        Clock {
            started: Instant::now(),
            started_at,
            jumped: Duration::ZERO,
        }
    }

    /// Since the clock was made; never goes back.
    pub fn monotonic(&self) -> Duration {
        self.started.elapsed() + self.jumped
    }

    /// Since 1970.
    pub fn realtime(&self) -> Duration {
        self.started_at + self.monotonic()
    }

    /// Puts the clock forward to this monotonic time; does nothing when that is past.
    pub fn jump_to(&mut self, monotonic: Duration) {
        self.jumped += monotonic.saturating_sub(self.monotonic());
    }
}
