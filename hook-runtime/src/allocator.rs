//! The engine's memory: metered, and refused above a limit.
//!
//! QuickJS can limit itself, but asks the C library how large an allocation is, and WASI's cannot
//! tell: in Envoy its own limit would never be reached. So each allocation carries its size.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::cell::Cell;
use std::ptr;
use std::rc::Rc;

use javy::quickjs::allocator::Allocator;

/// What an engine has allocated, and may.
#[derive(Debug, Default)]
pub struct Meter {
    used: Cell<usize>,
    limit: Cell<usize>,
    exhausted: Cell<bool>,
}

impl Meter {
    /// From now on, allocations above `bytes` in all are refused.
    pub fn set_limit(&self, bytes: usize) {
        self.limit.set(bytes);
    }

    /// Whether one was refused. It stays so: the engine is not used again.
    pub fn is_exhausted(&self) -> bool {
        self.exhausted.get()
    }

    /// Accounts for a block that grows from `old` to `new` bytes, or refuses it.
    fn admit(&self, old: usize, new: usize) -> bool {
        let used = self.used.get().saturating_sub(old).saturating_add(new);
        if used > self.limit.get() && new > old {
            self.exhausted.set(true);
            return false;
        }
        self.used.set(used);
        true
    }

    fn release(&self, size: usize) {
        self.used.set(self.used.get().saturating_sub(size));
    }
}

/// The global allocator behind a [`Meter`].
pub struct MeteredAllocator(pub Rc<Meter>);

/// Room for the size, keeping what follows aligned for every C type.
const HEADER: usize = 16;

/// The layout of a block of `size` bytes with its header.
fn layout(size: usize) -> Option<Layout> {
    let whole = size.checked_add(HEADER)?;
    Layout::from_size_align(whole, HEADER).ok()
}

/// # Safety
/// `block` came from this allocator.
unsafe fn size_of(block: *mut u8) -> usize {
    // SAFETY: every block is preceded by its header.
    unsafe { block.sub(HEADER).cast::<usize>().read() }
}

impl MeteredAllocator {
    fn allocate(&self, size: usize, get: unsafe fn(Layout) -> *mut u8) -> *mut u8 {
        let Some(layout) = layout(size) else {
            return ptr::null_mut();
        };
        if !self.0.admit(0, size) {
            return ptr::null_mut();
        }
        // SAFETY: the layout is never empty, it has the header.
        let whole = unsafe { get(layout) };
        if whole.is_null() {
            self.0.release(size);
            return ptr::null_mut();
        }
        // SAFETY: the block has room for the header and is aligned for it.
        unsafe {
            whole.cast::<usize>().write(size);
            whole.add(HEADER)
        }
    }
}

// SAFETY: blocks come from the global allocator with at least the wanted size and an alignment of
// 16, sizes are kept in the header, null is returned where there is no memory.
unsafe impl Allocator for MeteredAllocator {
    fn alloc(&mut self, size: usize) -> *mut u8 {
        self.allocate(size, alloc)
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        match count.checked_mul(size) {
            Some(total) => self.allocate(total, alloc_zeroed),
            None => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&mut self, block: *mut u8) {
        // SAFETY: the caller hands back a block of ours.
        let size = unsafe { size_of(block) };
        self.0.release(size);
        if let Some(layout) = layout(size) {
            // SAFETY: this is the layout it was allocated with.
            unsafe { dealloc(block.sub(HEADER), layout) }
        }
    }

    unsafe fn realloc(&mut self, block: *mut u8, new_size: usize) -> *mut u8 {
        if block.is_null() {
            return self.alloc(new_size);
        }
        // SAFETY: the caller hands in a block of ours.
        let old_size = unsafe { size_of(block) };
        let (Some(old), Some(new)) = (layout(old_size), layout(new_size)) else {
            return ptr::null_mut();
        };
        if !self.0.admit(old_size, new_size) {
            return ptr::null_mut();
        }
        // SAFETY: `old` is the layout it was allocated with, the new size is not zero.
        let whole = unsafe { realloc(block.sub(HEADER), old, new.size()) };
        if whole.is_null() {
            self.0.admit(new_size, old_size);
            return ptr::null_mut();
        }
        // SAFETY: as in `allocate`.
        unsafe {
            whole.cast::<usize>().write(new_size);
            whole.add(HEADER)
        }
    }

    unsafe fn usable_size(block: *mut u8) -> usize {
        // SAFETY: the caller hands in a block of ours.
        unsafe { size_of(block) }
    }
}
