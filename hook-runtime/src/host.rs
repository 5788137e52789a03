//! The functions with which the prelude reaches us.
//!
//! They are made before a context's state is remembered, and never later: the memory of what they
//! hold is not the engine's, and would be lost with each invocation that made one.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use javy::quickjs::function::Rest;
use javy::quickjs::{
    Array, CatchResultExt, CaughtError, Ctx, Error, Exception, Function, Object, Value,
};
use lifecycle::answer::{Answer, Failure, FailureKind};
use rand_core::RngCore;

use crate::bytecode::run_script;
use crate::compile::Thrown;
use crate::http::{CallKind, HttpRequest};
use crate::native::{self, Args};
use crate::shared::Shared;
use crate::{builtins, read};

/// What is asked for at once, at most: as `crypto.getRandomValues` (Web Cryptography section 10.1.1).
const RANDOM_AT_ONCE: usize = 65_536;

/// The object that the prelude is called with.
pub fn host<'js>(ctx: &Ctx<'js>, shared: &Rc<Shared>) -> Result<Object<'js>, Error> {
    let host = Object::new(ctx.clone())?;
    answers(ctx, &host, shared)?;
    timers(ctx, &host, shared)?;
    calls(ctx, &host, shared)?;
    cache(ctx, &host, shared)?;
    builtin_modules(ctx, &host, shared)?;

    let own = shared.clone();
    let print = move |level: i32, text: String| {
        own.console.print(level, own.origin.led_back(text));
    };
    host.set("print", Function::new(ctx.clone(), print)?)?;
    host.set("variables", shared.variables.to_string())?;
    // The engine's own generator would give every invocation the same numbers: its state is put
    // back like all its memory.
    let random = || {
        let bits = RandomState::new().build_hasher().finish() >> 11;
        bits as f64 / (1u64 << 53) as f64
    };
    host.set("random", Function::new(ctx.clone(), random)?)?;
    host.set("randomBytes", Function::new(ctx.clone(), random_bytes)?)?;
    Ok(host)
}

fn random_bytes<'js>(ctx: Ctx<'js>, length: usize) -> Result<Value<'js>, Error> {
    if length > RANDOM_AT_ONCE {
        return Err(Exception::throw_range(
            &ctx,
            "too many random bytes at once",
        ));
    }
    let mut bytes = vec![0; length];
    rand_core::OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| Exception::throw_message(&ctx, "there is no source of randomness"))?;
    native::to_buffer(&ctx, &bytes)
}

fn answers<'js>(ctx: &Ctx<'js>, host: &Object<'js>, shared: &Rc<Shared>) -> Result<(), Error> {
    let own = shared.clone();
    let answer = move |ctx: Ctx<'js>, denied: bool, class: Option<String>, value: Value<'js>| {
        let result = read::given(&ctx, class, value).catch(&ctx);
        own.end(match result {
            Ok(given) if denied => Ok(Answer::Denied(given)),
            Ok(given) => Ok(Answer::Result(given)),
            Err(error) => {
                let reason = Thrown::read(&error).message;
                let message = format!("the answer cannot be written as JSON: {reason}");
                Err(Failure::new(FailureKind::Answer, message))
            }
        });
    };
    host.set("answer", Function::new(ctx.clone(), answer)?)?;

    let own = shared.clone();
    let answer_calls = move |json: String| {
        own.end(match serde_json::from_str(&json) {
            Ok(calls) => Ok(Answer::Calls(calls)),
            Err(error) => {
                let message = format!("the calls on api cannot be written as JSON: {error}");
                Err(Failure::new(FailureKind::Answer, message))
            }
        });
    };
    host.set("answerCalls", Function::new(ctx.clone(), answer_calls)?)?;

    let own = shared.clone();
    let fail = move |error: Value<'js>| {
        let error = match error.clone().into_exception() {
            Some(exception) => CaughtError::Exception(exception),
            None => CaughtError::Value(error),
        };
        own.end(Err(Thrown::read(&error).failure(&own.origin)));
    };
    host.set("fail", Function::new(ctx.clone(), fail)?)
}

fn timers<'js>(ctx: &Ctx<'js>, host: &Object<'js>, shared: &Rc<Shared>) -> Result<(), Error> {
    let own = shared.clone();
    let start = move |id: u32, wait: f64| {
        // As browsers do: beyond 2³¹ ms (24 days) nobody waits.
        let wait = Duration::from_secs_f64(wait.clamp(0.0, f64::from(i32::MAX)) / 1_000.0);
        own.timers.borrow_mut().push(((own.clock)() + wait, id));
    };
    host.set("startTimer", Function::new(ctx.clone(), start)?)?;
    let own = shared.clone();
    let stop = move |id: u32| own.timers.borrow_mut().retain(|(_, other)| *other != id);
    host.set("stopTimer", Function::new(ctx.clone(), stop)?)?;
    // Milliseconds since any fixed point.
    let own = shared.clone();
    let now = move || (own.clock)().as_secs_f64() * 1_000.0;
    host.set("now", Function::new(ctx.clone(), now)?)?;
    let unix = || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.unwrap_or_default().as_secs_f64() * 1_000.0
    };
    host.set("unixTime", Function::new(ctx.clone(), unix)?)
}

