import { render } from 'preact'
import { App } from './app.tsx'
import { startClock } from './clock.ts'
import { startNavigation } from './navigation.ts'
import { startShortcuts } from './shortcuts.ts'
import './style/index.css'

// Here the clock and the zone are taken, and handed on.
const surroundings = { now: () => Date.now(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone }

startClock(surroundings.now)
startNavigation()
startShortcuts()
const root = document.getElementById('app')
if (root !== null) render(<App surroundings={surroundings} />, root)
