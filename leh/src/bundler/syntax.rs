//! What a file imports, and where: read from its syntax tree.

use std::path::Path;

use oxc::allocator::Allocator;
use oxc::ast::ast;
use oxc::ast_visit::{Visit, walk};
use oxc::parser::{ParseOptions, Parser, ParserReturn};
use oxc::semantic::SemanticBuilder;
use oxc::span::SourceType;
use oxc::syntax::scope::ScopeFlags;

/// The language of a file, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    JavaScript,
    TypeScript,
    /// With elements (`<p>…</p>`) in either language.
    Jsx,
}

impl Dialect {
    pub fn of(path: &Path) -> Self {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("ts" | "mts" | "cts") => Dialect::TypeScript,
            Some("tsx" | "jsx") => Dialect::Jsx,
            _ => Dialect::JavaScript,
        }
    }

    /// As what it is read: the first that it can be, as Node does with files that nothing names.
    fn source_types(self) -> Vec<SourceType> {
        match self {
            Dialect::JavaScript => vec![SourceType::cjs(), SourceType::mjs()],
            Dialect::TypeScript => vec![SourceType::ts()],
            Dialect::Jsx => vec![SourceType::tsx()],
        }
    }
}

/// How a module is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `import … from`, `export … from`.
    Import,
    /// `require("…")`, `import x = require("…")`.
    Require,
    /// `import("…")`.
    Dynamic,
}

/// A module that a file asks for by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub specifier: String,
    pub kind: Kind,
    /// In a `try` block: the file has an answer to its absence.
    pub guarded: bool,
    /// In a function: it may never be asked for.
    pub in_function: bool,
    /// Where the name begins, in bytes.
    pub offset: usize,
}

/// What a file is made of, as far as bundling depends on it.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// It has `import` or `export` declarations.
    pub is_module: bool,
    /// It mentions `require`, `module` or `exports` as CommonJS has them.
    pub uses_commonjs: bool,
    /// In the order of their places.
    pub requests: Vec<Request>,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub message: String,
    pub help: Option<String>,
    /// Where, in bytes.
    pub offset: usize,
}

/// Reads a file.
///
/// # Errors
/// What is wrong with it as the last language tried.
pub fn look(source: &str, dialect: Dialect) -> Result<Look, Vec<SyntaxError>> {
    let mut errors = Vec::new();
    for source_type in dialect.source_types() {
        match look_as(source, source_type) {
            Ok(look) => return Ok(look),
            Err(found) => errors = found,
        }
    }
    Err(errors)
}

/// Whether a file is a script that no module may be: with old octal numbers, or `with`.
pub fn is_sloppy(source: &str) -> bool {
    let valid = |source_type| {
        let allocator = Allocator::default();
        let parsed = parse(&allocator, source, source_type);
        let read = !parsed.panicked && parsed.diagnostics.is_empty();
        // The parser leaves what only strict mode forbids to this.
        let checked = || {
            let checker = SemanticBuilder::new().with_check_syntax_error(true);
            checker.build(&parsed.program).diagnostics.is_empty()
        };
        read && checked()
    };
    !valid(SourceType::mjs()) && valid(SourceType::cjs())
}

fn parse<'a>(
    allocator: &'a Allocator,
    source: &'a str,
    source_type: SourceType,
) -> ParserReturn<'a> {
    Parser::new(allocator, source, source_type)
        .with_options(ParseOptions {
            allow_return_outside_function: true,
            ..ParseOptions::default()
        })
        .parse()
}

fn look_as(source: &str, source_type: SourceType) -> Result<Look, Vec<SyntaxError>> {
    let allocator = Allocator::default();
    let parsed = parse(&allocator, source, source_type);
    if parsed.panicked || !parsed.diagnostics.is_empty() {
        let error = |error: &oxc::diagnostics::OxcDiagnostic| SyntaxError {
            message: error.message.to_string(),
            help: error.help.as_ref().map(ToString::to_string),
            offset: error
                .labels
                .first()
                .map(|label| usize::try_from(label.offset()).unwrap_or_default())
                .unwrap_or_default(),
        };
        return Err(parsed.diagnostics.iter().map(error).collect());
    }
    let mut reader = Reader {
        look: Look {
            is_module: parsed.module_record.has_module_syntax,
            ..Look::default()
        },
        guards: 0,
        functions: 0,
    };
    reader.visit_program(&parsed.program);
    Ok(reader.look)
}

/// Line and column, from 1, of a byte; columns in characters.
pub fn place(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}