fn calls<'js>(ctx: &Ctx<'js>, host: &Object<'js>, shared: &Rc<Shared>) -> Result<(), Error> {
    let own = shared.clone();
    let start_http = move |ctx: Ctx<'js>,
                           id: u32,
                           method: String,
                           url: String,
                           headers: Vec<Value<'js>>,
                           body: Value<'js>|
          -> Result<(), Error> {
        let mut lines = Vec::with_capacity(headers.len() / 2);
        let mut values = headers.into_iter();
        while let (Some(name), Some(value)) = (values.next(), values.next()) {
            let name: String = name.get()?;
            lines.push((
                name.to_ascii_lowercase(),
                latin1(&ctx, &value.get::<String>()?)?,
            ));
        }
        let body = if body.is_null() {
            None
        } else {
            Some(Args(vec![body]).bytes(&ctx, 0)?)
        };
        own.start_call(
            id,
            CallKind::Http(HttpRequest {
                method,
                url,
                headers: lines,
                body,
            }),
        );
        Ok(())
    };
    host.set("startHttp", Function::new(ctx.clone(), start_http)?)?;
    let own = shared.clone();
    let start_resolve = move |id: u32, name: String, record: String| {
        own.start_call(id, CallKind::Resolve { name, record });
    };
    host.set("startResolve", Function::new(ctx.clone(), start_resolve)?)?;
    let own = shared.clone();
    let cancel = move |id: u32| own.cancel_call(id);
    host.set("cancelCall", Function::new(ctx.clone(), cancel)?)
}

/// A byte string (Web IDL section 2.13.18) as its bytes.
fn latin1(ctx: &Ctx<'_>, text: &str) -> Result<Vec<u8>, Error> {
    let bytes = text.chars().map(|c| u8::try_from(u32::from(c)));
    let bytes: Result<Vec<u8>, _> = bytes.collect();
    bytes.map_err(|_| Exception::throw_type(ctx, "a header's value has characters beyond U+00FF"))
}

fn cache<'js>(ctx: &Ctx<'js>, host: &Object<'js>, shared: &Rc<Shared>) -> Result<(), Error> {
    let own = shared.clone();
    let get = move |ctx: Ctx<'js>, key: String| -> Result<Value<'js>, Error> {
        match own.cache.get(&key, (own.clock)()) {
            Some((value, left)) => {
                let entry = Array::new(ctx.clone())?;
                entry.set(0, value)?;
                entry.set(1, left.as_secs_f64() * 1_000.0)?;
                Ok(entry.into_value())
            }
            None => Ok(Value::new_undefined(ctx)),
        }
    };
    host.set("cacheGet", Function::new(ctx.clone(), get)?)?;
    let own = shared.clone();
    let set = move |key: String, value: String, milliseconds: f64| {
        let time = Duration::from_secs_f64((milliseconds / 1_000.0).clamp(0.0, 1e9));
        let kept = own.cache.set(&key, &value, (own.clock)(), time);
        kept.err().map(|refused| refused.code())
    };
    host.set("cacheSet", Function::new(ctx.clone(), set)?)?;
    let own = shared.clone();
    let delete = move |key: String| own.cache.delete(&key);
    host.set("cacheDelete", Function::new(ctx.clone(), delete)?)
}

fn builtin_modules<'js>(
    ctx: &Ctx<'js>,
    host: &Object<'js>,
    shared: &Rc<Shared>,
) -> Result<(), Error> {
    let natives = Array::new(ctx.clone())?;
    for (index, name) in native::names().enumerate() {
        natives.set(index, name)?;
    }
    host.set("natives", natives)?;
    let own = shared.clone();
    let call = move |ctx: Ctx<'js>, number: usize, Rest(values): Rest<Value<'js>>| {
        // The engine looks at the clock now and then only, and these may take milliseconds each.
        if own.watch.stops() {
            return Err(Exception::throw_internal(&ctx, "interrupted"));
        }
        match native::function(number) {
            Some(function) => function(&ctx, &Args(values)),
            None => Err(Exception::throw_internal(&ctx, "no such native function")),
        }
    };
    host.set("native", Function::new(ctx.clone(), call)?)?;

    let globals = Array::new(ctx.clone())?;
    for (index, (global, module)) in builtins::globals().enumerate() {
        globals.set(2 * index, global)?;
        globals.set(2 * index + 1, module)?;
    }
    host.set("globals", globals)?;
    let is_node = |name: String| builtins::is_node_module(&name);
    host.set("isNodeModule", Function::new(ctx.clone(), is_node)?)?;
    let own = shared.clone();
    let load = move |ctx: Ctx<'js>, name: String| -> Result<Value<'js>, Error> {
        match builtins::bytecode(&name, &own.clock) {
            None => Ok(Value::new_undefined(ctx)),
            Some(Err(error)) => Err(Exception::throw_internal(&ctx, &error.to_string())),
            // SAFETY: `builtins` made it, in this process.
            Some(Ok(bytes)) => unsafe { run_script(&ctx, &bytes) },
        }
    };
    host.set("builtin", Function::new(ctx.clone(), load)?)
}
