import { join } from 'node:path'
import { forgeFolder } from '../../forge-folder.ts'
import { runSystem } from '../system-command.ts'
import { type Timer, TIMER_MINUTES, type TimerPlace } from './timer.ts'
import { xml } from './xml.ts'

const TASK = 'claudeforge'

/** A task of the user's own, without a window and without an administrator; a missed start is made up for. */
export const taskScheduler: Timer = {
  name: 'task-scheduler',
  title: 'task in the Task Scheduler',
  isHere: ({ platform }) => platform === 'win32',
  files: (place) => [{ path: xmlPath(place), text: task(place) }],
  start: (place) => [['schtasks.exe', '/Create', '/TN', TASK, '/XML', xmlPath(place), '/F']],
  stop: () => [['schtasks.exe', '/Delete', '/TN', TASK, '/F']],
  afterwards: () => [],
  status: (place) => ({ on: runSystem(['schtasks.exe', '/Query', '/TN', TASK], place)?.code === 0 }),
}

function xmlPath({ home }: TimerPlace): string {
  return join(forgeFolder({ home }), 'automatic', 'task.xml')
}

/** conhost, since a console program would open a window every half hour. */
function task({ program }: TimerPlace): string {
  const words = `--headless "${program.node}" "${program.script}" sync --auto --by timer`
  return `<Task version="1.4" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>claudeforge: reads what Claude Code used and sends it</Description></RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <StartBoundary>2026-01-01T00:00:00</StartBoundary>
      <RandomDelay>PT5M</RandomDelay>
      <Repetition><Interval>PT${TIMER_MINUTES}M</Interval></Repetition>
    </TimeTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <StartWhenAvailable>true</StartWhenAvailable>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <Hidden>true</Hidden>
    <ExecutionTimeLimit>PT15M</ExecutionTimeLimit>
    <Priority>8</Priority>
  </Settings>
  <Actions>
    <Exec>
      <Command>conhost.exe</Command>
      <Arguments>${xml(words)}</Arguments>
    </Exec>
  </Actions>
</Task>
`
}
