//! Sloppy scripts as bytecode. rquickjs offers this for modules only, and CommonJS is no module:
//! in strict mode many a hook of 2018 would not even parse.

use javy::quickjs::{Ctx, Error, Result, Value, qjs};

/// Compiles `source` as a script, without running it.
pub fn compile_script(ctx: &Ctx<'_>, file: &str, source: &str) -> Result<Vec<u8>> {
    let file = std::ffi::CString::new(file)?;
    // The engine wants the source to end with a NUL beyond its length.
    let mut text = source.as_bytes().to_vec();
    text.push(0);
    let flags = (qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_COMPILE_ONLY) as i32;
    // SAFETY: the pointers are valid for the call, and `text` ends with a NUL at its length.
    let function = unsafe {
        let length = source.len() as _;
        qjs::JS_Eval(
            ctx.as_raw().as_ptr(),
            text.as_ptr().cast(),
            length,
            file.as_ptr(),
            flags,
        )
    };
    let function = own(ctx, function)?;
    let mut size = 0;
    // SAFETY: `function` is a value of this context; the engine allocates the result.
    let buffer = unsafe {
        let flags = qjs::JS_WRITE_OBJ_BYTECODE as i32;
        qjs::JS_WriteObject(ctx.as_raw().as_ptr(), &mut size, function.as_raw(), flags)
    };
    if buffer.is_null() {
        return Err(Error::Exception);
    }
    // SAFETY: the engine wrote `size` bytes there, which are copied before they are freed.
    unsafe {
        let bytes = std::slice::from_raw_parts(buffer, size as usize).to_vec();
        qjs::js_free(ctx.as_raw().as_ptr(), buffer.cast());
        Ok(bytes)
    }
}

/// Runs what [`compile_script`] made; its value is that of the script's last expression.
///
/// # Safety
/// `bytecode` was made by [`compile_script`] in this very build.
pub unsafe fn run_script<'js>(ctx: &Ctx<'js>, bytecode: &[u8]) -> Result<Value<'js>> {
    // SAFETY: the caller vouches for the bytes; the engine copies what it keeps of them.
    let function = unsafe {
        let length = bytecode.len() as _;
        let flags = qjs::JS_READ_OBJ_BYTECODE as i32;
        qjs::JS_ReadObject(ctx.as_raw().as_ptr(), bytecode.as_ptr(), length, flags)
    };
    if is_exception(function) {
        return Err(Error::Exception);
    }
    // SAFETY: the engine takes `function` over.
    let value = unsafe { qjs::JS_EvalFunction(ctx.as_raw().as_ptr(), function) };
    own(ctx, value)
}

/// A value that the engine handed over.
fn own<'js>(ctx: &Ctx<'js>, value: qjs::JSValue) -> Result<Value<'js>> {
    if is_exception(value) {
        return Err(Error::Exception);
    }
    // SAFETY: the engine gave us this reference; dropping the Value gives it back.
    Ok(unsafe { Value::from_raw(ctx.clone(), value) })
}

fn is_exception(value: qjs::JSValue) -> bool {
    // SAFETY: reads the tag only.
    unsafe { qjs::JS_IsException(value) }
}
