export function Pair() {
  return <p>pair</p>
}
