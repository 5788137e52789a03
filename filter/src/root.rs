//! The configuration's context: loads the bundle, makes the streams' contexts, and is woken.

use std::rc::Rc;

use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::ContextType;

use crate::host;
use crate::stream::Stream;
use crate::worker::Worker;

/// The root context of one VM.
pub struct Root {
    id: u32,
    worker: Option<Rc<Worker>>,
    /// The configuration was replaced; only what is on its way keeps it.
    ending: bool,
}

impl Root {
    /// For the root context with this id.
    pub fn new(id: u32) -> Self {
        Root {
            id,
            worker: None,
            ending: false,
        }
    }

    fn finish_if_drained(&mut self) {
        if self.ending
            && self
                .worker
                .as_ref()
                .is_none_or(|worker| worker.is_drained())
        {
            self.ending = false;
            host::done();
        }
    }
}

impl RootContext for Root {
    /// Runs once in every VM, and in a canary: nothing here may be seen from outside.
    fn on_configure(&mut self, size: usize) -> bool {
        match Worker::load(self.id, &host::plugin_configuration(size)) {
            Ok(worker) => {
                let names: Vec<_> = worker
                    .plan
                    .hooks()
                    .iter()
                    .map(|planned| planned.hook.name.as_str())
                    .collect();
                log::info!(
                    "lifecycle-hooks {} ({}) loaded {} hook(s): {}",
                    env!("CARGO_PKG_VERSION"),
                    env!("LEH_COMMIT"),
                    names.len(),
                    names.join(", ")
                );
                self.worker = Some(Rc::new(worker));
                true
            }
            Err(reasons) => {
                for reason in reasons {
                    log::error!("lifecycle-hooks refuses its configuration: {reason}");
                }
                false
            }
        }
    }

    fn on_tick(&mut self) {
        if let Some(worker) = &self.worker {
            worker.tick();
        }
        host::act_for(self.id);
        self.finish_if_drained();
    }

    /// Somebody wants calls made ([`Worker::call_soon`]).
    fn on_queue_ready(&mut self, queue: u32) {
        if let Some(worker) = &self.worker {
            worker.make_calls(queue);
        }
        host::act_for(self.id);
    }

    fn create_http_context(&self, id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Stream::new(id, self.worker.clone()?)))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

impl Context for Root {
    fn on_http_call_response(&mut self, call: u32, _headers: usize, body: usize, _trailers: usize) {
        if let Some(worker) = &self.worker {
            worker.call_answered(call, host::call_response(body));
        }
        host::act_for(self.id);
        self.finish_if_drained();
    }

    /// Deliveries on their way keep a replaced configuration until the relay has them.
    fn on_done(&mut self) -> bool {
        self.ending = self
            .worker
            .as_ref()
            .is_some_and(|worker| !worker.is_drained());
        !self.ending
    }
}
