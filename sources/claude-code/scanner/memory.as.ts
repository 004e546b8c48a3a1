/** Memory is given out once, when the module starts, and never grows: the host's views of it stay what they are. */

let free: usize = (__heap_base + 63) & ~63

/** So many bytes, all zero, for good. */
export function allocate(bytes: i32): usize {
  const starts = free
  free = (free + bytes + 63) & ~63
  const pages = i32((free + 0xffff) >> 16)
  if (pages > memory.size()) memory.grow(pages - memory.size())
  return starts
}

// The built-in ways to do this are calls out of the module, which take longer than these few bytes.

/** Makes bytes zero: so many, or up to 15 more. */
export function clear(at: usize, bytes: i32): void {
  for (let i = 0; i < bytes; i += 16) v128.store(at + i, i64x2.splat(0))
}

/** Copies bytes: so many, or up to 15 more. */
export function copy(to: usize, from: usize, bytes: i32): void {
  for (let i = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i))
}
