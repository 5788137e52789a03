//! A token request: the events that show in its answer, the hooks bound to them, and what their
//! outcomes do to the tokens.
//!
//! The order is that of the catalogue: `pre-id-token-generation`, its synchronous hooks one after
//! the other (each sees the claims as the one before left them), then the signatures, then
//! `post-account-login`. Asynchronous hooks of an event leave when its synchronous ones are done
//! and nobody denied.

mod bound;
mod signing;

use std::collections::VecDeque;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use self::bound::{Application, Bound, bound};
use self::signing::Which;
use super::effect::{Delivery, Effect, Invocation, Reply, Report};
use super::{Client, Headers, Input, REQUEST_CAP, RESPONSE_CAP, Seed, is_plain_json, replace_body};
use crate::answer::{Answer, Failure, FailureKind};
use crate::arguments::{self, TokenEvent};
use crate::bundle::{Mode, OnError};
use crate::event::EventType;
use crate::form::TokenRequest;
use crate::outcome::{Decision, Deny, Outcome, OutcomeError};
use crate::plan::Plan;
use crate::redact::one_line;
use crate::token::jws::{Jws, JwsError};
use crate::value::RawObject;

#[derive(Debug)]
pub(super) struct TokenExchange {
    plan: Rc<Plan>,
    seed: Seed,
    client: Client,
    path: String,
    authorization: Option<Vec<u8>>,
    content_type: Option<String>,
    form: Vec<u8>,
    form_too_large: bool,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The platform has not answered yet.
    Request,
    /// Its headers are held until its body is here.
    Held,
    /// Hooks run, tokens are signed.
    Working(Box<Work>),
    /// The response is out of our hands.
    Done,
}

/// What is done with a token response.
#[derive(Debug)]
struct Work {
    request: TokenRequest,
    response: RawObject,
    /// What the hooks of this exchange share.
    session: Map<String, Value>,
    id_token: Option<Result<Jws, JwsError>>,
    access_token: Option<Jws>,
    events: VecDeque<EventRun>,
    /// Hooks whose claims are in the tokens: they answer for a signature that fails.
    changers: Vec<usize>,
    id_token_changed: bool,
    access_token_changed: bool,
    /// The token being signed and what of it is signed.
    signing: Option<(Which, String)>,
    response_changed: bool,
}

/// An event that happened, and what is left to do about it.
#[derive(Debug)]
struct EventRun {
    event: EventType,
    id: String,
    reported: bool,
    synchronous: VecDeque<usize>,
    asynchronous: VecDeque<usize>,
}

impl TokenExchange {
    pub(super) fn new(plan: Rc<Plan>, target: &str, seed: Seed, client: Client) -> Self {
        TokenExchange {
            plan,
            seed,
            client,
            path: target.split('?').next().unwrap_or_default().to_owned(),
            authorization: None,
            content_type: None,
            form: Vec::new(),
            form_too_large: false,
            state: State::Request,
        }
    }

    pub(super) fn holds_response(&self) -> bool {
        matches!(self.state, State::Held | State::Working(_))
    }

    pub(super) fn awaits_platform(&self) -> bool {
        matches!(self.state, State::Held)
    }

    pub(super) fn on(&mut self, input: Input<'_>) -> Vec<Effect> {
        let mut effects = Vec::new();
        match input {
            Input::RequestHeaders(headers) => {
                self.authorization = headers.first("authorization").map(<[u8]>::to_vec);
                self.content_type = headers.text("content-type").map(str::to_owned);
                effects.push(Effect::SetRequestHeader("accept-encoding", "identity"));
            }
            Input::RequestBody(chunk) => self.request_body(chunk),
            Input::ResponseHeaders { headers, end } => {
                self.response_headers(headers, end, &mut effects)
            }
            Input::ResponseSize(size) if self.awaits_platform() && size > RESPONSE_CAP => {
                self.give_up(&too_large(), &mut effects);
            }
            Input::HeldTooLong if self.awaits_platform() => {
                self.give_up(
                    "the platform did not finish its answer in time",
                    &mut effects,
                );
            }
            Input::ResponseBody(body) if self.awaits_platform() => {
                self.response_body(body, &mut effects)
            }
            Input::HookEnded(result) => self.hook_ended(result, &mut effects),
            Input::Signed(result) => self.signed(result, &mut effects),
            Input::ResponseSize(_) | Input::ResponseBody(_) | Input::HeldTooLong => {}
        }
        effects
    }

