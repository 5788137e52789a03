//! Claims into tokens, and the signatures that follow.

use serde_json::Value;

use super::{State, TokenExchange, Work, failed};
use crate::answer::{Failure, FailureKind};
use crate::event::EventType;
use crate::exchange::effect::{Effect, SignRequest};
use crate::outcome::TokenClaims;
use crate::token::at_hash::at_hash;
use crate::token::jws;

/// A token of the response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Which {
    IdToken,
    AccessToken,
}

impl TokenExchange {
    /// Puts a hook's claims into the tokens, all or none.
    pub(super) fn change(
        &self,
        work: &mut Work,
        hook: usize,
        claims: &TokenClaims,
    ) -> Result<(), Failure> {
        let cannot = |token: &str, reason: &dyn std::fmt::Display| {
            Failure::new(
                FailureKind::Exchange,
                format!("claims for the {token} cannot be set: {reason}"),
            )
        };
        if !self.plan.changes_tokens() {
            let reason = "no hook of this project is bound to pre-id-token-generation, so our keys may not be in the platform's key set; bind this one to it";
            return Err(cannot("tokens", &reason));
        }
        let keys = self.plan.keys();
        let mut id_token = match &work.id_token {
            Some(Ok(id_token)) => Some(id_token.clone()),
            Some(Err(error)) if !claims.id_token.is_empty() => {
                return Err(cannot("ID token", error));
            }
            _ => None,
        };
        let changes_access = !claims.access_token.is_empty();
        // A refresh may well bring no new ID token; then there is nothing to put the claims into.
        let changes_id = !claims.id_token.is_empty() && id_token.is_some();
        if let Some(id_token) = &mut id_token {
            if changes_id || (changes_access && id_token.has("at_hash")) {
                id_token
                    .key(keys)
                    .map_err(|error| cannot("ID token", &error))?;
            }
            id_token.change(&claims.id_token);
        }
        if changes_access {
            let Some(access_token) = &mut work.access_token else {
                return Err(cannot("access token", &"it is opaque, no JWT"));
            };
            access_token
                .key(keys)
                .map_err(|error| cannot("access token", &error))?;
            let before = access_token.scope();
            access_token.change(&claims.access_token);
            // The client is told which scopes its token has (RFC 6749 section 5.1).
            if let Some(scope) = access_token
                .scope()
                .filter(|now| before.as_ref() != Some(now))
            {
                work.response.set("scope", &Value::from(scope));
            }
        }
        if let Some(id_token) = id_token {
            work.id_token = Some(Ok(id_token));
        }
        work.id_token_changed |= changes_id;
        work.access_token_changed |= changes_access;
        if changes_id || changes_access {
            work.changers.push(hook);
        }
        Ok(())
    }

    /// Asks for the next signature that is due. The access token comes first: the ID token holds
    /// its hash.
    pub(super) fn sign_next(&mut self, work: &mut Work, effects: &mut Vec<Effect>) -> bool {
        let (which, token) = match (&work.access_token, &work.id_token) {
            (Some(token), _) if work.access_token_changed => (Which::AccessToken, token),
            (_, Some(Ok(token))) if work.id_token_changed => (Which::IdToken, token),
            _ => return false,
        };
        // `change` found a key for every token that it touched.
        let Ok(key) = token.key(self.plan.keys()) else {
            return false;
        };
        let message = token.signing_input(key);
        effects.push(Effect::Sign(SignRequest {
            key: key.clone(),
            message: message.clone(),
        }));
        work.signing = Some((which, message));
        true
    }

    pub(super) fn signed(&mut self, result: Result<Vec<u8>, String>, effects: &mut Vec<Effect>) {
        let State::Working(mut work) = std::mem::replace(&mut self.state, State::Done) else {
            return;
        };
        let Some((which, message)) = work.signing.take() else {
            return self.advance(work, effects);
        };
        let signature = match result {
            Ok(signature) => signature,
            Err(reason) => return self.not_signed(&work, &reason, effects),
        };
        let token = jws::compact(&message, &signature);
        match which {
            Which::AccessToken => {
                work.access_token_changed = false;
                if let Some(Ok(id_token)) = &mut work.id_token
                    && id_token.has("at_hash")
                {
                    id_token.set("at_hash", &Value::from(at_hash(&token)));
                    work.id_token_changed = true;
                }
                work.response.set("access_token", &Value::from(token));
            }
            Which::IdToken => {
                work.id_token_changed = false;
                work.response.set("id_token", &Value::from(token));
            }
        }
        work.response_changed = true;
        self.advance(work, effects);
    }

    /// A token could not be signed: the hooks whose claims it holds have failed.
    fn not_signed(&mut self, work: &Work, reason: &str, effects: &mut Vec<Effect>) {
        let run = work.events.front();
        let event = run.map_or(EventType::PreIdTokenGeneration, |run| run.event);
        let event_id = run.map(|run| run.id.clone()).unwrap_or_default();
        let changers: Vec<usize> = work.changers.clone();
        if self.fail_all(&changers, event, &event_id, reason, effects) {
            self.refuse(&failed(&event_id), 500, effects);
        } else {
            // Nothing of the platform's answer has been replaced yet.
            self.finish(None, effects);
        }
    }
}
