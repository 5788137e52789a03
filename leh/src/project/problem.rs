//! What is wrong with a project: the place, one sentence, and the line of the file under it.

use std::cell::RefCell;
use std::fmt::{self, Write};
use std::ops::RangeInclusive;

/// A file as it was read, for messages that point into it.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    concealed: RefCell<Vec<RangeInclusive<usize>>>,
}

impl Source {
    /// `name` is the path as the user knows it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source {
            name: name.into(),
            text: text.into(),
            concealed: RefCell::default(),
        }
    }

    /// The path as the user knows it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Never quotes these lines (from 1): they may hold a secret that somebody wrote there.
    pub fn conceal(&self, lines: RangeInclusive<usize>) {
        self.concealed.borrow_mut().push(lines);
    }

    /// Whether a message may repeat what stands on this line.
    pub fn may_quote(&self, line: usize) -> bool {
        // A key that lost its indentation is no node of any kind, and must not be quoted either.
        !self.text.contains("PRIVATE KEY-----")
            && !self
                .concealed
                .borrow()
                .iter()
                .any(|lines| lines.contains(&line))
    }

    fn quotable(&self, line: usize) -> Option<&str> {
        self.text
            .lines()
            .nth(line.checked_sub(1)?)
            .filter(|_| self.may_quote(line))
    }
}

/// A place in a [`Source`]; lines and columns count from 1, columns and length in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// Characters on that line; at least 1.
    pub length: usize,
}

impl Span {
    /// One character.
    pub fn at(line: usize, column: usize) -> Self {
        Span {
            line,
            column,
            length: 1,
        }
    }
}

/// Whether the project can be used all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can.
    Warning,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Problem {
    severity: Severity,
    file: String,
    span: Option<Span>,
    line: Option<String>,
    message: String,
    help: Option<String>,
}

impl Problem {
    fn new(severity: Severity, source: &Source, span: Span, message: String) -> Self {
        Problem {
            severity,
            file: source.name.clone(),
            span: Some(span),
            line: source.quotable(span.line).map(str::to_owned),
            message,
            help: None,
        }
    }

    /// Adds what to do about it.
    pub fn help(&mut self, help: impl Into<String>) {
        self.help = Some(help.into());
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(span) = self.span {
            write!(f, ":{}:{}", span.line, span.column)?;
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        writeln!(f, ": {severity}: {}", self.message)?;
        if let (Some(span), Some(line)) = (self.span, &self.line) {
            let (before, carets) = underline(line, span);
            writeln!(f, "{:>5} | {line}\n      | {before}{carets}", span.line)?;
        }
        match &self.help {
            Some(help) => writeln!(f, "      = help: {help}"),
            None => Ok(()),
        }
    }
}

/// The blanks before the carets, and the carets. Tabs stay tabs, so that they line up.
fn underline(line: &str, span: Span) -> (String, String) {
    let before = line.chars().take(span.column.saturating_sub(1));
    let before = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let rest = line
        .chars()
        .count()
        .saturating_sub(span.column.saturating_sub(1));
    (before, "^".repeat(span.length.min(rest).max(1)))
}

/// Everything that is wrong, found in one go.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes an error.
    pub fn error(
        &mut self,
        source: &Source,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Problem {
        self.push(Problem::new(Severity::Error, source, span, message.into()))
    }

    /// Notes a warning.
    pub fn warning(
        &mut self,
        source: &Source,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Problem {
        self.push(Problem::new(
            Severity::Warning,
            source,
            span,
            message.into(),
        ))
    }

    /// Notes an error that has no place in a text, such as a file that is not there.
    pub fn error_in(
        &mut self,
        file: impl Into<String>,
        message: impl Into<String>,
    ) -> &mut Problem {
        let (file, message) = (file.into(), message.into());
        let severity = Severity::Error;
        self.push(Problem {
            severity,
            file,
            span: None,
            line: None,
            message,
            help: None,
        })
    }

    /// Two hooks may share a script or a secret; the same mistake is told once.
    fn push(&mut self, problem: Problem) -> &mut Problem {
        self.0.retain(|known| {
            (&known.file, known.span, &known.message)
                != (&problem.file, problem.span, &problem.message)
        });
        self.0.push_mut(problem)
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.0
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count()
    }

    /// How many warnings there are.
    pub fn warnings(&self) -> usize {
        self.0.len() - self.errors()
    }

    /// All of them in the order of their places, one file after the other.
    pub fn report(&self) -> String {
        let mut files: Vec<&str> = Vec::new();
        for problem in &self.0 {
            if !files.contains(&problem.file.as_str()) {
                files.push(&problem.file);
            }
        }
        let mut ordered: Vec<&Problem> = self.0.iter().collect();
        ordered.sort_by_key(|problem| {
            (
                files.iter().position(|file| *file == problem.file),
                problem.span,
            )
        });
        ordered.iter().fold(String::new(), |mut text, problem| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{problem}");
            text
        })
    }
}

/// `1 error`, `2 errors`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_shows_its_place_its_line_and_what_to_do() {
        let source = Source::new("hooks.yaml", "hooks:\n\t- evnt: x\n");
        let mut problems = Problems::default();
        let span = Span {
            line: 2,
            column: 4,
            length: 4,
        };
        problems
            .error(&source, span, "unknown key `evnt`")
            .help("did you mean `event`?");
        assert_eq!(
            problems.report(),
            "hooks.yaml:2:4: error: unknown key `evnt`\n    \
             2 | \t- evnt: x\n      | \t  ^^^^\n      = help: did you mean `event`?\n"
        );
    }

    #[test]
    fn problems_come_in_the_order_of_their_places() {
        let source = Source::new("a", "1\n2\n");
        let mut problems = Problems::default();
        problems.error(&source, Span::at(2, 1), "second");
        problems.warning(&source, Span::at(1, 1), "first");
        let report = problems.report();
        assert!(report.find("first") < report.find("second"), "{report}");
        assert_eq!((problems.errors(), problems.warnings()), (1, 1));
    }

    #[test]
    fn a_concealed_line_is_never_quoted() {
        let source = Source::new("a", "secrets:\n  A: hunter2\n");
        source.conceal(1..=2);
        let mut problems = Problems::default();
        problems.error(&source, Span::at(2, 6), "wrong");
        assert_eq!(problems.report(), "a:2:6: error: wrong\n");
    }

    #[test]
    fn no_line_of_a_file_with_a_private_key_is_quoted() {
        let source = Source::new("a", "-----BEGIN PRIVATE KEY-----\nMIIE\n");
        let mut problems = Problems::default();
        problems.error(&source, Span::at(2, 1), "not YAML");
        assert!(!problems.report().contains("MIIE"));
    }
}
