/**
 * Looks at something for many at once. Who comes while a look is under way shares the next one: that one may have looked
 * before what they know of had happened.
 */
export function sharedLook<T>(look: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<T> | undefined
  const start = (): Promise<T> => {
    next = undefined
    const started = look()
    running = started
    return started
  }
  return () => (next ??= running.then(start, start))
}
