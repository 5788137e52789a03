//! `leh`: checks and builds hook projects, configures and runs Envoy with them, and is the relay
//! for their asynchronous hooks.
//!
//! A command's way: [`cli`] reads the command line, [`project`] the project; [`discovery`] asks
//! the platform where its endpoints are; [`build`] makes the bundle; [`envoy`] the configuration
//! around it, and runs Envoy for [`up`].

mod build;
mod bundler;
mod cli;
mod commands;
mod discovery;
mod envoy;
mod log;
mod output;
mod place;
mod project;
mod relay;
mod report;
mod sandbox;
mod test_hook;
mod types;
mod up;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::commands::Failure;

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&Failure::new(format!("no threads: {error}"))),
    };
    // On this thread, the one that lives as long as the process (see `Envoy::start`).
    match runtime.block_on(run(command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failed(&failure),
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Check(options) => commands::check(&options),
        Command::Build(options) => commands::build(&options).await,
        Command::Envoy(options) => commands::envoy(&options).await,
        Command::Up(options) => up::run(&options).await,
        Command::Test(options) => test_hook::run(&options),
        Command::Run(options) => test_hook::run_live(&options),
        Command::Sample(options) => test_hook::sample(&options),
        Command::Types(options) => types::run(&options),
        Command::Relay(options) => up::relay(&options).await,
        Command::ExecWithParent(options) => {
            let cli::ExecWithParent {
                parent,
                program,
                arguments,
            } = options;
            let error = envoy::process::exec_with_parent(parent, &program, &arguments);
            Err(Failure::new(format!(
                "{} cannot be started: {error}",
                program.display()
            )))
        }
    }
}

fn failed(failure: &Failure) -> ExitCode {
    eprintln!("{}", failure.text());
    ExitCode::from(failure.code())
}
