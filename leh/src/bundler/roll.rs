//! A run of Rolldown, and what it says in our words.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use oxc_sourcemap::{SourceMap, SourceMapParts, Token};
use rolldown::{
    Bundler, BundlerOptions, CodeSplittingMode, CommentsOptions, EsModuleFlag, InputItem,
    LegalComments, OutputExports, OutputFormat, Platform, RawMinifyOptions,
    RawMinifyOptionsDetailed, SourceMapType, StrictMode, TsConfig,
};
use rolldown_common::{Output, OutputChunk};
use rolldown_error::{BuildDiagnostic, DiagnosticOptions, EventKind};

use super::missing;
use super::resolve::{self, ENTRY, Resolver, path_of};
use super::sizes::Input;
use super::syntax::{self, Dialect, Look};
use super::{Bundled, ScriptProblem};

/// For syntax trees that are nested deeply: a package's generated parser has thousands of levels.
const STACK: usize = 64 << 20;

/// Bundles the script at `path`, which is what `look` saw of it, in the project at `root`; both are
/// absolute.
///
/// # Errors
/// Everything that keeps it from being bundled.
pub fn roll(root: &Path, path: &Path, look: &Look) -> Result<Bundled, Vec<ScriptProblem>> {
    let resolver = Arc::new(Resolver::new(path));
    // A script that has no module syntax keeps a scope of its own.
    let entry = if look.is_module {
        path.display().to_string()
    } else {
        ENTRY.to_owned()
    };
    let options = options(root, path, entry);
    let output = run(options, resolver.clone());
    let (chunk, warnings) = match output {
        Ok(output) => output,
        Err(Stopped::Problems(found)) => {
            let problem = |problem| told(root, path, problem);
            return Err(found.iter().map(problem).collect());
        }
        Err(Stopped::Broken(reason)) => {
            return Err(vec![ScriptProblem {
                file: shown(root, path),
                place: None,
                message: format!("the bundler could not finish: {reason}"),
                help: None,
            }]);
        }
    };
    let absent = missing::problems(root, path, &resolver);
    if !absent.is_empty() {
        return Err(absent);
    }
    let mut warnings: Vec<ScriptProblem> = warnings
        .iter()
        .filter(|warning| matches!(warning.kind(), EventKind::ImportIsUndefined))
        .map(|warning| told(root, path, warning))
        .filter(|warning| !is_in_package(&warning.file))
        .collect();
    warnings.extend(outside(root, path, &chunk));
    let map = chunk.map.clone().map(clean);
    Ok(Bundled {
        builtins: builtins(&chunk.code),
        source: chunk.code.clone(),
        map: map.map(|map| map.to_json_string()),
        inputs: parts(root, &chunk),
        warnings,
    })
}

fn options(root: &Path, path: &Path, entry: String) -> BundlerOptions {
    let define = [
        // What packages ask before they load their development build.
        ("process.env.NODE_ENV", "\"production\""),
        // There are no files: something to tell modules apart by is all it can be.
        ("import.meta.url", "\"file:///hook.js\""),
    ];
    let define = define.map(|(name, value)| (name.to_owned(), value.to_owned()));
    BundlerOptions {
        input: Some(vec![InputItem {
            name: Some("hook".to_owned()),
            import: entry,
        }]),
        cwd: Some(root.to_owned()),
        // Sources are told relative to it; nothing is written.
        dir: Some(root.display().to_string()),
        // Node's way to find modules: the conditions `node`, `import` or `require`, `default`, and
        // `main` before `module`, so that a package's own builds for Node are taken.
        platform: Some(Platform::Node),
        format: Some(OutputFormat::Cjs),
        exports: Some(OutputExports::Named),
        es_module: Some(EsModuleFlag::Always),
        // One file, in which `import()` is a promise of what is there already.
        code_splitting: Some(CodeSplittingMode::Bool(false)),
        dynamic_import_in_cjs: Some(false),
        // Packages of before 2015 break in strict mode; nobody's code breaks without.
        strict: Some(StrictMode::Never),
        // Results are known by the names of their classes, and errors by theirs.
        keep_names: Some(true),
        sourcemap: Some(SourceMapType::Hidden),
        sourcemap_exclude_sources: Some(true),
        // White space only: names and statements stay what messages and stacks call them.
        minify: Some(RawMinifyOptions::Object(RawMinifyOptionsDetailed {
            mangle: None,
            compress: None,
            remove_whitespace: true,
        })),
        legal_comments: Some(LegalComments::None),
        comments: Some(CommentsOptions {
            legal: false,
            annotation: false,
            jsdoc: false,
        }),
        define: Some(define.into_iter().collect()),
        // The project's own: packages ship theirs without what those extend.
        tsconfig: Some(match tsconfig(root, path) {
            Some(file) => TsConfig::Manual(file),
            None => TsConfig::Auto(false),
        }),
        ..BundlerOptions::default()
    }
}

/// The `tsconfig.json` nearest to the script, in the project.
fn tsconfig(root: &Path, path: &Path) -> Option<PathBuf> {
    path.ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(root))
        .map(|folder| folder.join("tsconfig.json"))
        .find(|file| file.is_file())
}

/// Why there is no output.
enum Stopped {
    /// What is wrong with the script or its packages.
    Problems(Vec<BuildDiagnostic>),
    /// What is wrong with us.
    Broken(String),
}

