import { useEffect, useState } from 'preact/hooks'

/** True once `isOn` has been true for so long. */
export function useDelay(isOn: boolean, ms: number): boolean {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    if (!isOn) {
      setLate(false)
      return undefined
    }
    const timer = setTimeout(() => setLate(true), ms)
    return () => clearTimeout(timer)
  }, [isOn])
  return isOn && isLate
}
