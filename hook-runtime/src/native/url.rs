//! URLs as scripts see them (URL Standard), and application/x-www-form-urlencoded.
//!
//! The state machine is here rather than in the crate `url`, whose model of a URL cannot tell some
//! URLs apart that the standard does (`file:` hosts with drive letters, empty path segments, `/.`
//! before a path that begins with `//`). Hosts are the crate's: that is where the tables are.

mod host;
mod parser;
mod record;
mod setters;

use std::borrow::Cow;

use javy::quickjs::{Array, Ctx, Result, Value};

use super::Native;
use super::call::{Args, null};
use record::Record;

pub const FUNCTIONS: &[(&str, Native)] = &[
    ("urlParse", parse),
    ("urlSet", set),
    ("urlSetQuery", set_query),
    ("formParse", form_parse),
    ("formSerialize", form_serialize),
];

/// (text, base or null) → the parts of the URL, or null when it is none.
fn parse<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let input = args.text(ctx, 0)?;
    let base = args.value(ctx, 1);
    let base = if base.is_null() || base.is_undefined() {
        None
    } else {
        match parser::parse(&args.text(ctx, 1)?, None) {
            Some(base) => Some(base),
            None => return Ok(null(ctx)),
        }
    };
    match parser::parse(&input, base.as_ref()) {
        Some(url) => parts(ctx, &url),
        None => Ok(null(ctx)),
    }
}

/// (href, name of the attribute, its new value) → the parts of the URL afterwards.
fn set<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let Some(mut url) = parser::parse(&args.text(ctx, 0)?, None) else {
        return Ok(null(ctx));
    };
    setters::set(&mut url, &args.text(ctx, 1)?, &args.text(ctx, 2)?);
    parts(ctx, &url)
}

/// (href, query as it is or null) → the parts of the URL with this query.
fn set_query<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let Some(mut url) = parser::parse(&args.text(ctx, 0)?, None) else {
        return Ok(null(ctx));
    };
    url.query = if args.value(ctx, 1).is_null() {
        None
    } else {
        Some(args.text(ctx, 1)?)
    };
    parts(ctx, &url)
}

/// What `URL`'s attributes give, in the order in which web/url.js names them.
fn parts<'js>(ctx: &Ctx<'js>, url: &Record) -> Result<Value<'js>> {
    let with = |mark: &str, part: &Option<String>| match part.as_deref() {
        None | Some("") => String::new(),
        Some(part) => format!("{mark}{part}"),
    };
    let host = url.host.as_deref().unwrap_or_default();
    let port = url.port.map(|port| port.to_string());
    let parts = [
        url.href(),
        url.origin(),
        format!("{}:", url.scheme),
        url.username.clone(),
        url.password.clone(),
        match &port {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        },
        host.to_owned(),
        port.unwrap_or_default(),
        url.path.text().into_owned(),
        with("?", &url.query),
        with("#", &url.fragment),
    ];
    strings(ctx, parts.into_iter())
}

/// (text without a leading `?`) → name, value, name, value….
fn form_parse<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let text = args.text(ctx, 0)?;
    let pairs = form_urlencoded::parse(text.as_bytes());
    strings(ctx, pairs.flat_map(|(name, value)| [name, value]))
}

/// ([name, value, name, value…]) → text.
fn form_serialize<'js>(ctx: &Ctx<'js>, args: &Args<'js>) -> Result<Value<'js>> {
    let texts = Args(args.of(ctx, 0)?);
    let mut out = String::new();
    for index in 0..texts.0.len() {
        if index > 0 {
            out.push(if index % 2 == 0 { '&' } else { '=' });
        }
        let text = texts.text(ctx, index)?;
        out.extend(form_urlencoded::byte_serialize(text.as_bytes()));
    }
    super::to_value(ctx, out)
}

fn strings<'js, 'a, T: Into<Cow<'a, str>>>(
    ctx: &Ctx<'js>,
    texts: impl Iterator<Item = T>,
) -> Result<Value<'js>> {
    let list = Array::new(ctx.clone())?;
    for (index, text) in texts.enumerate() {
        list.set(index, text.into().as_ref())?;
    }
    Ok(list.into_value())
}
