//! What scripts print.

use std::cell::RefCell;

/// How loud a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `console.debug`.
    Debug,
    /// `console.log`, `console.info`.
    Info,
    /// `console.warn`.
    Warn,
    /// `console.error`.
    Error,
}

impl Level {
    /// Its name: `debug`, `info`, `warn`, `error`.
    pub fn name(self) -> &'static str {
        match self {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        }
    }

    /// The level of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Level::Debug, Level::Info, Level::Warn, Level::Error]
            .into_iter()
            .find(|level| level.name() == name)
    }
}

/// A line a script printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleLine {
    /// How loud.
    pub level: Level,
    /// What.
    pub text: String,
}

/// The lines of one invocation, up to a limit.
#[derive(Debug)]
pub struct Console {
    limit: usize,
    lines: RefCell<Vec<ConsoleLine>>,
    left: RefCell<usize>,
}

/// The mark of output that was cut.
const CUT: &str = " … (console output over the limit of the hook is cut)";

impl Console {
    pub fn new(limit: usize) -> Self {
        Console {
            limit,
            lines: RefCell::new(Vec::new()),
            left: RefCell::new(limit),
        }
    }

    /// Adds a line; `level` is 0 for debug to 3 for error.
    pub fn print(&self, level: i32, mut text: String) {
        let level = match level {
            0 => Level::Debug,
            2 => Level::Warn,
            3 => Level::Error,
            _ => Level::Info,
        };
        let mut left = self.left.borrow_mut();
        if *left == 0 {
            return;
        }
        if text.len() >= *left {
            let end = (0..=*left)
                .rev()
                .find(|end| text.is_char_boundary(*end))
                .unwrap_or(0);
            text.truncate(end);
            text.push_str(CUT);
            *left = 0;
        } else {
            *left -= text.len();
        }
        self.lines.borrow_mut().push(ConsoleLine { level, text });
    }

    /// Forgets everything: another invocation begins.
    pub fn clear(&self) {
        self.lines.take();
        self.left.replace(self.limit);
    }

    /// The lines so far.
    pub fn take(&self) -> Vec<ConsoleLine> {
        self.lines.take()
    }
}
