import { useLayoutEffect, useState } from 'preact/hooks'

/** A value that changes, and those who want to know. */
export interface Store<T> {
  readonly value: T
  set(value: T): void
  subscribe(listener: () => void): () => void
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get value() {
      return value
    },
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of Array.from(listeners)) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The value of a store, drawn again whenever it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useState({})
  const { value } = store
  useLayoutEffect(() => {
    // Another part of the page may have changed it since this one was drawn.
    if (!Object.is(store.value, value)) redraw({})
    return store.subscribe(() => redraw({}))
  }, [store])
  return value
}
