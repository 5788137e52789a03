//! Envoy's log lines as we show them: who speaks, how bad it is, what it says.

use std::fmt;

/// What Envoy is told to write; [`Line::read`] reads it.
pub const ENVOY_FORMAT: &str = "[%l][%n] %v";

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'l> {
    speaker: &'static str,
    level: &'l str,
    text: &'l str,
}

impl<'l> Line<'l> {
    /// Reads a line of [`ENVOY_FORMAT`]; one of another form (the second line of a message) is
    /// shown as it is.
    pub fn read(line: &'l str) -> Self {
        let parts = line.strip_prefix('[').and_then(|rest| {
            let (level, rest) = rest.split_once("][")?;
            let (logger, text) = rest.split_once("] ")?;
            Some((level, logger, text))
        });
        match parts {
            None => Line {
                speaker: "envoy",
                level: "",
                text: line,
            },
            // The filter's own words come as `wasm log NAME VM_ID: TEXT`.
            Some((level, "wasm", text)) if text.starts_with("wasm log ") => {
                let own = text.split_once(": ").map_or(text, |(_, own)| own);
                Line {
                    speaker: "filter",
                    level,
                    text: own,
                }
            }
            Some((level, _, text)) => Line {
                speaker: "envoy",
                level,
                text,
            },
        }
    }

    /// What it says.
    pub fn text(&self) -> &'l str {
        self.text
    }

    /// Whether the filter speaks, and not Envoy itself.
    pub fn is_of_filter(&self) -> bool {
        self.speaker == "filter"
    }

    /// Whether something failed.
    pub fn is_error(&self) -> bool {
        matches!(self.level, "error" | "critical")
    }

    /// Whether it only says what we have ordered.
    pub fn is_noise(&self) -> bool {
        self.text.starts_with("caught ENVOY_SIGTERM")
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            "" | "info" | "debug" | "trace" => write!(f, "{}: {}", self.speaker, self.text),
            level => write!(f, "{}: {level}: {}", self.speaker, self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_who_speaks_and_how_bad_it_is() {
        for (line, shown) in [
            (
                "[info][wasm] wasm log a b: hook x: done",
                "filter: hook x: done",
            ),
            ("[error][wasm] wasm log a b: no", "filter: error: no"),
            (
                "[critical][main] error initializing",
                "envoy: critical: error initializing",
            ),
            ("  second line", "envoy:   second line"),
            ("[odd", "envoy: [odd"),
        ] {
            assert_eq!(Line::read(line).to_string(), shown);
        }
    }
}
