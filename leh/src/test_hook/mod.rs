//! `leh test` and `leh run`: a hook against an event, as filter or relay would run it, and what it
//! would do. `leh sample` shows the events that could have happened.
//!
//! The way of a run: [`subject`] finds the hook, [`event`] its arguments, [`record`] notes what
//! happens, [`report`] tells it; [`snapshot`] holds it against an earlier run. [`all`] does so for
//! every hook of a project, and [`watch`] whenever a file changes.

mod all;
mod event;
mod record;
mod report;
mod snapshot;
mod subject;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use hook_runtime::{Form, Settings};
use lifecycle::event::EventType;
use lifecycle::trigger;
use tokio::runtime::Handle;

use self::event::Event;
use self::record::Recorder;
use self::report::Report;
use self::subject::Subject;
use crate::cli::{Run, Sample, Test};
use crate::commands::Failure;
use crate::sandbox::live::{Live, SystemNames};
use crate::sandbox::mocks::Mocks;
use crate::sandbox::{About, Driver, Job, Network};

/// How one run is to be made.
#[derive(Clone, Debug, Default)]
struct Terms {
    /// The event, when it is not that of the hook.
    on: Option<EventType>,
    /// The file with the arguments.
    event: Option<PathBuf>,
    /// The file with answers to calls; with `live`, calls are made.
    mocks: Option<PathBuf>,
    live: bool,
}

/// `leh test`.
pub fn run(options: &Test) -> Result<(), Failure> {
    if options.watch {
        return watch::forever(&watched(options), || once(options));
    }
    once(options)
}

/// `leh run`.
pub fn run_live(options: &Run) -> Result<(), Failure> {
    let terms = Terms {
        on: options.on,
        event: options.event.clone(),
        mocks: None,
        live: true,
    };
    let subject = Subject::find(&options.project, &options.hook, true)?;
    told(&perform(&subject, &terms)?, options.json)
}

/// `leh sample`.
pub fn sample(options: &Sample) -> Result<(), Failure> {
    match (&options.event, options.list) {
        (Some(event), false) => println!("{:#}", lifecycle::sample::args(*event)),
        _ => EventType::ALL.iter().for_each(|event| println!("{event}")),
    }
    Ok(())
}

fn once(options: &Test) -> Result<(), Failure> {
    let terms = Terms {
        on: options.on,
        event: options.event.clone(),
        mocks: options.mocks.clone(),
        live: false,
    };
    let Some(hook) = &options.hook else {
        return all::run(options, &terms);
    };
    let subject = Subject::find(&options.project, hook, false)?;
    let report = perform(&subject, &terms)?;
    let same = match options.snapshot || options.update {
        true => {
            let file = snapshot::file(&subject.root, &terms, report.event);
            snapshot::check(&file, &report, options.update)?
        }
        false => Ok(()),
    };
    let told = told(&report, options.json);
    same.map_err(Failure::new)?;
    told
}

/// What a person or a program is told, and whether the run went well.
fn told(report: &Report, json: bool) -> Result<(), Failure> {
    if json {
        println!("{:#}", report.to_json());
    } else {
        print!("{}", report.to_text());
    }
    for unused in &report.unused_mocks {
        eprintln!("warning: no call matched the mock `{unused}`");
    }
    match report.failed() {
        false => Ok(()),
        true => Err(Failure::new(format!("hook `{}` failed", report.hook))),
    }
}

/// Runs the hook.
///
/// # Errors
/// It could not even begin: a file is missing, or is not what it should be.
fn perform(subject: &Subject, terms: &Terms) -> Result<Report, Failure> {
    let begun = Instant::now();
    let given = terms.event.as_deref().map(Event::read).transpose()?;
    let runtime = Handle::current();
    let (network, mocks): (Arc<dyn Network>, Option<Arc<Mocks>>) = if terms.live {
        let egress = subject.egress.clone().unwrap_or_default();
        let names = Arc::new(SystemNames::default());
        let live = Live::new(egress, names, runtime).map_err(Failure::new)?;
        (Arc::new(live), None)
    } else {
        let file = mocks_file(terms);
        let mocks = match &file {
            Some(file) => {
                Mocks::load(file, subject.egress.clone(), runtime).map_err(Failure::usage)?
            }
            None => Mocks::none(subject.egress.clone(), runtime),
        };
        let mocks = Arc::new(mocks);
        (mocks.clone(), Some(mocks))
    };
    let planned = &subject.planned;
    let mut report = Report::new(subject, begun);
    let settings = Settings::of(planned);
    let mut driver = match Driver::load(settings, network) {
        Ok(driver) => driver,
        Err(error) => {
            report.event = decided(subject, terms, given.as_ref(), &[]);
            report.broken(&error);
            return Ok(report);
        }
    };
    let triggers = driver.hook().triggers().to_vec();
    let event = decided(subject, terms, given.as_ref(), &triggers);
    report.event = event;
    report.form = Some(driver.hook().form());
    if driver.hook().form() == Form::Trigger
        && let Err(error) = trigger::check(event, &triggers)
    {
        report.misbound(&error.to_string());
        return Ok(report);
    }
    let args = event::args(given, event, &triggers, planned);
    let recorder = Recorder::new(subject.egress.clone());
    let started = Instant::now();
    driver.run(Job {
        about: About {
            traceparent: None,
            response_bytes: planned.hook.limits.response_bytes,
        },
        args,
        asked: started,
        give_up: None,
        observer: Box::new(recorder.clone()),
    });
    report.take(recorder.take(), started.elapsed());
    report.unused_mocks = mocks.map(|mocks| mocks.unused()).unwrap_or_default();
    Ok(report)
}

/// The event: as the command line says, as the hook is bound, as the file says, as the script's
/// triggers say, or the one that most hooks are for.
fn decided(
    subject: &Subject,
    terms: &Terms,
    given: Option<&Event>,
    triggers: &[String],
) -> EventType {
    let of_trigger = || {
        trigger::Trigger::ALL
            .iter()
            .filter(|trigger| triggers.iter().any(|name| name == trigger.function()))
            .find_map(|trigger| trigger.events().last().copied())
    };
    let bound = subject.bound.then_some(subject.planned.hook.event);
    terms
        .on
        .or(bound)
        .or_else(|| given.and_then(Event::kind))
        .or_else(of_trigger)
        .unwrap_or(EventType::PreIdTokenGeneration)
}

/// The mocks of the command line, else those beside the event: `login.mocks.yaml` for `login.json`.
fn mocks_file(terms: &Terms) -> Option<PathBuf> {
    let beside = || {
        let event = terms.event.as_deref()?;
        ["mocks.yaml", "mocks.yml", "mocks.json"]
            .iter()
            .map(|ending| event.with_extension(ending))
            .find(|path| path.is_file())
    };
    terms.mocks.clone().or_else(beside)
}

/// What `leh test --watch` looks at: the project, or what is around a script of its own.
fn watched(options: &Test) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let script = options.hook.as_deref().map(Path::new);
    match script.filter(|script| script.is_file()) {
        Some(script) => paths.push(subject::folder_of(script)),
        None => paths.push(options.project.clone()),
    }
    paths.extend(options.event.iter().chain(&options.mocks).cloned());
    paths
}
