//! A request for the platform's keys: ours are added to the answer.

use std::rc::Rc;

use super::{Effect, Headers, Input, RESPONSE_CAP, Report, is_plain_json, replace_body};
use crate::plan::Plan;
use crate::token::jwks;

#[derive(Debug)]
pub(super) struct JwksExchange {
    plan: Rc<Plan>,
    holds: bool,
}

impl JwksExchange {
    pub(super) fn new(plan: Rc<Plan>) -> Self {
        JwksExchange { plan, holds: false }
    }

    pub(super) fn holds_response(&self) -> bool {
        self.holds
    }

    pub(super) fn on(&mut self, input: Input<'_>) -> Vec<Effect> {
        match input {
            // The representation will be ours: the platform's 304 would speak of another one.
            Input::RequestHeaders(_) => vec![
                Effect::RemoveRequestHeader("if-none-match"),
                Effect::RemoveRequestHeader("if-modified-since"),
                Effect::RemoveRequestHeader("range"),
                Effect::SetRequestHeader("accept-encoding", "identity"),
            ],
            Input::ResponseHeaders { headers, end } => self.headers(headers, end),
            Input::ResponseSize(size) if self.holds && size > RESPONSE_CAP => {
                self.give_up(format!("it has more than {RESPONSE_CAP} bytes"))
            }
            Input::ResponseBody(body) if self.holds => self.body(body),
            Input::HeldTooLong if self.holds => {
                self.give_up("the platform sent no body in time".into())
            }
            _ => vec![],
        }
    }

    fn headers(&mut self, headers: &Headers, end: bool) -> Vec<Effect> {
        if headers.first(":status") != Some(b"200") || end {
            return vec![];
        }
        if let Err(reason) = is_plain_json(headers) {
            return vec![Effect::Report(Report::JwksUnchanged { reason })];
        }
        self.holds = true;
        vec![]
    }

    fn body(&mut self, body: &[u8]) -> Vec<Effect> {
        match jwks::merge(body, self.plan.keys()) {
            Err(error) => self.give_up(error.to_string()),
            Ok(merged) => {
                self.holds = false;
                let mut effects = Vec::new();
                replace_body(&mut effects, merged);
                effects.push(Effect::Release);
                effects
            }
        }
    }

    fn give_up(&mut self, reason: String) -> Vec<Effect> {
        self.holds = false;
        vec![
            Effect::Report(Report::JwksUnchanged { reason }),
            Effect::Release,
        ]
    }
}
