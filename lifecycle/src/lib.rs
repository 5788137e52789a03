//! The domain of lifecycle hooks: which events there are, how a platform's traffic shows them,
//! what an invocation is given, what its answer means, and how tokens are edited.
//!
//! Nothing here does I/O, reads a clock or draws randomness: an [`exchange::Exchange`] takes
//! inputs and returns effects, and whoever holds it (the filter in Envoy, a test) performs them.
//! The way of a request: [`plan::Plan`] says which exchanges matter, [`exchange`] follows one,
//! [`arguments`] builds what a hook is given, [`outcome`] reads what it answered, [`token`] edits
//! what the platform issued.

pub mod answer;
pub mod arguments;
pub mod bundle;
pub mod egress;
pub mod egress_cache;
pub mod event;
pub mod exchange;
pub mod form;
pub mod outcome;
pub mod path;
pub mod plan;
pub mod redact;
pub mod remote;
pub mod sample;
pub mod source_map;
pub mod token;
pub mod trigger;
pub mod trigger_fields;
pub mod value;
