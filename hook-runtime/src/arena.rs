//! The memory of one engine: metered, limited, and able to go back to what it was.
//!
//! A context that is ready costs ten times as much to make as most hooks take to run. So it is made
//! once, its whole memory is remembered ([`Arena::remember`]), and after an invocation every byte is
//! as it was ([`Arena::restore`]): a fresh context for the price of a copy. Nothing of an
//! invocation can survive that, not even what a script that was stopped left half done.
//!
//! QuickJS could limit its memory by itself, but asks the C library how large an allocation is, and
//! WASI's cannot tell: in Envoy its own limit would never be reached. So each block has its size in
//! front of it.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::cell::{Cell, RefCell};
use std::ptr;
use std::rc::Rc;

use javy::quickjs::allocator::Allocator;

/// What precedes each block: its size, with room to keep what follows aligned for every C type.
const HEADER: usize = 16;
/// Blocks up to this many bytes come in steps of 16, larger ones in powers of two.
const SMALL: usize = 1_024;
/// Classes of blocks: 64 small ones, then one for each power of two.
const CLASSES: usize = SMALL / 16 + 32;
/// What is asked of the system at once, unless one block needs more.
const CHUNK: usize = 256 << 10;
/// The arena may be larger than the limit of what is in use, since freed blocks keep their class; a
/// script that makes use of that comes to an end here.
const SLACK: usize = 2;

/// What all arenas of a VM may take together, with what they remember. A VM of Envoy has 1 GiB, and one
/// that runs out of it traps and takes its worker down; this way it is a hook that fails.
const MOST: usize = if cfg!(target_arch = "wasm32") {
    640 << 20
} else {
    usize::MAX / 2
};