/// On a thread of its own, with a runtime of its own: whoever calls may be in one already, and the
/// bundler may panic.
fn run(
    options: BundlerOptions,
    resolver: Arc<Resolver>,
) -> Result<(Arc<OutputChunk>, Vec<BuildDiagnostic>), Stopped> {
    let broken = |error: &dyn std::fmt::Display| Stopped::Broken(error.to_string());
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|error| broken(&error))?;
        let bundled = runtime.block_on(async {
            Bundler::with_plugins(options, vec![resolver])?
                .generate()
                .await
        });
        let bundled = bundled.map_err(|problems| Stopped::Problems(problems.into_vec()))?;
        let chunk = bundled.assets.into_iter().find_map(|output| match output {
            Output::Chunk(chunk) => Some(chunk),
            Output::Asset(_) => None,
        });
        let chunk = chunk.ok_or_else(|| Stopped::Broken("it made nothing".to_owned()))?;
        Ok((chunk, bundled.warnings))
    };
    let thread = thread::Builder::new()
        .name("bundler".to_owned())
        .stack_size(STACK)
        .spawn(work)
        .map_err(|error| Stopped::Broken(error.to_string()))?;
    thread
        .join()
        .unwrap_or_else(|_| Err(Stopped::Broken("it panicked".to_owned())))
}

/// A problem in our form.
fn told(root: &Path, path: &Path, problem: &BuildDiagnostic) -> ScriptProblem {
    let options = DiagnosticOptions {
        cwd: root.to_owned(),
    };
    let place = problem.to_diagnostic_with(&options).get_primary_location();
    let message = problem.to_message_with(&options);
    let awaits = matches!(
        problem.kind(),
        EventKind::UnsupportedFeatureError | EventKind::RequireTlaError
    );
    let (message, help) = if awaits && message.to_lowercase().contains("top-level await") {
        (
            "`await` at the top level cannot be bundled with imports".to_owned(),
            Some("await it in the hook's function, or in one that it calls first".to_owned()),
        )
    } else {
        (message, None)
    };
    let (file, place) = match place {
        Some((file, line, column, _)) => {
            let file = path_of(&file).unwrap_or(&file).to_owned();
            (PathBuf::from(file), Some((line, column + 1)))
        }
        None => {
            let id = problem.id();
            let file = id.as_deref().and_then(path_of).map_or(path, Path::new);
            (shown(root, file), None)
        }
    };
    ScriptProblem {
        file,
        place,
        message,
        help,
    }
}

/// What comes from folders that a copy of the project would not have.
fn outside(root: &Path, path: &Path, chunk: &OutputChunk) -> Option<ScriptProblem> {
    let mut files = chunk
        .module_ids
        .iter()
        .filter_map(|id| path_of(id.as_str()));
    let file = files.find(|file| !Path::new(file).starts_with(root))?;
    Some(ScriptProblem {
        file: shown(root, path),
        place: None,
        message: format!(
            "it uses {}, which is outside the project's folder",
            shown(root, Path::new(file)).display()
        ),
        help: Some(
            "a copy of the project is bundled with whatever is there then; keep its packages in \
             its own folder"
                .to_owned(),
        ),
    })
}

/// Without what the bundler itself made, names, and its words after our paths.
fn clean(map: SourceMap<'static>) -> SourceMap<'static> {
    let parts = map.into_parts();
    let paths: Vec<Option<String>> = parts
        .sources
        .iter()
        .map(|source| path_of(source).map(str::to_owned))
        .collect();
    let written = |id: &u32| {
        let index = usize::try_from(*id).unwrap_or(usize::MAX);
        paths.get(index).is_some_and(Option::is_some)
    };
    let token = |token: &Token| {
        Token::new(
            token.get_dst_line(),
            token.get_dst_col(),
            token.get_src_line(),
            token.get_src_col(),
            token.get_source_id().filter(written),
            None,
        )
    };
    SourceMap::from_parts(SourceMapParts {
        tokens: parts.tokens.iter().map(token).collect(),
        sources: paths
            .iter()
            .map(|path| path.clone().unwrap_or_default().into())
            .collect(),
        ..SourceMapParts::default()
    })
}

/// How many bytes of the bundle came from which file: in proportion to what the files have before
/// white space goes (data files leave no trace in the source map).
fn parts(root: &Path, chunk: &OutputChunk) -> Vec<Input> {
    let files = || chunk.modules.keys.iter().zip(&chunk.modules.values);
    let all: usize = files().map(|(_, module)| module.rendered_length()).sum();
    let input = |(path, length): (&str, usize)| Input {
        path: shown(root, Path::new(path)).display().to_string(),
        bytes: length * chunk.code.len() / all.max(1),
    };
    files()
        .filter_map(|(id, module)| Some((path_of(id.as_str())?, module.rendered_length())))
        .map(input)
        .collect()
}

/// The built-in modules that the bundle still requires.
fn builtins(code: &str) -> Vec<String> {
    let look = syntax::look(code, Dialect::JavaScript).unwrap_or_default();
    let mut names: Vec<String> = look
        .requests
        .iter()
        .filter_map(|request| resolve::builtin(&request.specifier))
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// A path as it is told: relative to the project's folder.
pub fn shown(root: &Path, path: &Path) -> PathBuf {
    if let Ok(inside) = path.strip_prefix(root) {
        return inside.to_owned();
    }
    // The nearest folder above that both are in.
    for (up, above) in root.ancestors().enumerate() {
        if let Ok(rest) = path.strip_prefix(above) {
            let mut told: PathBuf = std::iter::repeat_n("..", up).collect();
            told.push(rest);
            return told;
        }
    }
    path.to_owned()
}

/// Whether a file is a package's, not the project's own.
pub fn is_in_package(file: &Path) -> bool {
    file.components()
        .any(|part| part.as_os_str() == "node_modules")
}