struct Reader {
    look: Look,
    guards: usize,
    functions: usize,
}

impl Reader {
    fn request(&mut self, name: &ast::StringLiteral<'_>, kind: Kind) {
        self.look.requests.push(Request {
            specifier: name.value.to_string(),
            kind,
            guarded: self.guards > 0,
            in_function: self.functions > 0,
            offset: usize::try_from(name.span.start).unwrap_or_default(),
        });
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_import_declaration(&mut self, it: &ast::ImportDeclaration<'a>) {
        if !it.import_kind.is_type() {
            self.request(&it.source, Kind::Import);
        }
    }

    fn visit_export_all_declaration(&mut self, it: &ast::ExportAllDeclaration<'a>) {
        if !it.export_kind.is_type() {
            self.request(&it.source, Kind::Import);
        }
    }

    fn visit_export_from_declaration(&mut self, it: &ast::ExportFromDeclaration<'a>) {
        if !it.export_kind.is_type() {
            self.request(&it.source, Kind::Import);
        }
    }

    fn visit_ts_external_module_reference(&mut self, it: &ast::TSExternalModuleReference<'a>) {
        self.request(&it.expression, Kind::Require);
    }

    fn visit_import_expression(&mut self, it: &ast::ImportExpression<'a>) {
        if let ast::Expression::StringLiteral(name) = &it.source {
            self.request(name, Kind::Dynamic);
        }
        walk::walk_import_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &ast::CallExpression<'a>) {
        if let (true, [ast::Argument::StringLiteral(name)]) =
            (it.callee.is_specific_id("require"), it.arguments.as_slice())
        {
            self.request(name, Kind::Require);
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_identifier_reference(&mut self, it: &ast::IdentifierReference<'a>) {
        if ["require", "module", "exports"].contains(&it.name.as_str()) {
            self.look.uses_commonjs = true;
        }
    }

    fn visit_try_statement(&mut self, it: &ast::TryStatement<'a>) {
        // What the handler asks for is not guarded.
        self.guards += 1;
        self.visit_block_statement(&it.block);
        self.guards -= 1;
        if let Some(handler) = &it.handler {
            self.visit_catch_clause(handler);
        }
        if let Some(finalizer) = &it.finalizer {
            self.visit_block_statement(finalizer);
        }
    }

    fn visit_function(&mut self, it: &ast::Function<'a>, flags: ScopeFlags) {
        self.functions += 1;
        walk::walk_function(self, it, flags);
        self.functions -= 1;
    }

    fn visit_arrow_function_expression(&mut self, it: &ast::ArrowFunctionExpression<'a>) {
        self.functions += 1;
        walk::walk_arrow_function_expression(self, it);
        self.functions -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(source: &str) -> Vec<(String, Kind, bool, bool)> {
        let look = look(source, Dialect::JavaScript).unwrap();
        let tuple = |r: Request| (r.specifier, r.kind, r.guarded, r.in_function);
        look.requests.into_iter().map(tuple).collect()
    }

    #[test]
    fn what_is_asked_for_is_known_with_how_and_where() {
        let found = requests(
            "const a = require('a'); try { require('b') } catch { require('c') }\n\
             const d = () => import('d'); require(name); other.require('e'); require.resolve('f');",
        );
        let expected = [
            ("a", Kind::Require, false, false),
            ("b", Kind::Require, true, false),
            ("c", Kind::Require, false, false),
            ("d", Kind::Dynamic, false, true),
        ];
        let expected = expected.map(|(name, kind, g, f)| (name.to_owned(), kind, g, f));
        assert_eq!(found, expected);
        let found = requests("import a from 'a'; export * from 'b'; export { c } from 'c';");
        assert!(found.iter().all(|(_, kind, ..)| *kind == Kind::Import));
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_module_is_told_from_a_script_and_old_scripts_are_read() {
        assert!(
            look("export default 1", Dialect::JavaScript)
                .unwrap()
                .is_module
        );
        let old = "with (a) { b = '\\01'; } return;";
        assert!(!look(old, Dialect::JavaScript).unwrap().is_module);
        assert!(is_sloppy(old) && is_sloppy("010") && is_sloppy("with (a) b"));
        assert!(!is_sloppy("module.exports = 1"));
        assert!(!is_sloppy("export default 1"));
    }

    #[test]
    fn places_count_lines_and_characters_from_one() {
        assert_eq!(place("ä\nöx", 5), (2, 2));
        assert_eq!(place("", 0), (1, 1));
    }
}
