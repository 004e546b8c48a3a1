import type { ComponentType } from 'preact'
import { useState } from 'preact/hooks'

/** Opens the dialog that makes read-only links. */
export function ShareButton() {
  const [dialog, setDialog] = useState<{ component: ComponentType<{ readonly onClose: () => void }> } | undefined>(
    undefined,
  )
  const open = () =>
    void import('./share-dialog.tsx').then(
      ({ ShareDialog }) => setDialog({ component: ShareDialog }),
      () => location.reload(),
    )
  const Shown = dialog?.component
  return (
    <>
      <button type="button" onClick={open}>
        Share
      </button>
      {Shown !== undefined && <Shown onClose={() => setDialog(undefined)} />}
    </>
  )
}
