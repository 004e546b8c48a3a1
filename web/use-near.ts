import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

/** So far below what is seen something is near. */
const NEAR = '300px'

/** Has an element come near what is seen? From then on it stays so. */
export function useNear<E extends Element>(): [RefObject<E | null>, boolean] {
  const ref = useRef<E | null>(null)
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (element === null || isNear) return undefined
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true)
      },
      { rootMargin: NEAR },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [isNear])
  return [ref, isNear]
}
