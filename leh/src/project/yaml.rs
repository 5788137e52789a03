//! YAML as a tree in which every key and every value knows its place.
//!
//! Built on the parser's events and not on a ready tree, because we want the place of keys, all
//! duplicate keys at once, and scalars as they were written.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as ParserSpan, Tag};

use super::problem::{Problems, Source, Span};

/// Deeper than any sensible document; recursion over the tree stays harmless.
const MAX_DEPTH: usize = 32;
/// Nodes after aliases are written out: a small file must not unfold into a huge tree.
const MAX_NODES: usize = 100_000;

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it starts.
    pub span: Span,
    /// The line on which it ends.
    pub last_line: usize,
    /// What it is.
    pub value: Value,
}

/// What a node can be.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text, a number, a boolean, or nothing.
    Scalar(Scalar),
    /// `- item`.
    List(Vec<Node>),
    /// `key: value`, in the order of the file, each key once.
    Map(Vec<Entry>),
}

/// A scalar as it was written, without its quotes.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The characters.
    pub text: String,
    /// What YAML 1.2's core schema (section 10.3) makes of them.
    pub kind: Kind,
}

/// The kinds of scalars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Quoted, or like nothing else.
    Text,
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true` or `false`.
    Boolean,
    /// An integer or a floating point number.
    Number,
}

/// One member of a mapping.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Its place.
    pub key_span: Span,
    /// What belongs to it.
    pub value: Node,
}

impl Node {
    /// The same as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Scalar(Scalar { text, kind }) => match kind {
                Kind::Text => Json::from(text.as_str()),
                Kind::Null => Json::Null,
                Kind::Boolean => Json::from(text.eq_ignore_ascii_case("true")),
                // Octal, `.inf` and the like stay what was written.
                Kind::Number => serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into()),
            },
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Map(entries) => {
                let members = entries
                    .iter()
                    .map(|entry| (entry.key.clone(), entry.value.to_json()));
                Json::Object(members.collect())
            }
        }
    }

    fn nodes(&self) -> usize {
        match &self.value {
            Value::Scalar(_) => 1,
            Value::List(items) => 1 + items.iter().map(Node::nodes).sum::<usize>(),
            Value::Map(entries) => {
                1 + entries
                    .iter()
                    .map(|entry| 1 + entry.value.nodes())
                    .sum::<usize>()
            }
        }
    }
}

/// Reads the one document of `source`; `None` when no tree could be made of it.
pub fn parse(source: &Source, problems: &mut Problems) -> Option<Node> {
    let mut builder = Builder::new(source);
    for event in Parser::new_from_str(source.text()) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let place = Span::at(error.marker().line(), error.marker().col() + 1);
                problems
                    .error(source, place, format!("this is not YAML: {}", error.info()))
                    .help("check indentation, quotes and brackets here and on the line above");
                return None;
            }
        };
        if let Err((place, message)) = builder.take(event, span, problems) {
            problems.error(source, place, message);
            return None;
        }
    }
    if builder.root.is_none() {
        problems.error_in(source.name(), "the file is empty");
    }
    builder.root
}

struct Builder<'s> {
    source: &'s Source,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    root: Option<Node>,
}

/// A list or mapping whose end has not come yet.
struct Open {
    span: Span,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        key: Option<(String, Span)>,
    },
}

type Refusal = (Span, String);

impl<'s> Builder<'s> {
    fn new(source: &'s Source) -> Self {
        Builder {
            source,
            open: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            root: None,
        }
    }

    fn take(
        &mut self,
        event: Event<'_>,
        at: ParserSpan,
        problems: &mut Problems,
    ) -> Result<(), Refusal> {
        let span = span_of(at);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let kind = kind_of(&text, style, tag.as_deref(), span)?;
                let value = Value::Scalar(Scalar {
                    text: text.into_owned(),
                    kind,
                });
                self.place(
                    Node {
                        span,
                        last_line: at.end.line(),
                        value,
                    },
                    anchor,
                    problems,
                )
            }
            Event::SequenceStart(anchor, tag) => {
                self.open(span, anchor, tag.as_deref(), Content::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                let content = Content::Map {
                    entries: Vec::new(),
                    key: None,
                };
                self.open(span, anchor, tag.as_deref(), content)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open {
                    span,
                    anchor,
                    content,
                }) = self.open.pop()
                else {
                    return Ok(());
                };
                let value = match content {
                    Content::List(items) => Value::List(items),
                    Content::Map { entries, .. } => Value::Map(entries),
                };
                self.place(
                    Node {
                        span,
                        last_line: at.end.line(),
                        value,
                    },
                    anchor,
                    problems,
                )
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some(node) => self.place(Node { span, ..node }, 0, problems),
                None => Err((span, "this alias stands for nothing above it".to_owned())),
            },
            Event::DocumentStart(_) if self.root.is_some() => Err((
                span,
                "one file holds one document; remove this `---` and what follows".into(),
            )),
            Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::StreamStart
            | Event::StreamEnd
            | Event::Nothing => Ok(()),
        }
    }

    fn open(
        &mut self,
        span: Span,
        anchor: usize,
        tag: Option<&Tag>,
        content: Content,
    ) -> Result<(), Refusal> {
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
            return Err((span, unknown_tag(tag)));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err((span, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let length = 1;
        self.open.push(Open {
            span: Span { length, ..span },
            anchor,
            content,
        });
        Ok(())
    }

    fn place(&mut self, node: Node, anchor: usize, problems: &mut Problems) -> Result<(), Refusal> {
        self.nodes += node.nodes();
        if self.nodes > MAX_NODES {
            return Err((node.span, format!("more than {MAX_NODES} values")));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, key }) => match key.take() {
                None => match node.value {
                    Value::Scalar(scalar) => *key = Some((scalar.text, node.span)),
                    _ => return Err((node.span, "a key must be text".to_owned())),
                },
                Some((name, key_span)) => match entries.iter().find(|entry| entry.key == name) {
                    None => entries.push(Entry {
                        key: name,
                        key_span,
                        value: node,
                    }),
                    Some(first) => {
                        let first = first.key_span.line;
                        let message =
                            format!("`{name}` is here twice; it is already on line {first}");
                        problems.error(self.source, key_span, message);
                    }
                },
            },
        }
        Ok(())
    }
}

fn span_of(span: ParserSpan) -> Span {
    let (start, end) = (span.start, span.end);
    let one_line = start.line() == end.line();
    let length = if one_line {
        end.col().saturating_sub(start.col())
    } else {
        1
    };
    Span {
        line: start.line(),
        column: start.col() + 1,
        length: length.max(1),
    }
}

fn kind_of(text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Result<Kind, Refusal> {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => Ok(Kind::Text),
        Some(tag) => Err((span, unknown_tag(tag))),
        None if style != ScalarStyle::Plain => Ok(Kind::Text),
        None => Ok(plain_kind(text)),
    }
}

/// YAML 1.2 section 10.3.2.
fn plain_kind(text: &str) -> Kind {
    let digits = text.trim_start_matches(['+', '-']);
    let number = match digits.strip_prefix("0x").or(digits.strip_prefix("0o")) {
        Some(rest) => !rest.is_empty() && rest.chars().all(|c| c.is_ascii_hexdigit()),
        None if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            digits.parse::<f64>().is_ok() || [".inf", ".nan"].contains(&digits)
        }
        None => false,
    };
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Kind::Boolean,
        _ if number => Kind::Number,
        _ => Kind::Text,
    }
}

fn unknown_tag(tag: &Tag) -> String {
    format!(
        "the tag `{}{}` means nothing here; leave it out",
        tag.handle, tag.suffix
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Node>, String) {
        let mut problems = Problems::default();
        let node = parse(&Source::new("f.yaml", text), &mut problems);
        (node, problems.report())
    }

    fn entries(node: Option<Node>) -> Vec<Entry> {
        match node.map(|node| node.value) {
            Some(Value::Map(entries)) => entries,
            other => panic!("expected a mapping, found {other:?}"),
        }
    }

    #[test]
    fn keys_and_values_know_their_places() {
        let (node, _) = read("# why\nhooks:\n  - name: ä-b\n");
        let [hooks] = &entries(node)[..] else {
            panic!()
        };
        assert_eq!(
            hooks.key_span,
            Span {
                line: 2,
                column: 1,
                length: 5
            }
        );
        let Value::List(items) = &hooks.value.value else {
            panic!()
        };
        let Value::Map(hook) = &items[0].value else {
            panic!()
        };
        assert_eq!(
            hook[0].value.span,
            Span {
                line: 3,
                column: 11,
                length: 3
            }
        );
    }

    #[test]
    fn scalars_are_what_yaml_1_2_says() {
        let cases = [
            ("yes", Kind::Text),
            ("'12'", Kind::Text),
            ("!!str 12", Kind::Text),
            ("12", Kind::Number),
            ("-1.5e3", Kind::Number),
            ("0x1F", Kind::Number),
            ("800ms", Kind::Text),
            ("infinity", Kind::Text),
            ("true", Kind::Boolean),
            ("~", Kind::Null),
            ("", Kind::Null),
        ];
        for (text, kind) in cases {
            let (node, _) = read(&format!("a: {text}\n"));
            let Value::Scalar(scalar) = &entries(node)[0].value.value else {
                panic!()
            };
            assert_eq!(scalar.kind, kind, "{text}");
        }
    }

    #[test]
    fn bad_syntax_is_told_with_its_place() {
        let (node, report) = read("a: [1, 2\nb: 3\n");
        assert!(node.is_none());
        assert!(report.starts_with("f.yaml:2:"), "{report}");
        assert!(report.contains("error: this is not YAML: "), "{report}");
    }

    #[test]
    fn every_key_that_is_there_twice_is_told() {
        let (node, report) = read("a: 1\nb: 2\na: 3\nb: 4\n");
        assert_eq!(entries(node).len(), 2);
        assert!(report.contains("f.yaml:3:1: error: `a` is here twice; it is already on line 1"));
        assert!(report.contains("f.yaml:4:1: error: `b` is here twice; it is already on line 2"));
    }

    #[test]
    fn an_alias_is_what_its_anchor_is_at_its_own_place() {
        let (node, _) = read("a: &x { b: 1 }\nc: *x\n");
        let c = &entries(node)[1].value;
        assert_eq!(c.span.line, 2);
        assert!(matches!(&c.value, Value::Map(entries) if entries[0].key == "b"));
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = String::from("a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for level in 1..8 {
            let items = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        let (node, report) = read(&text);
        assert!(node.is_none());
        assert!(report.contains("more than 100000 values"), "{report}");
    }

    #[test]
    fn a_nest_without_end_is_refused() {
        let (node, report) = read(&"[".repeat(100_000));
        assert!(node.is_none());
        assert!(report.contains("error"), "{report}");
    }

    #[test]
    fn empty_files_second_documents_and_strange_tags_are_refused() {
        assert!(
            read("# nothing\n")
                .1
                .contains("f.yaml: error: the file is empty")
        );
        assert!(
            read("a: 1\n---\nb: 2\n")
                .1
                .contains("f.yaml:2:1: error: one file holds one")
        );
        assert!(
            read("a: !secret x\n")
                .1
                .contains("the tag `!secret` means nothing here")
        );
    }
}
