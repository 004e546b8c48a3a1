import { useState } from 'preact/hooks'
import { areShortcutsOn, setShortcuts, SHORTCUTS } from '../shortcuts.ts'
import { Dialog } from './dialog.tsx'

export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  const [isOn, setOn] = useState(areShortcutsOn())
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {SHORTCUTS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>← →</kbd>
          </dt>
          <dd>in a chart: from bar to bar; Enter opens one</dd>
        </div>
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => {
            setShortcuts(event.currentTarget.checked)
            setOn(event.currentTarget.checked)
          }}
        />{' '}
        Single keys do something (Ctrl K always does)
      </label>
    </Dialog>
  )
}
