//! The setters of `URL`'s attributes (URL Standard section 6.1).

use super::parser::{State, change};
use super::record::{Path, Record, USERINFO, encode};

/// Gives the attribute `name` another value; a value that it cannot have changes nothing.
pub fn set(url: &mut Record, name: &str, value: &str) {
    match name {
        "protocol" => {
            change(url, &format!("{value}:"), State::SchemeStart);
        }
        "username" if !url.is_hostless() => url.username = encode(value, USERINFO),
        "password" if !url.is_hostless() => url.password = encode(value, USERINFO),
        "host" if !url.has_opaque_path() => {
            change(url, value, State::Host);
        }
        "hostname" if !url.has_opaque_path() => {
            change(url, value, State::Hostname);
        }
        "port" if !url.is_hostless() => {
            if value.is_empty() {
                url.port = None;
            } else {
                change(url, value, State::Port);
            }
        }
        "pathname" if !url.has_opaque_path() => {
            url.path = Path::List(Vec::new());
            change(url, value, State::PathStart);
        }
        "search" => {
            url.query = None;
            if !value.is_empty() {
                let query = value.strip_prefix('?').unwrap_or(value);
                url.query = Some(String::new());
                change(url, query, State::Query);
            }
        }
        "hash" => {
            url.fragment = None;
            if !value.is_empty() {
                let fragment = value.strip_prefix('#').unwrap_or(value);
                url.fragment = Some(String::new());
                change(url, fragment, State::Fragment);
            }
        }
        _ => {}
    }
}
