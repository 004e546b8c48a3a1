import { BACKUP_PATH, EXPORT_PATH, OPENAPI_PATH, SERVER_PATH } from '../../api/paths.ts'
import type { ServerAnswer } from '../../api/about-server.ts'
import { byteCount } from '../../core/format.ts'
import { Answered } from '../states.tsx'
import { urlOf } from '../request.ts'
import { usePath } from '../use-report.ts'
import { Section } from './section.tsx'

/** What the server is set to, where that is changed, and how to get everything out of it. */
export function Server({ isAdmin }: { readonly isAdmin: boolean }) {
  const shown = usePath<ServerAnswer>(SERVER_PATH)
  return (
    <Answered shown={shown} skeleton={<div class="card" />}>
      {(server) => (
        <div class="stack">
          <Privacy server={server} />
          <Prices server={server} />
          <Data server={server} isAdmin={isAdmin} />
          <Section title="About">
            <p>
              Claudeforge {server.version}. Its API: <a href={urlOf(OPENAPI_PATH)}>OpenAPI</a>. It sends nothing to
              anyone.
            </p>
          </Section>
        </div>
      )}
    </Answered>
  )
}

const NAMES_WORDS = {
  names: 'kept: repositories and folders by their last name, never a path',
  hashed: 'kept as hashes only, so that projects can be told apart but not named',
  off: 'not kept at all',
} as const

function Privacy({ server }: { readonly server: ServerAnswer }) {
  return (
    <Section title="Privacy">
      <dl class="pairs">
        <dt>Project names</dt>
        <dd>
          {NAMES_WORDS[server.project_names]}. Changed with <code>FORGE_PROJECT_NAMES</code> at the server’s start; what
          is kept already is changed along with it, and names that were dropped do not come back by themselves.
        </dd>
        <dt>Who may look</dt>
        <dd>
          {server.viewers === 'anyone' ? '▲ anyone who reaches this server' : 'who is signed in, or has a key'}. Changed
          with <code>FORGE_VIEWERS</code>.
        </dd>
        <dt>Never kept</dt>
        <dd>prompts, answers, code, tool input, full paths, e-mail addresses.</dd>
      </dl>
    </Section>
  )
}

function Prices({ server }: { readonly server: ServerAnswer }) {
  return (
    <Section title="Prices">
      <dl class="pairs">
        <dt>List prices</dt>
        <dd>book {server.price_book}, part of this version; each response at the prices of its own day</dd>
        <dt>Contract prices</dt>
        <dd>
          {server.contract === null ? 'none' : <bdi>{server.contract}</bdi>}. They come from a <code>prices.json</code>{' '}
          in the server’s data folder.
        </dd>
      </dl>
    </Section>
  )
}

function Data({ server, isAdmin }: { readonly server: ServerAnswer; readonly isAdmin: boolean }) {
  return (
    <Section title="Data">
      <p>
        {byteCount(server.size_bytes)} in {server.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, kept until someone
        erases it.
      </p>
      <p class="buttons">
        <a class="button" href={urlOf(`${EXPORT_PATH}?format=ndjson`)} download>
          Export as NDJSON
        </a>
        <a class="button" href={urlOf(`${EXPORT_PATH}?format=csv`)} download>
          Export as CSV
        </a>
        {server.engine === 'sqlite' && isAdmin && (
          <a class="button" href={urlOf(BACKUP_PATH)} download>
            Back up the ledger
          </a>
        )}
      </p>
      <p class="dim">
        NDJSON holds everything and comes in again with <code>forge import</code>. A backup is the whole database, for
        the data folder of a server.
      </p>
    </Section>
  )
}
