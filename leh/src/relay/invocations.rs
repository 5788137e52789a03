//! Synchronous hooks that run in the relay: the answer goes back within the hook's own time, and
//! what is pending then goes on without anybody.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hook_runtime::{ConsoleLine, Times};
use lifecycle::answer::{Answer, Failure, FailureKind};
use lifecycle::bundle::Mode;
use lifecycle::plan::PlannedHook;
use lifecycle::remote::{Printed, RemoteInvocation, RemoteResult, RemoteTimes};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::crew::{Crew, Order};
use super::log;
use super::metrics::Metrics;
use crate::sandbox::Observer;

/// Runs it and waits for its answer, at most as long as the hook may take; `None` when there is no
/// such hook.
pub async fn run(
    crew: &Crew,
    metrics: &Arc<Metrics>,
    invocation: RemoteInvocation,
) -> Option<RemoteResult> {
    let planned = crew.hook(&invocation.hook, Mode::Sync)?.clone();
    let limit = Duration::from_millis(planned.hook.limits.timeout_ms);
    let begun = Instant::now();
    let (answer, answered) = oneshot::channel();
    let run = Run {
        hook: invocation.hook.clone(),
        event_id: invocation.event_id,
        traceparent: invocation.traceparent.clone(),
        planned,
        metrics: metrics.clone(),
        answer: Some(answer),
        answer_times: Times::default(),
        failure: None,
        told: 0,
    };
    let order = Order {
        traceparent: invocation.traceparent,
        give_up: Some(begun + limit),
        observer: Box::new(run),
    };
    crew.run(&invocation.hook, invocation.args, order);
    let failed = |message: String| RemoteResult {
        result: Err(Failure::new(FailureKind::Timeout, message)),
        console: Vec::new(),
        times: RemoteTimes {
            queue: micros(begun.elapsed()),
            ..RemoteTimes::default()
        },
    };
    Some(match timeout(limit, answered).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => failed("the relay is ending, or has not loaded the hook".into()),
        Err(_) => failed(format!("no answer within {} ms", limit.as_millis())),
    })
}

struct Run {
    hook: String,
    event_id: String,
    traceparent: Option<String>,
    planned: Arc<PlannedHook>,
    metrics: Arc<Metrics>,
    answer: Option<oneshot::Sender<RemoteResult>>,
    answer_times: Times,
    failure: Option<FailureKind>,
    /// The lines that went back with the answer: the filter logs them.
    told: usize,
}

impl Observer for Run {
    fn answered(&mut self, result: Result<Answer, Failure>, console: &[ConsoleLine], times: Times) {
        self.answer_times = times;
        self.failure = result.as_ref().err().map(|failure| failure.kind);
        let clean = |text: &str| self.planned.redactor.clean(text).into_owned();
        let result = RemoteResult {
            result: result.map_err(|failure| Failure {
                message: clean(&failure.message),
                ..failure
            }),
            console: console
                .iter()
                .map(|line| Printed {
                    level: line.level.name().to_owned(),
                    text: clean(&line.text),
                })
                .collect(),
            times: RemoteTimes {
                queue: micros(times.queue),
                script: micros(times.script),
                fetch: micros(times.fetch),
            },
        };
        let waiting = self.answer.take();
        if waiting.is_some_and(|waiting| waiting.send(result).is_ok()) {
            self.told = console.len();
        }
    }

    fn ended(&mut self, console: Vec<ConsoleLine>, _: Times) {
        let about = log::About {
            hook: &self.hook,
            version: &self.planned.version,
            event_id: &self.event_id,
            traceparent: self.traceparent.as_deref(),
        };
        for line in console.iter().skip(self.told) {
            println!(
                "{}",
                about.printed(&self.planned.redactor.clean(&line.text))
            );
        }
        self.metrics.ended(
            &self.hook,
            "sync",
            self.failure,
            self.answer_times,
            &console,
        );
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
