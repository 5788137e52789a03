//! The command line. What `--help` prints is documentation: each command says what it is for and
//! shows how it is used.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use lifecycle::event::EventType;

use crate::project::{Address, Upstream};

/// Lifecycle event hooks for any identity platform, run by an Envoy in front of it.
///
/// A project is a folder with a `hooks.yaml`: the platform, and scripts bound to lifecycle events
/// such as `pre-id-token-generation`.
#[derive(Debug, Parser)]
#[command(
    name = "leh",
    version,
    after_help = "\
Examples:
  leh check my-hooks                                  find every mistake, change nothing
  leh up my-hooks --upstream http://127.0.0.1:5000    run Envoy with the hooks, for development
  leh envoy my-hooks --relay relay:9903 -o envoy.yaml   write the configuration for production"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Check(Check),
    Build(Build),
    Envoy(Envoy),
    Up(Up),
    Test(Test),
    Run(Run),
    Sample(Sample),
    Types(Types),
    Relay(Relay),
    #[command(hide = true)]
    ExecWithParent(ExecWithParent),
}

/// Find every mistake in a project: in hooks.yaml, the profile and the scripts
///
/// Prints each with its file, line and column, and what to do about it. Asks nobody and writes
/// nothing. Exits with 0 when hooks could run, else with 1; warnings alone are no failure.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  leh check                 the project in this folder
  leh check examples/first-hook")]
pub struct Check {
    #[command(flatten)]
    pub project: ProjectFolder,
}

/// Make the one file that the filter and the relay load
///
/// The bundle has the scripts with the packages that they import, their settings and the platform's
/// endpoints, for which the platform is asked unless the profile names them. It holds references to
/// secrets, not secrets. The same project gives the same bytes.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  leh build                                        writes .leh/bundle.json
  leh build --json                                 tells what the scripts are made of, for programs
  leh build my-hooks --upstream http://127.0.0.1:5000 -o bundle.json")]
pub struct Build {
    #[command(flatten)]
    pub project: ProjectFolder,
    #[command(flatten)]
    pub platform: Platform,
    /// Where the bundle goes; `-` is the standard output [default: PROJECT/.leh/bundle.json]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print the report on the scripts' sizes as JSON
    #[arg(long)]
    pub json: bool,
}

/// Write the configuration with which Envoy runs the hooks
///
/// The filter is enabled on the lifecycle routes only; all other traffic passes unchanged and at
/// Envoy's own speed. Comments in the file explain its settings. Secrets are read from Envoy's
/// environment; the head of the file says which variables it needs.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  leh envoy --upstream http://127.0.0.1:5000 > envoy.yaml && envoy -c envoy.yaml
  leh envoy my-hooks --listen 0.0.0.0:8080 --filter /etc/envoy/lifecycle_hooks.wasm -o envoy.yaml")]
pub struct Envoy {
    #[command(flatten)]
    pub project: ProjectFolder,
    #[command(flatten)]
    pub platform: Platform,
    #[command(flatten)]
    pub filter: Filter,
    /// Where Envoy listens, as IP:PORT
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where Envoy's admin interface listens; whoever reaches it can stop Envoy
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9901")]
    pub admin: SocketAddr,
    /// Where the relay is [default: `relay.address` of hooks.yaml, or 127.0.0.1:9903]
    #[arg(long, value_name = "HOST:PORT")]
    pub relay: Option<Address>,
    /// Where the configuration goes; `-` is the standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,
}

/// Run Envoy with the hooks, and the relay, until Ctrl-C
///
/// Checks and builds the project, starts both, and prints `ready: URL` when customers can come.
/// What hooks log, and what Envoy complains about, goes to the standard error.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  leh up --upstream http://127.0.0.1:5000
  leh up my-hooks --upstream https://id.example.com --listen 127.0.0.1:9000

Envoy is the one of --envoy, of the variable LEH_ENVOY, in PATH, or .venv/bin/envoy in this folder
or above.")]
pub struct Up {
    #[command(flatten)]
    pub project: ProjectFolder,
    #[command(flatten)]
    pub platform: Platform,
    #[command(flatten)]
    pub filter: Filter,
    /// Where Envoy listens, as IP:PORT; port 0 is a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Where Envoy's admin interface listens; port 0 is a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub admin: SocketAddr,
    /// The relay's database of deliveries [default: PROJECT/.leh/relay.db]
    #[arg(long, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// The Envoy program
    #[arg(long, value_name = "FILE")]
    pub envoy: Option<PathBuf>,
    /// Envoy's worker threads [default: one for each core]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub concurrency: Option<u32>,
}

/// Run a hook against an event and tell what it would do
///
/// The same sandbox, limits and rules as in Envoy; its calls are answered by mocks. Without HOOK,
/// every hook of the project runs against every file in `events` that it is for. Exits with 0 when
/// the hook ran and its answer can be used, with 1 when not, with 2 when the command is wrong.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  leh test                                           every hook, every event
  leh test add-tier                                  against a sample event
  leh test add-tier --event events/login.json --mocks crm.yaml
  leh test add-tier.js --on pre-registration         a script without a project
  leh test add-tier --event events/login.json --snapshot
  leh test hooks/add-tier.js --json                  for programs

