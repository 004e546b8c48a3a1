import { LoginLine } from '../login-line.tsx'

/** The server runs, and nothing has come yet: how to get the first data. The chart takes its place by itself. */
export function FirstRun() {
  return (
    <section class="card empty first-run">
      <h2>The server is running. Now add a machine.</h2>
      <ol>
        <li class="done">This server is up.</li>
        <li>
          On each machine that runs Claude Code, this one included:
          <LoginLine />
        </li>
        <li>
          <span class="pulse" aria-hidden="true" /> Waiting for the first usage. It appears here by itself.
        </li>
      </ol>
      <p class="dim">
        Sent are counts, times, the model, the machine’s name and the project’s. No prompt, no answer, no code.
      </p>
    </section>
  )
}
