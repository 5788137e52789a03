//! The behaviour of the built filter, told once and shown by two hosts.
//!
//! A [`case::Case`] says what the platform, the applications and the relay do, and what must come
//! of it. [`run::run`] plays it on our own host ([`wasmtime_host`], virtual time, strict about the
//! ABI) and on the real Envoy ([`envoy_host`]), checks what each of them showed, and compares the
//! two by the rules of [`compare`]. The cases themselves are in `tests/cases/`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "all of this is a test: a panic is its way to fail"
)]

pub mod case;
pub mod compare;
pub mod envoy_host;
pub mod headers;
pub mod module;
pub mod observed;
pub mod platform_tokens;
pub mod run;
pub mod wasm_imports;
pub mod wasmtime_host;
