import { useState } from 'preact/hooks'

/** A line to be typed elsewhere, with a button that copies it where the browser allows (https or localhost). */
export function CopyLine({ text }: { readonly text: string }) {
  const [said, setSaid] = useState('')
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('Select and copy it by hand'),
    )
  return (
    <div class="copy-line">
      <code tabIndex={0}>{text}</code>
      {'clipboard' in navigator && (
        <button type="button" onClick={() => void copy()}>
          Copy
        </button>
      )}
      <span role="status" class="dim">
        {said}
      </span>
    </div>
  )
}
