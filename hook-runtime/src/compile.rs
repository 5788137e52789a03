//! From source to bytecode: once, when the configuration loads.

use std::rc::Rc;

use javy::quickjs::{CatchResultExt, CaughtError, Ctx, Module, Object, Value, WriteOptions};
use lifecycle::answer::{Failure, FailureKind, Place};
use lifecycle::source_map::SourceMap;

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
    /// From the bundled script to the files that it was made of.
    map: Option<Rc<SourceMap>>,
}

impl Origin {
    /// Of a script in the CommonJS wrapper.
    pub fn common(file: &str) -> Self {
        let indent = u32::try_from(WRAPPER.0.len()).unwrap_or_default();
        Origin {
            file: file.to_owned(),
            indent,
            map: None,
        }
    }

    /// Of a script as it is.
    pub fn module(file: &str) -> Self {
        Origin {
            file: file.to_owned(),
            indent: 0,
            map: None,
        }
    }

    /// The same, made from other files by a bundler.
    pub fn bundled(mut self, map: Option<Rc<SourceMap>>) -> Self {
        self.map = map;
        self
    }

    /// The place in somebody's own file that `after`, what follows the script's name in a frame of a
    /// stack, tells; with how much of it was read.
    fn place(&self, after: &str) -> Option<(Place, usize)> {
        let numbers = after.strip_prefix(':')?;
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let length = digits(numbers);
        let line: u32 = numbers.get(..length)?.parse().ok()?;
        let mut read = 1 + length;
        let mut column = None;
        if let Some(rest) = numbers
            .get(length..)
            .and_then(|rest| rest.strip_prefix(':'))
        {
            let length = digits(rest);
            column = rest
                .get(..length)
                .and_then(|column| column.parse::<u32>().ok());
            read += 1 + length;
        }
        // The engine counts the first line's columns from 0, all others' from 1.
        let (indent, base) = if line == 1 { (self.indent, 1) } else { (0, 0) };
        // The engine sometimes names an earlier token's column: then there is none of ours.
        let column = column
            .and_then(|column| (column + base).checked_sub(indent))
            .filter(|column| *column > 0);
        let place = match &self.map {
            None => Place {
                file: self.file.clone(),
                line,
                column,
            },
            Some(map) => {
                let (file, line, column) = map.locate(line, column)?;
                Place {
                    file: file.to_owned(),
                    line,
                    column: Some(column),
                }
            }
        };
        Some((place, read))
    }

    /// `text` with the places of a bundled script led back to the files that it was made of.
    pub fn led_back(&self, text: String) -> String {
        if self.map.is_none() || !text.contains(&self.file) {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(&self.file) {
            out.push_str(before);
            match self.place(after) {
                Some((place, read)) => {
                    out.push_str(&place.to_string());
                    rest = after.get(read..).unwrap_or_default();
                }
                None => {
                    out.push_str(&self.file);
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
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
        file: place
            .as_ref()
            .map_or_else(|| origin.file.clone(), |place| place.file.clone()),
        message: thrown.message,
        line: place.as_ref().map(|place| place.line),
        column: place.and_then(|place| place.column),
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
                let mut message = exception.message().unwrap_or_default();
                // `fetch failed` alone helps nobody.
                if let Ok(cause) = object.get::<_, Object<'_>>("cause")
                    && let Ok(text) = cause.get::<_, String>("message")
                {
                    message = format!("{message}, because {text}");
                }
                let stack = exception.stack().unwrap_or_default();
                Thrown {
                    message: format!("{name}: {message}"),
                    stack,
                }
            }
            CaughtError::Value(value) => {
                if let Some(thrown) = Self::like_an_error(value) {
                    return thrown;
                }
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

    /// What says that it is an error, and is none to the engine: classes of the time before `class`
    /// have `Error.prototype` above theirs, and no more.
    fn like_an_error(value: &Value<'_>) -> Option<Self> {
        let object = value.as_object()?;
        let text = |name: &str| object.get::<_, Option<String>>(name).ok().flatten();
        let (name, message) = (text("name")?, text("message")?);
        Some(Thrown {
            message: format!("{name}: {message}"),
            stack: text("stack").unwrap_or_default(),
        })
    }

    /// The first frame of the stack in a file of the script's author; in a package, when there is no
    /// other.
    pub fn place_in(&self, origin: &Origin) -> Option<Place> {
        let places = self.stack.lines().filter_map(|frame| {
            let (_, after) = frame.split_once(&origin.file)?;
            Some(origin.place(after)?.0)
        });
        let places: Vec<Place> = places.collect();
        let own = |place: &&Place| !place.file.contains("node_modules/");
        places.iter().find(own).or(places.first()).cloned()
    }

    /// Why an invocation failed, with where in the script.
    pub fn failure(&self, origin: &Origin) -> Failure {
        let place = self.place_in(origin);
        let message = match &place {
            Some(place) => format!("{} ({place})", self.message),
            None => format!("{} (in {})", self.message, origin.file),
        };
        Failure {
            kind: FailureKind::Exception,
            message,
            place,
        }
    }
}
