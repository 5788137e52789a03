//! From source to bytecode: once, when the configuration loads.

use javy::quickjs::{CatchResultExt, CaughtError, Ctx, Module, WriteOptions};

use lifecycle::answer::{Failure, FailureKind};

use crate::bytecode::compile_script;

/// A script that does not compile or load.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", place(file, line, column))]
pub struct ScriptError {
    /// Its path in the project.
    pub file: String,
    /// What is wrong.
    pub message: String,
    /// Where, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
}

fn place(file: &str, line: &Option<u32>, column: &Option<u32>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}: "),
        (Some(line), None) => format!("{file}:{line}: "),
        _ => format!("{file}: "),
    }
}

/// A compiled script, to be loaded into each fresh context.
#[derive(Debug)]
pub enum Compiled {
    /// `module.exports = …`: a function of CommonJS's five parameters.
    CommonJs(Vec<u8>),
    /// `export default …`.
    Module(Vec<u8>),
}

/// Wrapped around CommonJS. On one line, so that line numbers stay the brand's own.
const WRAPPER: (&str, &str) = (
    "(function (exports, require, module, __filename, __dirname) {",
    "\n})",
);

/// Compiles `source` as CommonJS, or as a module when only that parses: the same rule as Node's.
pub fn compile(ctx: &Ctx<'_>, file: &str, source: &str) -> Result<Compiled, ScriptError> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    // A `#!` line is no JavaScript, but editors and people put it there.
    let source = if source.starts_with("#!") {
        format!("//{source}")
    } else {
        source.to_owned()
    };
    let wrapped = format!("{}{source}{}", WRAPPER.0, WRAPPER.1);
    let common = match compile_script(ctx, file, &wrapped).catch(ctx) {
        Ok(bytecode) => return Ok(Compiled::CommonJs(bytecode)),
        Err(error) => script_error(&Origin::common(file), &error),
    };
    let module = Module::declare(ctx.clone(), file, source.as_str())
        .and_then(|module| module.write(WriteOptions::default()))
        .catch(ctx);
    module.map(Compiled::Module).map_err(|error| {
        // Neither parses: the error of what the script seems to be helps.
        let is_module = has_module_syntax(&source);
        if is_module {
            script_error(&Origin::module(file), &error)
        } else {
            common
        }
    })
}

/// Where a script's own text is, in the places that the engine names.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Its path in the project.
    pub file: String,
    /// Columns of the first line before the script's own.
    indent: u32,
}

impl Origin {
    /// Of a script in the CommonJS wrapper.
    pub fn common(file: &str) -> Self {
        let indent = u32::try_from(WRAPPER.0.len()).unwrap_or_default();
        Origin {
            file: file.to_owned(),
            indent,
        }
    }

    /// Of a script as it is.
    pub fn module(file: &str) -> Self {
        Origin {
            file: file.to_owned(),
            indent: 0,
        }
    }
}

/// Whether a line begins with `import` or `export`: which of two errors helps is decided by it.
fn has_module_syntax(source: &str) -> bool {
    source.lines().map(str::trim_start).any(|line| {
        ["import", "export"].iter().any(|word| {
            line.strip_prefix(word).is_some_and(|rest| {
                rest.starts_with(|next: char| next.is_whitespace() || "{*\"'".contains(next))
            })
        })
    })
}

/// What was thrown while a script compiled or loaded.
pub fn script_error(origin: &Origin, error: &CaughtError<'_>) -> ScriptError {
    let thrown = Thrown::read(error);
    let place = thrown.place_in(origin);
    ScriptError {
        file: origin.file.clone(),
        message: thrown.message,
        line: place.map(|(line, _)| line),
        column: place.and_then(|(_, column)| column),
    }
}

/// What a person needs of a thrown value.
pub struct Thrown {
    /// `TypeError: …`, or the value itself.
    pub message: String,
    stack: String,
}

impl Thrown {
    pub fn read(error: &CaughtError<'_>) -> Self {
        match error {
            CaughtError::Exception(exception) => {
                let object = exception.as_object();
                let name: String = object.get("name").unwrap_or_else(|_| "Error".into());
                let message = exception.message().unwrap_or_default();
                let stack = exception.stack().unwrap_or_default();
                Thrown {
                    message: format!("{name}: {message}"),
                    stack,
                }
            }
            CaughtError::Value(value) => {
                let text = value.as_string().and_then(|text| text.to_string().ok());
                let shown = text.or_else(|| {
                    let json = value.ctx().json_stringify(value.clone()).ok()??;
                    json.to_string().ok()
                });
                let shown = shown.unwrap_or_else(|| value.type_name().to_owned());
                Thrown {
                    message: format!("thrown: {shown}"),
                    stack: String::new(),
                }
            }
            CaughtError::Error(error) => Thrown {
                message: error.to_string(),
                stack: String::new(),
            },
        }
    }

    /// The first frame of the stack in the script: line, and column when there is one.
    pub fn place_in(&self, origin: &Origin) -> Option<(u32, Option<u32>)> {
        self.stack.lines().find_map(|frame| {
            let (_, after) = frame.split_once(&origin.file)?;
            let mut numbers = after
                .strip_prefix(':')?
                .split(|c: char| !c.is_ascii_digit());
            let line: u32 = numbers.next()?.parse().ok()?;
            let column: Option<u32> = numbers.next().and_then(|column| column.parse().ok());
            // The engine counts the first line's columns from 0, all others' from 1.
            let (indent, base) = if line == 1 {
                (origin.indent, 1)
            } else {
                (0, 0)
            };
            // The engine sometimes names an earlier token's column: then there is none of ours.
            Some((
                line,
                column
                    .and_then(|column| (column + base).checked_sub(indent))
                    .filter(|column| *column > 0),
            ))
        })
    }

    /// Why an invocation failed, with where in the script.
    pub fn failure(&self, origin: &Origin) -> Failure {
        Failure::new(FailureKind::Exception, self.at(origin))
    }

    /// The message, with where in the script it was thrown.
    pub fn at(&self, origin: &Origin) -> String {
        let file = &origin.file;
        match self.place_in(origin) {
            Some((line, Some(column))) => format!("{} ({file}:{line}:{column})", self.message),
            Some((line, None)) => format!("{} ({file}:{line})", self.message),
            None => format!("{} (in {file})", self.message),
        }
    }
}
