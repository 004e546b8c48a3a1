/** What may ask for a sync: Claude Code's hooks, the system's timer, its status line, or someone by hand. */
export const CALLERS = ['SessionStart', 'Stop', 'SessionEnd', 'timer', 'statusline', 'hand'] as const
export type Caller = (typeof CALLERS)[number]
