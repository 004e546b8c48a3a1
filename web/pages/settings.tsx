import { useState } from 'preact/hooks'
import { addressOf, DEFAULT_VIEW } from '../address.ts'
import { ConfirmButton } from '../confirm-button.tsx'
import { Choice } from '../controls/control-row.tsx'
import { replace } from '../navigation.ts'
import { signOut } from '../session.ts'
import { Keys } from '../settings/keys.tsx'
import { Server } from '../settings/server.tsx'
import { Section } from '../settings/section.tsx'
import { Shares } from '../settings/shares.tsx'
import { SignIns } from '../settings/sign-ins.tsx'
import { Answered } from '../states.tsx'
import { usePath } from '../use-report.ts'
import { SESSION_PATH } from '../../api/paths.ts'
import type { SessionAnswer } from '../../api/sign-in.ts'
import { areShortcutsOn, setShortcuts } from '../shortcuts.ts'
import { arePatternsOn, chooseTheme, chosenTheme, setPatterns, THEMES } from '../theme.ts'

/** What can be set from here, and what the server is set to. */
export function Settings() {
  const session = usePath<SessionAnswer>(SESSION_PATH)
  return (
    <>
      <div class="page-head">
        <h1>Settings</h1>
      </div>
      <div class="stack">
        <Looks />
        <Answered shown={session} skeleton={<div class="card" />}>
          {(answer) => <ForWhom session={answer} />}
        </Answered>
      </div>
    </>
  )
}

/** Who may change things sees what can be changed. */
function ForWhom({ session }: { readonly session: SessionAnswer }) {
  const isAdmin = session.scopes.includes('admin')
  return (
    <div class="stack">
      {isAdmin && (
        <>
          <SignIns session={session} />
          <Keys />
          <Shares />
        </>
      )}
      <Server isAdmin={isAdmin} />
      <p>
        {session.signed_in ? (
          <ConfirmButton
            question="Sign this browser out"
            run={() => signOut().then(() => replace(addressOf('sign-in', DEFAULT_VIEW)))}
          >
            Sign out
          </ConfirmButton>
        ) : (
          <a class="button" href={addressOf('sign-in', DEFAULT_VIEW)} data-in-page>
            Sign in
          </a>
        )}
      </p>
    </div>
  )
}

/** Kept by this browser, for this browser. */
function Looks() {
  const [theme, setTheme] = useState(chosenTheme())
  const [hasPatterns, setHasPatterns] = useState(arePatternsOn())
  const [hasKeys, setHasKeys] = useState(areShortcutsOn())
  const check = (label: string, value: boolean, set: (value: boolean) => void) => (
    <label class="check">
      <input type="checkbox" checked={value} onChange={(event) => set(event.currentTarget.checked)} /> {label}
    </label>
  )
  return (
    <Section title="This browser">
      <label class="check">
        Theme{' '}
        <Choice
          label="Theme"
          value={theme}
          options={THEMES.map((name) => [name, name === 'system' ? 'as the system' : name])}
          onChoose={(name) => {
            chooseTheme(name)
            setTheme(name)
          }}
        />
      </label>
      {check('Patterns in the bars, besides colours', hasPatterns, (value) => {
        setPatterns(value)
        setHasPatterns(value)
      })}
      {check('Single keys do something (? lists them)', hasKeys, (value) => {
        setShortcuts(value)
        setHasKeys(value)
      })}
    </Section>
  )
}
