//! Lines of the relay's log, with what connects them to the filter's.

use std::fmt::Write;

use lifecycle::exchange::Client;

/// What a line is about.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The hook.
    pub hook: &'a str,
    /// The version of its script.
    pub version: &'a str,
    /// The event's id.
    pub event_id: &'a str,
    /// `traceparent` of the customer's request.
    pub traceparent: Option<&'a str>,
}

impl About<'_> {
    /// A line that the script printed.
    pub fn printed(&self, text: &str) -> String {
        let rest = self.rest();
        let rest = rest.trim_start_matches("; ");
        format!("relay: [{}] {} ({rest})", self.hook, one_line(text))
    }

    /// `; version …, event …, trace …`
    pub fn rest(&self) -> String {
        let mut rest = format!(
            "; version {}, event {}",
            self.version,
            one_line(self.event_id)
        );
        if let Some(trace) = self.traceparent.and_then(Client::trace_id) {
            // Writing to a String cannot fail.
            let _ = write!(rest, ", trace {trace}");
        }
        rest
    }
}

/// What a script prints must not look like lines of ours.
pub fn one_line(text: &str) -> String {
    text.replace('\n', "\\n").replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_and_names_what_it_is_about() {
        let about = About {
            hook: "log",
            version: "0a1b",
            event_id: "e-1",
            traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        };
        assert_eq!(
            about.printed("a\nrelay: [other] b\x1b[0m"),
            "relay: [log] a\\nrelay: [other] b [0m (version 0a1b, event e-1, \
             trace 4bf92f3577b34da6a3ce929d0e0e4736)"
        );
    }
}