thread_local! {
    /// What they have taken. A VM has one thread; natively each thread counts for itself.
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

/// Memory for one engine.
pub struct Arena {
    state: RefCell<State>,
    snapshot: RefCell<Option<Snapshot>>,
    limit: usize,
    exhausted: Cell<bool>,
}

/// Where things are. Contents are in the chunks.
#[derive(Clone)]
struct State {
    chunks: Vec<Chunk>,
    /// The first free block of each class; each free block has the next one's address in it.
    free: [usize; CLASSES],
    /// Bytes that the engine has in use.
    used: usize,
}

/// A piece of memory, filled from its beginning.
#[derive(Clone, Copy)]
struct Chunk {
    base: *mut u8,
    size: usize,
    filled: usize,
}

struct Snapshot {
    state: State,
    contents: Vec<Vec<u8>>,
}

impl Arena {
    /// An empty arena in which up to `limit` bytes may be in use.
    pub fn new(limit: usize) -> Self {
        let state = State {
            chunks: Vec::new(),
            free: [0; CLASSES],
            used: 0,
        };
        Arena {
            state: RefCell::new(state),
            snapshot: RefCell::new(None),
            limit,
            exhausted: Cell::new(false),
        }
    }

    /// Whether an allocation was refused since the arena was made or restored.
    pub fn is_exhausted(&self) -> bool {
        self.exhausted.get()
    }

    /// Bytes in use.
    pub fn used(&self) -> usize {
        self.state.borrow().used
    }

    /// Bytes taken from the system, with what is remembered.
    pub fn taken(&self) -> usize {
        let chunks: usize = self
            .state
            .borrow()
            .chunks
            .iter()
            .map(|chunk| chunk.size)
            .sum();
        let snapshot = self.snapshot.borrow();
        let contents = snapshot.iter().flat_map(|snapshot| &snapshot.contents);
        chunks + contents.map(Vec::len).sum::<usize>()
    }

    /// Remembers every byte.
    pub fn remember(&self) {
        let state = self.state.borrow().clone();
        let contents: Vec<Vec<u8>> = state
            .chunks
            .iter()
            .map(|chunk| chunk.contents().to_vec())
            .collect();
        let size = contents.iter().map(Vec::len).sum::<usize>();
        TAKEN.set(TAKEN.get() + size);
        let before = self.snapshot.replace(Some(Snapshot { state, contents }));
        forget(before.as_ref());
    }

    /// Goes back to what was remembered: the contents, what is free, what is in use.
    ///
    /// # Safety
    /// Nobody may use a block again that was allocated since, and everybody must hold just the
    /// references into the arena that they held then.
    pub unsafe fn restore(&self) {
        let snapshot = self.snapshot.borrow();
        let Some(Snapshot {
            state: then,
            contents,
        }) = &*snapshot
        else {
            return;
        };
        let mut now = self.state.borrow_mut();
        for chunk in now.chunks.drain(then.chunks.len()..) {
            chunk.release();
        }
        for ((now, then), contents) in now.chunks.iter().zip(&then.chunks).zip(contents) {
            // SAFETY: both lie in the chunk, which is `size` bytes long; contents were copied from
            // its beginning.
            unsafe {
                ptr::copy_nonoverlapping(contents.as_ptr(), now.base, contents.len());
                // Nothing of an invocation stays, not even where nobody looks.
                ptr::write_bytes(now.base.add(then.filled), 0, now.filled - then.filled);
            }
        }
        now.clone_from(then);
        self.exhausted.set(false);
    }

    /// A block of `size` bytes, or null.
    fn get(&self, size: usize) -> *mut u8 {
        let mut state = self.state.borrow_mut();
        let Some((class, room)) = class_of(size) else {
            return self.refuse();
        };
        if state.used.saturating_add(size) > self.limit {
            return self.refuse();
        }
        let whole = match state.free.get(class).copied() {
            Some(0) | None => match state.extend(room, self.limit.saturating_mul(SLACK)) {
                Some(whole) => whole,
                None => return self.refuse(),
            },
            Some(address) => {
                let whole = ptr::with_exposed_provenance_mut::<u8>(address);
                // SAFETY: a free block of ours, with the next one's address in it.
                let next = unsafe { whole.cast::<usize>().read() };
                if let Some(first) = state.free.get_mut(class) {
                    *first = next;
                }
                whole
            }
        };
        state.used += size;
        // SAFETY: the block has room for the header and is aligned for it.
        unsafe {
            whole.cast::<usize>().write(size);
            whole.add(HEADER)
        }
    }

    fn refuse(&self) -> *mut u8 {
        self.exhausted.set(true);
        ptr::null_mut()
    }

    /// Takes a block back.
    ///
    /// # Safety
    /// `block` came from [`Arena::get`] and is not used again.
    unsafe fn put(&self, block: *mut u8) {
        // SAFETY: every block is preceded by its header.
        let (whole, size) = unsafe { (block.sub(HEADER), size_of(block)) };
        let mut state = self.state.borrow_mut();
        state.used = state.used.saturating_sub(size);
        let Some((class, _)) = class_of(size) else {
            return;
        };
        if let Some(first) = state.free.get_mut(class) {
            // SAFETY: the block is ours again.
            unsafe { whole.cast::<usize>().write(*first) };
            *first = whole.expose_provenance();
        }
    }

    /// Whether a block of `old` bytes may become one of `new` where it is.
    fn fits(&self, old: usize, new: usize) -> bool {
        let mut state = self.state.borrow_mut();
        let used = state.used.saturating_sub(old).saturating_add(new);
        let same = class_of(old).is_some() && class_of(old) == class_of(new);
        if same && used <= self.limit {
            state.used = used;
        }
        same && used <= self.limit
    }
}

impl State {
    /// `room` more bytes, unless the arena would have more than `most`.
    fn extend(&mut self, room: usize, most: usize) -> Option<*mut u8> {
        if let Some(whole) = self.chunks.last_mut().and_then(|chunk| chunk.take(room)) {
            return Some(whole);
        }
        let all: usize = self.chunks.iter().map(|chunk| chunk.size).sum();
        let size = room.max(CHUNK);
        if all.saturating_add(size) > most.max(CHUNK) {
            return None;
        }
        let mut chunk = Chunk::new(size)?;
        let whole = chunk.take(room);
        self.chunks.push(chunk);
        whole
    }
}

/// What was remembered is not any more.
fn forget(snapshot: Option<&Snapshot>) {
    let contents = snapshot.into_iter().flat_map(|snapshot| &snapshot.contents);
    let size = contents.map(Vec::len).sum::<usize>();
    TAKEN.set(TAKEN.get().saturating_sub(size));
}

impl Chunk {
    fn new(size: usize) -> Option<Self> {
        if TAKEN.get().saturating_add(size) > MOST {
            return None;
        }
        let layout = Layout::from_size_align(size, HEADER).ok()?;
        // SAFETY: `size` is not zero.
        let base = unsafe { alloc_zeroed(layout) };
        if base.is_null() {
            return None;
        }
        TAKEN.set(TAKEN.get() + size);
        Some(Chunk {
            base,
            size,
            filled: 0,
        })
    }

    fn take(&mut self, room: usize) -> Option<*mut u8> {
        let filled = self
            .filled
            .checked_add(room)
            .filter(|filled| *filled <= self.size)?;
        // SAFETY: `filled` was, and stays, within the chunk.
        let whole = unsafe { self.base.add(self.filled) };
        self.filled = filled;
        Some(whole)
    }

    fn contents(&self) -> &[u8] {
        // SAFETY: the chunk was zeroed when it was made, so that all of it may be read.
        unsafe { std::slice::from_raw_parts(self.base, self.filled) }
    }

    fn release(self) {
        TAKEN.set(TAKEN.get().saturating_sub(self.size));
        if let Ok(layout) = Layout::from_size_align(self.size, HEADER) {
            // SAFETY: this is how it was allocated, and the caller gives it up.
            unsafe { dealloc(self.base, layout) }
        }
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        forget(self.snapshot.borrow().as_ref());
        for chunk in self.state.borrow_mut().chunks.drain(..) {
            chunk.release();
        }
    }
}

/// The class of a block of `size` bytes, and what it takes with its header. None where no block
/// can be that large.
fn class_of(size: usize) -> Option<(usize, usize)> {
    let whole = size.checked_add(HEADER)?;
    if whole <= SMALL {
        let steps = whole.div_ceil(16);
        return Some((steps - 1, steps * 16));
    }
    let room = whole.checked_next_power_of_two()?;
    let class = SMALL / 16 + (room.trailing_zeros() - SMALL.trailing_zeros()) as usize;
    (class < CLASSES).then_some((class, room))
}

/// # Safety
/// `block` came from an [`Arena`].
unsafe fn size_of(block: *mut u8) -> usize {
    // SAFETY: every block is preceded by its header.
    unsafe { block.sub(HEADER).cast::<usize>().read() }
}

/// An [`Arena`] as QuickJS takes it.
pub struct ArenaAllocator(pub Rc<Arena>);

// SAFETY: blocks have at least the wanted size and an alignment of 16, sizes are kept in front of
// them, null is returned where there is no memory.
unsafe impl Allocator for ArenaAllocator {
    fn alloc(&mut self, size: usize) -> *mut u8 {
        self.0.get(size)
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        let Some(total) = count.checked_mul(size) else {
            return ptr::null_mut();
        };
        let block = self.0.get(total);
        if !block.is_null() {
            // SAFETY: the block has `total` bytes.
            unsafe { ptr::write_bytes(block, 0, total) };
        }
        block
    }

    unsafe fn dealloc(&mut self, block: *mut u8) {
        // SAFETY: the caller hands back a block of ours.
        unsafe { self.0.put(block) }
    }

    unsafe fn realloc(&mut self, block: *mut u8, new_size: usize) -> *mut u8 {
        if block.is_null() {
            return self.0.get(new_size);
        }
        // SAFETY: the caller hands in a block of ours, and gives it up when it gets another.
        unsafe {
            let old_size = size_of(block);
            if self.0.fits(old_size, new_size) {
                block.sub(HEADER).cast::<usize>().write(new_size);
                return block;
            }
            let new = self.0.get(new_size);
            if !new.is_null() {
                ptr::copy_nonoverlapping(block, new, old_size.min(new_size));
                self.0.put(block);
            }
            new
        }
    }

    unsafe fn usable_size(block: *mut u8) -> usize {
        // SAFETY: the caller hands in a block of ours.
        unsafe { size_of(block) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arena(limit: usize) -> (Rc<Arena>, ArenaAllocator) {
        let arena = Rc::new(Arena::new(limit));
        (arena.clone(), ArenaAllocator(arena))
    }

    /// Numbers that are the same in every run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 % limit as u64).unwrap()
        }
    }

    #[test]
    fn blocks_keep_their_contents_whatever_happens_around_them() {
        let (arena, mut allocator) = arena(64 << 20);
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
        let mut blocks: Vec<(*mut u8, Vec<u8>)> = Vec::new();
        for round in 0..20_000u32 {
            let mark = round.to_le_bytes()[0];
            match numbers.below(3) {
                0 if !blocks.is_empty() => {
                    let (block, contents) = blocks.swap_remove(numbers.below(blocks.len()));
                    // SAFETY: a live block of that size.
                    unsafe {
                        assert_eq!(std::slice::from_raw_parts(block, contents.len()), contents);
                        allocator.dealloc(block);
                    }
                }
                1 if !blocks.is_empty() => {
                    let index = numbers.below(blocks.len());
                    let size = 1 + numbers.below(5_000);
                    let (block, contents) = &mut blocks[index];
                    // SAFETY: as above.
                    unsafe {
                        *block = allocator.realloc(*block, size);
                        let kept = size.min(contents.len());
                        assert_eq!(std::slice::from_raw_parts(*block, kept), &contents[..kept]);
                        ptr::write_bytes(*block, mark, size);
                    }
                    *contents = vec![mark; size];
                }
                _ => {
                    let size = 1 + numbers.below(if round % 100 == 0 { 600_000 } else { 3_000 });
                    let block = allocator.alloc(size);
                    assert!(!block.is_null() && block.addr() % 16 == 0);
                    // SAFETY: a new block of that size.
                    unsafe { ptr::write_bytes(block, mark, size) };
                    blocks.push((block, vec![mark; size]));
                }
            }
        }
        let used: usize = blocks.iter().map(|(_, contents)| contents.len()).sum();
        assert_eq!(arena.state.borrow().used, used);
    }

    #[test]
    fn what_all_arenas_take_is_known() {
        let before = TAKEN.get();
        let (arena, mut allocator) = arena(8 << 20);
        assert!(!allocator.alloc(300_000).is_null());
        arena.remember();
        assert_eq!(TAKEN.get() - before, arena.taken());
        arena.remember();
        assert_eq!(TAKEN.get() - before, arena.taken());
        drop((arena, allocator));
        assert_eq!(TAKEN.get(), before);
    }

    #[test]
    fn restored_memory_is_what_was_remembered_and_nothing_else() {
        let (arena, mut allocator) = arena(8 << 20);
        let kept = allocator.alloc(100);
        let large = allocator.alloc(300_000);
        let freed = allocator.alloc(50);
        // SAFETY: live blocks of these sizes, none of the later ones is used after a restore.
        unsafe {
            ptr::write_bytes(kept, 1, 100);
            ptr::write_bytes(large, 2, 300_000);
            allocator.dealloc(freed);
            arena.remember();
            let before = arena.state.borrow().used;
            let chunks = arena.state.borrow().chunks.len();
            for _ in 0..3 {
                ptr::write_bytes(kept, 9, 100);
                ptr::write_bytes(large, 9, 300_000);
                let reused = allocator.alloc(50);
                assert_eq!(reused, freed);
                ptr::write_bytes(reused, 9, 50);
                let new = allocator.alloc(200);
                ptr::write_bytes(new, 9, 200);
                allocator.dealloc(kept);
                assert!(!allocator.alloc(1 << 20).is_null());
                assert!(allocator.alloc(1 << 30).is_null() && arena.is_exhausted());
                arena.restore();
                assert!(!arena.is_exhausted());
                assert_eq!(std::slice::from_raw_parts(kept, 100), [1; 100]);
                assert_eq!(std::slice::from_raw_parts(large, 300_000), [2; 300_000]);
                assert_eq!(std::slice::from_raw_parts(new, 200), [0; 200]);
                assert_eq!(arena.state.borrow().used, before);
                assert_eq!(arena.state.borrow().chunks.len(), chunks);
            }
        }
    }

    #[test]
    fn the_limit_holds_for_what_is_used_and_for_what_is_held() {
        let (arena, mut allocator) = arena(1 << 20);
        assert!(!allocator.alloc(1_000_000).is_null());
        assert!(allocator.alloc(100_000).is_null());
        assert!(arena.is_exhausted());
        // Filled and freed class by class, an arena would grow without ever having much in use.
        let (arena, mut allocator) = self::arena(1 << 20);
        'grown: for size in (16..=1_008).step_by(16) {
            let mut blocks = Vec::new();
            for _ in 0..900_000 / size {
                let block = allocator.alloc(size);
                if block.is_null() {
                    break 'grown;
                }
                blocks.push(block);
            }
            for block in blocks {
                // SAFETY: a live block.
                unsafe { allocator.dealloc(block) };
            }
        }
        assert!(arena.is_exhausted());
        let held: usize = arena
            .state
            .borrow()
            .chunks
            .iter()
            .map(|chunk| chunk.size)
            .sum();
        assert!(held <= 2 << 20, "{held}");
    }

    #[test]
    fn sizes_that_nothing_can_have_are_refused() {
        let (_, mut allocator) = arena(usize::MAX);
        assert!(allocator.alloc(usize::MAX).is_null());
        assert!(allocator.alloc(usize::MAX - 8).is_null());
        assert!(allocator.calloc(usize::MAX, 2).is_null());
    }
}
