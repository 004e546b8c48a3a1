import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { loadPart } from '../load-part.ts'
import { onShortcut } from '../shortcuts.ts'

type Dialog = ComponentType<{ readonly onClose: () => void }>

/** Dialogs that any page has. They come when they are opened. */
const DIALOGS = {
  palette: async () => (await import('./palette.tsx')).Palette,
  help: async () => (await import('./shortcut-help.tsx')).ShortcutHelp,
} as const satisfies Record<string, () => Promise<Dialog>>

export function LazyDialogs() {
  const [open, setOpen] = useState<{ component: Dialog } | undefined>(undefined)
  const show = (name: keyof typeof DIALOGS) =>
    void loadPart<Dialog>(DIALOGS[name]).then(
      (component) => setOpen({ component }),
      // Without the server, there is no dialog; the page says that it is away.
      () => undefined,
    )
  useEffect(() => {
    const stops = [onShortcut('Ctrl K', () => show('palette')), onShortcut('?', () => show('help'))]
    return () => stops.forEach((stop) => stop())
  }, [])
  const Shown = open?.component
  return (
    <>
      <button type="button" onClick={() => show('palette')} aria-keyshortcuts="Control+K">
        <span class="only-read">Go to anything </span>
        <kbd aria-hidden="true">Ctrl K</kbd>
      </button>
      {Shown !== undefined && <Shown onClose={() => setOpen(undefined)} />}
    </>
  )
}
