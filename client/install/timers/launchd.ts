import { join } from 'node:path'
import { shimPath } from '../../automatic/shim.ts'
import { runSystem } from '../system-command.ts'
import { xml } from './xml.ts'
import { type Timer, TIMER_MINUTES, type TimerPlace } from './timer.ts'

const LABEL = 'dev.claudeforge.sync'

/** An agent of the user's launchd. What falls into sleep is made up for at waking. */
export const launchd: Timer = {
  name: 'launchd',
  title: 'launchd agent',
  isHere: ({ platform }) => platform === 'darwin',
  files: (place) => [{ path: plistPath(place), text: plist(place) }],
  start: (place) => [['launchctl', 'bootstrap', domain(), plistPath(place)]],
  stop: () => [['launchctl', 'bootout', `${domain()}/${LABEL}`]],
  afterwards: () => [],
  status: (place) => ({ on: runSystem(['launchctl', 'print', `${domain()}/${LABEL}`], place)?.code === 0 }),
}

function domain(): string {
  return `gui/${process.getuid?.() ?? 0}`
}

function plistPath({ home }: TimerPlace): string {
  return join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`)
}

function plist(place: TimerPlace): string {
  const words = ['/bin/sh', shimPath(place), '--detached', 'timer']
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${words.map((word) => `    <string>${xml(word)}</string>`).join('\n')}
  </array>
  <key>StartInterval</key>
  <integer>${TIMER_MINUTES * 60}</integer>
  <key>RunAtLoad</key>
  <true/>
  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>
  <key>Nice</key>
  <integer>10</integer>
</dict>
</plist>
`
}
