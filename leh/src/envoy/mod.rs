//! The Envoy configuration of a project, and Envoy itself as a process.

pub mod configuration;
pub mod process;
pub mod yaml;
