//! What only the engine knows of an object: for `structuredClone`, `util.inspect` and `util.types`.

use javy::quickjs::{Array, Ctx, Result, Value, qjs};

use super::Native;
use super::call::{Args, null, to_value};

pub const FUNCTIONS: &[(&str, Native)] = &[
    ("classNumber", class_number),
    ("proxyParts", proxy_parts),
    ("promiseState", promise_state),
];

/// (value) → the number of the engine's class, whatever its prototype is; 0 for a proxy, null for
/// what is no object. web/class_of.js names them: the engine has no names for them.
fn class_number<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let value = args.value(ctx, 0);
    if !value.is_object() {
        return Ok(null(ctx));
    }
    // SAFETY: both only look at a live value.
    let (class, is_proxy) = unsafe {
        (
            qjs::JS_GetClassID(value.as_raw()),
            qjs::JS_IsProxy(value.as_raw()),
        )
    };
    to_value(ctx, if is_proxy { 0 } else { class })
}

/// (proxy) → [target, handler], both null when it is revoked; null when it is no proxy.
fn proxy_parts<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let value = args.value(ctx, 0);
    // SAFETY: looks at a live value.
    if !unsafe { qjs::JS_IsProxy(value.as_raw()) } {
        return Ok(null(ctx));
    }
    // SAFETY: the values are new references, and handed on.
    let (target, handler) = unsafe {
        let raw = ctx.as_raw().as_ptr();
        (
            take(ctx, qjs::JS_GetProxyTarget(raw, value.as_raw())),
            take(ctx, qjs::JS_GetProxyHandler(raw, value.as_raw())),
        )
    };
    let parts = Array::new(ctx.clone())?;
    match (target, handler) {
        (Ok(target), Ok(handler)) => {
            parts.set(0, target)?;
            parts.set(1, handler)?;
        }
        _ => {
            // The engine has thrown: it is revoked.
            ctx.catch();
            parts.set(0, null(ctx))?;
            parts.set(1, null(ctx))?;
        }
    }
    Ok(parts.into_value())
}

/// (promise) → [0 pending, 1 fulfilled or 2 rejected, its result]; null when it is no promise.
fn promise_state<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let value = args.value(ctx, 0);
    // SAFETY: looks at a live value; the result is a new reference, and handed on.
    let (state, result) = unsafe {
        let raw = ctx.as_raw().as_ptr();
        if !qjs::JS_IsPromise(value.as_raw()) {
            return Ok(null(ctx));
        }
        let state = match qjs::JS_PromiseState(raw, value.as_raw()) {
            qjs::JSPromiseStateEnum_JS_PROMISE_FULFILLED => 1,
            qjs::JSPromiseStateEnum_JS_PROMISE_REJECTED => 2,
            _ => 0,
        };
        (
            state,
            take(ctx, qjs::JS_PromiseResult(raw, value.as_raw()))?,
        )
    };
    let parts = Array::new(ctx.clone())?;
    parts.set(0, state)?;
    parts.set(1, result)?;
    Ok(parts.into_value())
}

/// A reference that the engine gave.
///
/// # Safety
/// It is nobody else's.
unsafe fn take<'js>(ctx: &Ctx<'js>, raw: qjs::JSValue) -> Result<Value<'js>> {
    // SAFETY: the caller's promise; an exception is no reference.
    unsafe {
        if qjs::JS_VALUE_GET_NORM_TAG(raw) == qjs::JS_TAG_EXCEPTION {
            return Err(javy::quickjs::Error::Exception);
        }
        Ok(Value::from_raw(ctx.clone(), raw))
    }
}
