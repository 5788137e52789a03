//! The Envoy configuration of a project, and Envoy itself as a process.

pub mod configuration;
mod egress;
pub mod process;
pub mod yaml;
