const turn = () => new Promise(setImmediate)

/**
 * Looks at things for many at once. Who asks in the same turn of the event loop, or while a look at the same thing is
 * under way, shares the next one: that one may have looked before what they know of had happened.
 */
export function sharedLooks<K, T>(look: (at: K) => Promise<T>): (at: K) => Promise<T> {
  const running = new Map<K, Promise<T>>()
  const waiting = new Map<K, Promise<T>>()
  const begin = (at: K): Promise<T> => {
    waiting.delete(at)
    const begun = look(at)
    running.set(at, begun)
    const end = () => void running.delete(at)
    begun.then(end, end)
    return begun
  }
  return (at) => {
    let next = waiting.get(at)
    if (next === undefined) {
      next = (running.get(at)?.then(turn, turn) ?? turn()).then(() => begin(at))
      waiting.set(at, next)
    }
    return next
  }
}
