//! Reading typed values out of a YAML tree. What does not fit is noted with its place and reading
//! goes on, so that a person sees every mistake at once.

use std::collections::BTreeMap;

use super::problem::{Problem, Problems, Source, Span};
use super::yaml::{Entry, Kind, Node, Scalar, Value};

/// Reads one file and notes what is wrong with it.
pub struct Reader<'a> {
    /// The file.
    pub source: &'a Source,
    /// What is wrong so far.
    pub problems: &'a mut Problems,
}

/// The keys that a mapping may have.
pub struct Keys {
    /// What the mapping is: "a hook".
    pub what: &'static str,
    /// Those that are read.
    pub known: &'static [&'static str],
    /// Those that exist but that this version cannot honour, each with the reason.
    pub refused: &'static [(&'static str, &'static str)],
}

/// A mapping whose keys have been checked.
#[derive(Clone, Copy)]
pub struct Fields<'n> {
    /// The mapping's place.
    pub span: Span,
    what: &'static str,
    entries: &'n [Entry],
}

impl<'n> Fields<'n> {
    /// The value of `key`, if it is there.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// The same, noting an error when it is not; `example` says what to write.
    pub fn require(&self, key: &str, example: &str, reader: &mut Reader<'_>) -> Option<&'n Node> {
        let value = self.get(key);
        if value.is_none() {
            let message = format!("{} needs `{key}`", self.what);
            reader
                .error(self.span, message)
                .help(format!("add `{key}: {example}`"));
        }
        value
    }
}

impl Reader<'_> {
    /// Notes an error.
    pub fn error(&mut self, span: Span, message: impl Into<String>) -> &mut Problem {
        self.problems.error(self.source, span, message)
    }

    /// Notes a warning.
    pub fn warning(&mut self, span: Span, message: impl Into<String>) -> &mut Problem {
        self.problems.warning(self.source, span, message)
    }