    /// The form is read on its way: the platform gets it without delay.
    fn request_body(&mut self, chunk: &[u8]) {
        if self.form_too_large || self.form.len() + chunk.len() > REQUEST_CAP {
            self.form_too_large = true;
            self.form = Vec::new();
        } else {
            self.form.extend_from_slice(chunk);
        }
    }

    /// What was asked; `None` when it was too much to read.
    fn request(&self) -> Option<TokenRequest> {
        let (content_type, authorization) =
            (self.content_type.as_deref(), self.authorization.as_deref());
        (!self.form_too_large).then(|| TokenRequest::read(&self.form, content_type, authorization))
    }

    /// The events and hooks that this exchange may concern, before its answer is known.
    fn candidates(&self) -> Vec<Bound> {
        let request = self.request();
        let client_id = request
            .as_ref()
            .and_then(|request| request.client_id.as_deref());
        bound(
            &self.plan,
            request.as_ref(),
            client_id.map_or(Application::Any, Application::Known),
        )
    }

    fn response_headers(&mut self, headers: &Headers, end: bool, effects: &mut Vec<Effect>) {
        self.state = State::Done;
        if headers.first(":status") != Some(b"200") || end || self.candidates().is_empty() {
            return;
        }
        let length = headers
            .text("content-length")
            .and_then(|length| length.parse().ok());
        match is_plain_json(headers) {
            Ok(()) if length.is_some_and(|length: usize| length > RESPONSE_CAP) => {
                self.give_up(&too_large(), effects);
            }
            Ok(()) => self.state = State::Held,
            // A 200 that is no JSON carries no tokens that anybody could read, unless it is encoded.
            Err(reason) if headers.first("content-encoding").is_some() => {
                self.give_up(&reason, effects);
            }
            Err(_) => {}
        }
    }

    fn response_body(&mut self, body: &[u8], effects: &mut Vec<Effect>) {
        let response = RawObject::parse(body).ok();
        match (
            response.and_then(|response| self.work(response)),
            self.form_too_large,
        ) {
            (None, _) => self.finish(None, effects),
            (Some(_), true) => {
                let reason = format!("the token request has more than {REQUEST_CAP} bytes");
                self.give_up(&reason, effects);
            }
            (Some(work), false) => self.advance(work, effects),
        }
    }

    /// What there is to do about `response`, or `None` when it carries no tokens.
    fn work(&self, response: RawObject) -> Option<Box<Work>> {
        let id_token = response.text("id_token").map(|token| Jws::parse(&token));
        let access_token = response
            .text("access_token")
            .and_then(|token| Jws::parse(&token).ok());
        if id_token.is_none() && access_token.is_none() {
            return None;
        }
        let mut work = Box::new(Work {
            request: self.request().unwrap_or_default(),
            response,
            session: Map::new(),
            id_token,
            access_token,
            events: VecDeque::new(),
            changers: Vec::new(),
            id_token_changed: false,
            access_token_changed: false,
            signing: None,
            response_changed: false,
        });
        let client_id = arguments::client_id(&work.request, &work.id_claims());
        let application = client_id
            .as_deref()
            .map_or(Application::Nobody, Application::Known);
        let shown = |bound: &Bound| {
            work.id_token.is_some() || bound.event == EventType::PreIdTokenGeneration
        };
        let events = bound(&self.plan, Some(&work.request), application)
            .into_iter()
            .filter(shown);
        let events = events.map(|bound| self.event_run(bound)).collect();
        work.events = events;
        Some(work)
    }

