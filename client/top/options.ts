import type { RecentGrouping } from '../../core/recent.ts'
import type { Filters } from '../commands/report/options.ts'
import type { StyleFlags } from '../terminal/style.ts'

/** What `forge top` may be asked for. */
export interface TopOptions extends StyleFlags, Filters {
  /** What a row is of, to begin with. */
  readonly by?: RecentGrouping | undefined
  readonly tz?: string | undefined
  readonly local?: boolean | undefined
  /** One picture instead of a live one. */
  readonly once?: boolean | undefined
  readonly json?: boolean | undefined
  readonly accessible?: boolean | undefined
  /** Reads and sends until its input ends: what a live view starts beside itself. */
  readonly background?: boolean | undefined
}
