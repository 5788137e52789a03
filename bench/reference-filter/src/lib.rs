//! What a proxy-wasm filter costs at least: this one does nothing, or, when its configuration holds
//! the arguments of Envoy's foreign function `sign`, calls that once for each request.
//!
//! One module for both, so that their difference is the call and nothing else.

use std::rc::Rc;

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, BufferType, ContextType};

/// The function that Envoy calls first.
mod entry {
    use super::Root;

    proxy_wasm::main! {{
        proxy_wasm::set_root_context(|_| Box::new(Root { arguments: None }));
    }}
}

struct Root {
    /// The arguments of `sign`; none for the filter that does nothing.
    arguments: Option<Rc<[u8]>>,
}

impl RootContext for Root {
    fn on_configure(&mut self, size: usize) -> bool {
        if size > 0 {
            let configuration = hostcalls::get_buffer(BufferType::PluginConfiguration, 0, size);
            self.arguments = configuration.ok().flatten().map(Rc::from);
            return self.arguments.is_some();
        }
        true
    }

    fn create_http_context(&self, _id: u32) -> Option<Box<dyn HttpContext>> {
        Some(match self.arguments.clone() {
            Some(arguments) => Box::new(Signing { arguments }),
            None => Box::new(Nothing),
        })
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

impl Context for Root {}

struct Nothing;

impl HttpContext for Nothing {}

impl Context for Nothing {}

struct Signing {
    arguments: Rc<[u8]>,
}

/// How a protobuf message begins whose first field, the `result` of `sign`, is true.
const SIGNED: &[u8] = &[0x08, 0x01];

impl HttpContext for Signing {
    /// Whatever is no signature must not pass for a fast one.
    fn on_http_request_headers(&mut self, _count: usize, _end: bool) -> Action {
        match hostcalls::call_foreign_function("sign", Some(&self.arguments)) {
            Ok(Some(answer)) if answer.starts_with(SIGNED) => Action::Continue,
            _ => {
                let body = b"Envoy's foreign function `sign` gave no signature";
                // The next request shows it again if even this fails.
                let _ = hostcalls::send_http_response(500, vec![], Some(body));
                Action::Pause
            }
        }
    }
}

impl Context for Signing {}