    fn event_run(&self, bound: Bound) -> EventRun {
        let is_sync = |index: &usize| {
            self.plan
                .hook(*index)
                .is_some_and(|planned| planned.hook.mode == Mode::Sync)
        };
        let (synchronous, asynchronous) = bound.hooks.into_iter().partition(is_sync);
        EventRun {
            event: bound.event,
            id: self.seed.event_id(bound.ordinal),
            reported: false,
            synchronous,
            asynchronous,
        }
    }

    /// Goes on with `work` until something has to be waited for, or all is done.
    fn advance(&mut self, mut work: Box<Work>, effects: &mut Vec<Effect>) {
        while let Some(mut run) = work.events.pop_front() {
            if !run.reported {
                run.reported = true;
                effects.push(Effect::Report(Report::Event {
                    event: run.event,
                    id: run.id.clone(),
                }));
            }
            if let Some(&index) = run.synchronous.front() {
                let args = self.arguments(&work, &run);
                let event_id = run.id.clone();
                // An encrypted ID token can be neither read nor changed: no arguments to run on.
                let unreadable = match &work.id_token {
                    Some(Err(error)) if run.event == EventType::PreIdTokenGeneration => {
                        Some(error.to_string())
                    }
                    _ => None,
                };
                work.events.push_front(run);
                self.state = State::Working(work);
                match unreadable {
                    Some(reason) => {
                        let failure = Failure::new(
                            FailureKind::Exchange,
                            format!("the ID token cannot be used: {reason}"),
                        );
                        self.hook_ended(Err(failure), effects);
                    }
                    None => effects.push(Effect::RunHook(Invocation {
                        hook: index,
                        event_id,
                        traceparent: self.client.traceparent.clone(),
                        args,
                    })),
                }
                return;
            }
            if self.sign_next(&mut work, effects) {
                work.events.push_front(run);
                self.state = State::Working(work);
                return;
            }
            self.deliver(&work, &run, effects);
        }
        self.finish(Some(work), effects);
    }

    fn arguments(&self, work: &Work, run: &EventRun) -> Value {
        arguments::token_event(&TokenEvent {
            event: run.event,
            id: &run.id,
            time: &self.seed.time(),
            request: &work.request,
            client: &self.client,
            path: &self.path,
            scope: work.response.text("scope").as_deref(),
            id_token: &work.id_claims(),
            access_token: &work.access_token.as_ref().map_or(Value::Null, Jws::claims),
            session: &work.session,
        })
    }

    fn deliver(&self, work: &Work, run: &EventRun, effects: &mut Vec<Effect>) {
        if run.asynchronous.is_empty() {
            return;
        }
        let args = self.arguments(work, run);
        for planned in run
            .asynchronous
            .iter()
            .filter_map(|index| self.plan.hook(*index))
        {
            let hook = planned.hook.name.clone();
            // One event may have several asynchronous hooks; each is a delivery of its own.
            let id = format!("{}.{hook}", run.id);
            effects.push(Effect::Deliver(Delivery {
                id,
                hook,
                event: run.event,
                traceparent: self.client.traceparent.clone(),
                args: args.clone(),
            }));
        }
    }

    fn hook_ended(&mut self, result: Result<Answer, Failure>, effects: &mut Vec<Effect>) {
        let State::Working(mut work) = std::mem::replace(&mut self.state, State::Done) else {
            return;
        };
        let Some(run) = work.events.front_mut() else {
            return self.finish(Some(work), effects);
        };
        let Some(index) = run.synchronous.pop_front() else {
            return self.advance(work, effects);
        };
        let (event, event_id) = (run.event, run.id.clone());
        let plan = self.plan.clone();
        let Some(planned) = plan.hook(index) else {
            return self.advance(work, effects);
        };
        let used = result.and_then(|answer| {
            let unusable =
                |error: OutcomeError| Failure::new(FailureKind::Answer, error.to_string());
            let outcome = Outcome::read(event, &answer).map_err(unusable)?;
            outcome.at_token_endpoint(event).map_err(unusable)?;
            if let Decision::Deny(deny) = outcome.decision {
                return Ok(Some(deny));
            }
            if let Some(claims) = &outcome.claims {
                self.change(&mut work, index, claims)?;
            }
            if let Some(session) = outcome.session {
                work.session = session;
            }
            Ok(None)
        });
        let hook = planned.hook.name.clone();
        match used {
            Ok(Some(deny)) => {
                let error = deny.error.clone();
                effects.push(Effect::Report(Report::HookDenied {
                    hook,
                    event_id,
                    error,
                }));
                self.refuse(&deny, 400, effects);
            }
            Ok(None) => {
                effects.push(Effect::Report(Report::HookDone { hook }));
                self.advance(work, effects);
            }
            Err(mut failure) => {
                let clean = planned.redactor.clean(&failure.message);
                failure.message = one_line(&clean).into_owned();
                let policy = planned.hook.on_error;
                effects.push(Effect::Report(Report::HookFailed {
                    hook,
                    event,
                    event_id: event_id.clone(),
                    failure,
                    policy,
                }));
                match policy {
                    OnError::Continue => self.advance(work, effects),
                    OnError::Deny => self.refuse(&failed(&event_id), 500, effects),
                }
            }
        }
    }

