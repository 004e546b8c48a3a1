import { CopyLine } from '../copy-line.tsx'
import { serverUrl } from '../overview/machines-card.tsx'

/** How another machine joins. */
export function AddMachine() {
  return (
    <section class="card add-machine" aria-labelledby="add-title">
      <h2 id="add-title">Add a machine</h2>
      <p>On the machine, with Node 22.18 or newer:</p>
      <CopyLine text={`npx claudeforge login ${serverUrl()}`} />
      <p class="dim">It shows a code, which you approve here. Its whole history is sent, then what is new.</p>
    </section>
  )
}