Mocks are a list, in JSON or YAML; the first that matches answers:
  - { method: POST, url: \"https://crm.example.com/*\", request_body: { a: 1 },
      status: 200, headers: {}, body: { tier: gold }, delay: 50ms, times: 1 }
  - { url_matches: \"^https://crm\", fail: ECONNREFUSED }      # or timeout
  - { dns: example.com, record: MX, records: [{ exchange: mx.example.com, priority: 10 }] }
Without --mocks, those beside the event are taken: events/login.mocks.yaml.")]
pub struct Test {
    /// The hook, by its name or its script [default: all of them]
    #[arg(value_name = "HOOK")]
    pub hook: Option<String>,
    /// The folder with hooks.yaml
    #[arg(long, value_name = "PROJECT", default_value = ".")]
    pub project: PathBuf,
    /// A file with the `args` of the hook, JSON or YAML [default: a sample of its event]
    #[arg(long, value_name = "FILE")]
    pub event: Option<PathBuf>,
    /// The event at which it runs [default: the one it is bound to, or `event.type` of the file]
    #[arg(long, value_name = "EVENT")]
    pub on: Option<EventType>,
    /// A file with answers to its calls
    #[arg(long, value_name = "FILE")]
    pub mocks: Option<PathBuf>,
    /// Print one JSON object (without HOOK, a list of them)
    #[arg(long)]
    pub json: bool,
    /// Hold result and calls against `NAME.snapshot.json` beside the event; written where missing
    #[arg(long)]
    pub snapshot: bool,
    /// Write the snapshot anew
    #[arg(long)]
    pub update: bool,
    /// Run again whenever a file changes
    #[arg(long)]
    pub watch: bool,
}

/// Run a hook against an event, with its calls made for real
///
/// Like `leh test`, but what the hook calls is called: the hosts in `egress` of hooks.yaml, with
/// their headers.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  leh run add-tier --event events/login.json
  leh run add-tier --json")]
pub struct Run {
    /// The hook, by its name or its script
    #[arg(value_name = "HOOK")]
    pub hook: String,
    /// The folder with hooks.yaml
    #[arg(long, value_name = "PROJECT", default_value = ".")]
    pub project: PathBuf,
    /// A file with the `args` of the hook, JSON or YAML [default: a sample of its event]
    #[arg(long, value_name = "FILE")]
    pub event: Option<PathBuf>,
    /// The event at which it runs [default: the one it is bound to, or `event.type` of the file]
    #[arg(long, value_name = "EVENT")]
    pub on: Option<EventType>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Show the arguments of an event that could have happened
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  leh sample --list
  leh sample pre-registration > events/registration.json")]
pub struct Sample {
    /// The event
    #[arg(value_name = "EVENT", required_unless_present = "list")]
    pub event: Option<EventType>,
    /// Name all events
    #[arg(long)]
    pub list: bool,
}

/// Write TypeScript declarations of what hooks are given and may answer, for editors and tsc
///
/// The file has the arguments of every event, the results, `event` and `api` of triggers, and the names
/// that this project's hooks.yaml gives to variables and secrets. Scripts in JavaScript are checked, too,
/// with `// @ts-check` and `/** @type {Hook<"pre-registration">} */`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  leh types                 writes lifecycle-hooks.d.ts, then: npx tsc --noEmit --allowJs
  leh types my-hooks -o types/hooks.d.ts")]
pub struct Types {
    #[command(flatten)]
    pub project: ProjectFolder,
    /// Where the declarations go; `-` is the standard output [default: PROJECT/lifecycle-hooks.d.ts]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Store and run asynchronous hooks, and run the synchronous ones whose place is the relay
///
/// Takes deliveries from the filter, stores each before it acknowledges it, and runs its script
/// off the customer's path. After a crash it goes on where it was. Prints what the scripts print
/// and how each delivery ended; GET /v1/deliveries lists them, GET /healthz says `ok`, GET /metrics
/// is for Prometheus. SIGHUP makes it read the bundle and its values again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  leh build my-hooks -o bundle.json
  leh relay --bundle bundle.json --store /var/lib/leh/relay.db --listen 0.0.0.0:9903

Values that the bundle refers to are taken from the environment: NAME, or NAME_FILE with the path of
a file. Whoever reaches the relay can make it run hooks: let only Envoy reach it.")]
pub struct Relay {
    /// What `leh build` made
    #[arg(long, value_name = "FILE")]
    pub bundle: PathBuf,
    /// The database of deliveries, made when it is not there
    #[arg(long, value_name = "FILE", default_value = ".leh/relay.db")]
    pub store: PathBuf,
    /// Where it listens, as IP:PORT
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9903")]
    pub listen: SocketAddr,
}

/// Which project.
#[derive(Debug, Args)]
pub struct ProjectFolder {
    /// The folder with hooks.yaml
    #[arg(value_name = "PROJECT", default_value = ".")]
    pub folder: PathBuf,
}

/// Which installation of the platform.
#[derive(Debug, Args)]
pub struct Platform {
    /// The platform's URL; wins over `upstream:` in hooks.yaml
    #[arg(long, value_name = "URL")]
    pub upstream: Option<Upstream>,
}

/// Which filter.
#[derive(Debug, Args)]
pub struct Filter {
    /// The filter for Envoy [default: lifecycle_hooks.wasm beside this program]
    #[arg(long, value_name = "PATH")]
    pub filter: Option<PathBuf>,
}

/// Becomes a program that ends with the process that started it. For `leh up` alone.
#[derive(Debug, Args)]
pub struct ExecWithParent {
    pub parent: i32,
    pub program: PathBuf,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub arguments: Vec<OsString>,
}
