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