    /// A mapping with these keys. Others are noted, with the nearest that exists.
    pub fn fields<'n>(&mut self, node: &'n Node, keys: &Keys) -> Option<Fields<'n>> {
        let entries = self.entries(node, keys.what)?;
        for Entry { key, key_span, .. } in entries {
            if let Some((_, reason)) = keys.refused.iter().find(|(refused, _)| refused == key) {
                self.error(*key_span, format!("`{key}` cannot be used: {reason}"));
            } else if !keys.known.contains(&key.as_str()) {
                let message = format!("`{key}` is no key of {}", keys.what);
                self.error(*key_span, message)
                    .help(nearest_or_all(key, keys.known));
            }
        }
        Some(Fields {
            span: node.span,
            what: keys.what,
            entries,
        })
    }

    /// A mapping with any keys; `what` completes "expected … as a mapping".
    pub fn entries<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Entry]> {
        match &node.value {
            Value::Map(entries) => Some(entries),
            _ => {
                self.unexpected(node, &format!("{what} as a mapping (`key: value` lines)"));
                None
            }
        }
    }

    /// A list; `what` completes "expected a list of …".
    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        match &node.value {
            Value::List(items) => Some(items),
            _ => {
                self.unexpected(node, &format!("a list of {what}"));
                None
            }
        }
    }

    /// Text that is not empty; `what` completes "expected …".
    pub fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Scalar(Scalar {
                text,
                kind: Kind::Text,
            }) if !text.is_empty() => Some(text),
            Value::Scalar(Scalar {
                text,
                kind: Kind::Text,
            }) if text.is_empty() => {
                self.error(node.span, format!("expected {what}, found empty text"));
                None
            }
            Value::Scalar(Scalar {
                text,
                kind: Kind::Boolean | Kind::Number,
            }) => {
                let message = format!("expected {what} as text, found {}", self.found(node));
                let quotable = self.source.may_quote(node.span.line);
                let quoted = if quotable {
                    format!(": \"{text}\"")
                } else {
                    String::new()
                };
                self.error(node.span, message)
                    .help(format!("put it in quotes{quoted}"));
                None
            }
            _ => {
                self.unexpected(node, what);
                None
            }
        }
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, node: &Node) -> Option<bool> {
        match &node.value {
            Value::Scalar(Scalar {
                text,
                kind: Kind::Boolean,
            }) => Some(text.eq_ignore_ascii_case("true")),
            _ => {
                self.unexpected(node, "`true` or `false`");
                None
            }
        }
    }

    /// A TCP port.
    pub fn port(&mut self, node: &Node) -> Option<u16> {
        let port = match &node.value {
            Value::Scalar(scalar) => scalar.text.parse().ok().filter(|port| *port > 0),
            _ => None,
        };
        if port.is_none() {
            self.unexpected(node, "a port from 1 to 65535");
        }
        port
    }

    /// One of these words.
    pub fn choice<T: Copy>(&mut self, node: &Node, choices: &[(&str, T)]) -> Option<T> {
        let found = match &node.value {
            Value::Scalar(scalar) => choices.iter().find(|(word, _)| *word == scalar.text),
            _ => None,
        };
        if found.is_none() {
            let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
            self.unexpected(node, &one_of(&words));
        }
        found.map(|(_, value)| *value)
    }

    /// A list of texts; `what` completes "expected a list of …" in the plural.
    pub fn texts(&mut self, node: &Node, what: &str) -> Option<Vec<String>> {
        let items = self.list(node, what)?;
        items
            .iter()
            .map(|item| self.text(item, what).map(str::to_owned))
            .collect()
    }

    /// A mapping from names to texts, which may be empty.
    pub fn text_map(&mut self, node: &Node, what: &str) -> Option<BTreeMap<String, String>> {
        let mut texts = BTreeMap::new();
        for Entry { key, value, .. } in self.entries(node, what)? {
            match &value.value {
                Value::Scalar(Scalar {
                    text,
                    kind: Kind::Text,
                }) => {
                    texts.insert(key.clone(), text.clone());
                }
                _ => _ = self.text(value, "a value"),
            }
        }
        Some(texts)
    }

    /// What `parse` makes of a text, within `range`; `show` writes a value as a person would.
    pub fn quantity(
        &mut self,
        node: &Node,
        parse: fn(&str) -> Result<u64, String>,
        show: fn(u64) -> String,
        range: std::ops::RangeInclusive<u64>,
    ) -> Option<u64> {
        let text = match &node.value {
            Value::Scalar(scalar) => scalar.text.as_str(),
            _ => "",
        };
        match parse(text) {
            Ok(value) if range.contains(&value) => Some(value),
            Ok(_) => {
                let (least, most) = (show(*range.start()), show(*range.end()));
                self.error(
                    node.span,
                    format!("expected {least} to {most}, found {}", self.found(node)),
                );
                None
            }
            Err(expected) => {
                self.error(node.span, format!("{expected}, found {}", self.found(node)));
                None
            }
        }
    }

    /// What `node` is, for a sentence: "found …".
    pub fn found(&self, node: &Node) -> String {
        let (text, kind) = match &node.value {
            Value::List(_) => return "a list".to_owned(),
            Value::Map(_) => return "a mapping".to_owned(),
            Value::Scalar(Scalar { text, kind }) => (text, kind),
        };
        let quotable = self.source.may_quote(node.span.line);
        match kind {
            Kind::Null => "nothing".to_owned(),
            Kind::Text if quotable => format!("`{text}`"),
            Kind::Boolean if quotable => format!("the boolean {text}"),
            Kind::Number if quotable => format!("the number {text}"),
            Kind::Text => "a text".to_owned(),
            Kind::Boolean => "a boolean".to_owned(),
            Kind::Number => "a number".to_owned(),
        }
    }

    fn unexpected(&mut self, node: &Node, expected: &str) {
        let found = self.found(node);
        self.error(node.span, format!("expected {expected}, found {found}"));
    }
}

/// `a`, `a` or `b`, one of `a`, `b` or `c`.
pub fn one_of(words: &[&str]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [only] => format!("`{only}`"),
        [rest @ .., last] => format!("`{}` or `{last}`", rest.join("`, `")),
    }
}

fn nearest_or_all(key: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .map(|known| (strsim::jaro_winkler(key, known), known));
    match nearest.max_by(|(a, _), (b, _)| a.total_cmp(b)) {
        Some((likeness, nearest)) if likeness > 0.75 => format!("the nearest key is `{nearest}`"),
        _ => format!("the keys are {}", one_of(known).replace(" or ", " and ")),
    }
}
