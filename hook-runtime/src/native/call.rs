//! Arguments and results of native functions.

use javy::quickjs::{
    ArrayBuffer, Ctx, Exception, FromJs, IntoJs, Object, Result, String as JsString, TypedArray,
    Value, qjs,
};

/// The arguments of one call.
pub struct Args<'js>(pub Vec<Value<'js>>);

impl<'js> Args<'js> {
    /// The argument at `index`; undefined when it is not there.
    pub fn value(&self, ctx: &Ctx<'js>, index: usize) -> Value<'js> {
        let value = self.0.get(index).cloned();
        value.unwrap_or_else(|| Value::new_undefined(ctx.clone()))
    }

    /// It as anything that rquickjs can read (a number, a boolean, a `Vec`, an `Option`).
    ///
    /// # Errors
    /// A TypeError when it is something else.
    pub fn of<T: FromJs<'js>>(&self, ctx: &Ctx<'js>, index: usize) -> Result<T> {
        T::from_js(ctx, self.value(ctx, index))
    }

    /// It as text; lone surrogates become U+FFFD, as in a USVString (Web IDL section 3.2.12).
    ///
    /// # Errors
    /// A TypeError when it is no string.
    pub fn text(&self, ctx: &Ctx<'js>, index: usize) -> Result<String> {
        let value = self.value(ctx, index);
        let Some(text) = value.as_string() else {
            return Err(Exception::throw_type(
                ctx,
                "a native function wants a string",
            ));
        };
        well_formed(ctx, text)
    }

    /// It as bytes: those of an ArrayBuffer, or of the part that a typed array or DataView shows.
    ///
    /// # Errors
    /// A TypeError when it is neither.
    pub fn bytes(&self, ctx: &Ctx<'js>, index: usize) -> Result<Vec<u8>> {
        let value = self.value(ctx, index);
        bytes_of(&value).ok_or_else(|| Exception::throw_type(ctx, "a native function wants bytes"))
    }

    /// The same, or `None` for null and undefined.
    ///
    /// # Errors
    /// A TypeError when it is anything else.
    pub fn optional_bytes(&self, ctx: &Ctx<'js>, index: usize) -> Result<Option<Vec<u8>>> {
        let value = self.value(ctx, index);
        if value.is_null() || value.is_undefined() {
            return Ok(None);
        }
        self.bytes(ctx, index).map(Some)
    }
}

/// The text of a string, lone surrogates replaced.
pub fn well_formed<'js>(ctx: &Ctx<'js>, text: &JsString<'js>) -> Result<String> {
    if let Ok(text) = text.to_string() {
        return Ok(text);
    }
    let mut length = 0;
    // SAFETY: the engine gives a buffer of `length` bytes or null, which is read before it is freed.
    // Lone surrogates are in it as three bytes (WTF-8), which lossy reading replaces one by one.
    unsafe {
        let raw = ctx.as_raw().as_ptr();
        let chars = qjs::JS_ToCStringLen(raw, &mut length, text.as_raw());
        if chars.is_null() {
            return Err(javy::quickjs::Error::Exception);
        }
        let bytes = std::slice::from_raw_parts(chars.cast::<u8>(), length as _).to_vec();
        qjs::JS_FreeCString(raw, chars);
        Ok(replace_surrogates(&bytes))
    }
}

/// WTF-8 as UTF-8, U+FFFD for each lone surrogate.
fn replace_surrogates(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        match (first, after) {
            (0xED, [second, _third, tail @ ..]) if *second >= 0xA0 => {
                out.extend_from_slice("\u{FFFD}".as_bytes());
                rest = tail;
            }
            _ => {
                out.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The bytes of an ArrayBuffer, a typed array or a DataView.
pub fn bytes_of(value: &Value<'_>) -> Option<Vec<u8>> {
    let object = value.as_object()?;
    if let Some(buffer) = ArrayBuffer::from_object(object.clone()) {
        return Some(buffer.as_bytes()?.to_vec());
    }
    if let Ok(array) = TypedArray::<u8>::from_object(object.clone()) {
        return Some(array.as_bytes()?.to_vec());
    }
    // Any other view: by its buffer and where it lies in it.
    let buffer: Object<'_> = object.get("buffer").ok()?;
    let buffer = ArrayBuffer::from_object(buffer)?;
    let offset: usize = object.get("byteOffset").ok()?;
    let length: usize = object.get("byteLength").ok()?;
    let bytes = buffer.as_bytes()?;
    bytes
        .get(offset..offset.checked_add(length)?)
        .map(<[u8]>::to_vec)
}

/// Bytes as an ArrayBuffer, in the engine's own memory.
pub fn to_buffer<'js>(ctx: &Ctx<'js>, bytes: &[u8]) -> Result<Value<'js>> {
    Ok(ArrayBuffer::new_copy(ctx.clone(), bytes)?.into_value())
}

/// Anything that rquickjs can write.
pub fn to_value<'js>(ctx: &Ctx<'js>, value: impl IntoJs<'js>) -> Result<Value<'js>> {
    value.into_js(ctx)
}

/// null: what a native function gives where the standard calls for an error of a class that only
/// JavaScript knows (DOMException).
pub fn null<'js>(ctx: &Ctx<'js>) -> Value<'js> {
    Value::new_null(ctx.clone())
}
