import { join } from 'node:path'
import { shimPath } from '../../automatic/shim.ts'
import { runSystem } from '../system-command.ts'
import { type Timer, TIMER_MINUTES, type TimerPlace } from './timer.ts'

const SERVICE = 'claudeforge.service'
const TIMER = 'claudeforge.timer'

/** A timer of the user's own systemd. It catches up after sleep, and needs no right of an administrator. */
export const systemd: Timer = {
  name: 'systemd',
  title: 'systemd user timer',
  isHere: (place) =>
    place.platform === 'linux' && runSystem(['systemctl', '--user', 'show-environment'], place)?.code === 0,
  files: (place) => [
    { path: join(folder(place), SERVICE), text: service(place) },
    { path: join(folder(place), TIMER), text: timer() },
  ],
  start: () => [
    ['systemctl', '--user', 'daemon-reload'],
    ['systemctl', '--user', 'enable', '--now', TIMER],
  ],
  stop: () => [['systemctl', '--user', 'disable', '--now', TIMER]],
  afterwards: () => [['systemctl', '--user', 'daemon-reload']],
  status(place) {
    const properties = 'ActiveState,NextElapseUSecRealtime'
    const shown = runSystem(['systemctl', '--user', 'show', TIMER, '-p', properties], place)?.stdout ?? ''
    const next = /^NextElapseUSecRealtime=(.+)$/m.exec(shown)?.[1]
    return { on: /^ActiveState=active$/m.test(shown), next }
  },
}

function folder({ env, home }: TimerPlace): string {
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'systemd', 'user')
}

function service(place: TimerPlace): string {
  return `[Unit]
Description=claudeforge: reads what Claude Code used and sends it

[Service]
Type=oneshot
ExecStart=/bin/sh ${word(shimPath(place))} --detached timer
Nice=10
IOSchedulingClass=idle
TimeoutStartSec=15min
`
}

function timer(): string {
  return `[Unit]
Description=claudeforge: every ${TIMER_MINUTES} minutes

[Timer]
OnCalendar=*:0/${TIMER_MINUTES}
RandomizedDelaySec=5min
Persistent=true

[Install]
WantedBy=timers.target
`
}

/** A path as one word of a unit file: systemd would else take `%` and `$` for something. */
function word(path: string): string {
  const plain = path.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+=:,./$-]+$/.test(plain) ? plain : `"${plain.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