    /// The answer will not be read to its end: every hook that it may have been for has failed.
    fn give_up(&mut self, reason: &str, effects: &mut Vec<Effect>) {
        let event_id = self.seed.event_id(0);
        let mut refused = false;
        for Bound { event, hooks, .. } in self.candidates() {
            refused |= self.fail_all(&hooks, event, &event_id, reason, effects);
        }
        self.state = State::Done;
        if refused {
            effects.push(Effect::LocalReply(Reply {
                status: 500,
                body: error_body(&failed(&event_id)),
            }));
        } else {
            effects.push(Effect::Release);
        }
    }

    /// Reports `hooks` as failed; whether one of them wants the flow refused.
    fn fail_all(
        &self,
        hooks: &[usize],
        event: EventType,
        event_id: &str,
        reason: &str,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let mut refused = false;
        for planned in hooks.iter().filter_map(|index| self.plan.hook(*index)) {
            let policy = match planned.hook.mode {
                Mode::Sync => planned.hook.on_error,
                Mode::Async => OnError::Continue,
            };
            refused |= policy == OnError::Deny;
            effects.push(Effect::Report(Report::HookFailed {
                hook: planned.hook.name.clone(),
                event,
                event_id: event_id.to_owned(),
                failure: Failure::new(FailureKind::Exchange, reason),
                policy,
            }));
        }
        refused
    }

    /// The application gets an OAuth error in place of tokens (RFC 6749 section 5.2).
    fn refuse(&mut self, deny: &Deny, status: u16, effects: &mut Vec<Effect>) {
        self.state = State::Done;
        effects.push(Effect::SetResponseHeader(":status", status.to_string()));
        effects.push(Effect::SetResponseHeader(
            "content-type",
            "application/json".into(),
        ));
        effects.push(Effect::SetResponseHeader(
            "cache-control",
            "no-store".into(),
        ));
        replace_body(effects, error_body(deny));
        effects.push(Effect::Release);
    }

    fn finish(&mut self, work: Option<Box<Work>>, effects: &mut Vec<Effect>) {
        self.state = State::Done;
        if let Some(work) = work.filter(|work| work.response_changed) {
            replace_body(effects, work.response.to_json());
        }
        effects.push(Effect::Release);
    }
}

impl Work {
    fn id_claims(&self) -> Value {
        match &self.id_token {
            Some(Ok(id_token)) => id_token.claims(),
            _ => json!({}),
        }
    }
}

fn too_large() -> String {
    format!("the token response has more than {RESPONSE_CAP} bytes")
}

/// What the application reads when a hook failed and its policy is to deny. The reason is in the
/// log, under the id.
fn failed(event_id: &str) -> Deny {
    Deny {
        error: "server_error".into(),
        description: Some(format!(
            "The login could not be completed (event {event_id})."
        )),
        internal_reason: None,
    }
}

fn error_body(deny: &Deny) -> String {
    let mut body = json!({ "error": deny.error });
    if let (Some(members), Some(description)) = (body.as_object_mut(), &deny.description) {
        members.insert(
            "error_description".into(),
            Value::from(description.as_str()),
        );
    }
    body.to_string()
}
