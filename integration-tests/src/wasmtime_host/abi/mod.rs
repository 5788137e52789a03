//! The functions of the proxy-wasm ABI 0.2.1 that the module may call, with Envoy's answers
//! (its source/extensions/common/wasm/context.cc). The SDK imports others of the ABI too: calling
//! one of those is a trap with its name, and an import from outside the ABI cannot be loaded.

mod buffers;
mod maps;
mod metrics;
mod queues;
mod streams;
mod surroundings;

use wasmtime::{ExternType, Linker, Module, Result, bail};

use super::state::State;
use crate::wasm_imports::PROXY_FUNCTIONS;

const OK: u32 = 0;
const NOT_FOUND: u32 = 1;
const BAD_ARGUMENT: u32 = 2;

/// Adds them to what a module may import.
pub fn add(linker: &mut Linker<State>, module: &Module) -> Result<()> {
    add_refusals(linker, module)?;
    linker.allow_shadowing(true);
    surroundings::add(linker)?;
    maps::add(linker)?;
    buffers::add(linker)?;
    streams::add(linker)?;
    metrics::add(linker)?;
    queues::add(linker)?;
    linker.allow_shadowing(false);
    Ok(())
}

/// Every function of the ABI that the module imports, as a trap; the others then take the places
/// of those that we do answer.
fn add_refusals(linker: &mut Linker<State>, module: &Module) -> Result<()> {
    for import in module.imports() {
        let name = import.name();
        let of_the_abi = name
            .strip_prefix("proxy_")
            .is_some_and(|name| PROXY_FUNCTIONS.contains(&name));
        if let (true, ExternType::Func(kind)) = (of_the_abi, import.ty()) {
            let called = format!("the filter calls {name}, which our host does not answer");
            linker.func_new("env", name, kind, move |_, _, _| bail!("{called}"))?;
        }
    }
    Ok(())
}
