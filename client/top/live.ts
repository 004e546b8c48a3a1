import { localDay } from '../../core/calendar.ts'
import type { Server } from '../../api/client.ts'
import type { Problem } from '../../core/problem.ts'
import { filtersOf, filterText } from '../commands/report/options.ts'
import { openPage } from '../login/open-browser.ts'
import type { ExitCode, Surroundings, Terminal } from '../surroundings.ts'
import { ENTER_SCREEN, FullScreen, LEAVE_SCREEN } from '../terminal/full-screen.ts'
import { keysOf } from '../terminal/keys.ts'
import { exitCodeFor } from '../terminal/messages.ts'
import { styleFor } from '../terminal/style.ts'
import { dashboardAddress } from './dashboard-address.ts'
import { Following } from './follow.ts'
import { frameLines, rowsShown } from './frame.ts'
import { type Answered, type Known, NOTHING_KNOWN, shownRows } from './known.ts'
import type { TopOptions } from './options.ts'
import { afterKey, firstView, type View, type Wish } from './view.ts'

/** Whom the live view asks. */
export interface Asked {
  readonly ask: (by: View['by']) => Promise<Answered>
  readonly server: { readonly url: string; readonly server: Server } | undefined
  /** Raised when the view is left: what is being asked for then is not waited for. */
  readonly stop: AbortController
}

/** What the live view starts beside itself. */
export interface Beside {
  /** Called whenever something new was read. */
  onNews(tell: () => void): void
  end(): void
}

const SECOND = 1000

/** The live view, until someone leaves it. */
export class LiveView {
  readonly #terminal: Terminal
  readonly #screen: FullScreen
  readonly #options: TopOptions
  readonly #surroundings: Surroundings
  readonly #asked: Asked
  readonly #following: Following<Answered>
  readonly #stop: AbortController
  #view: View
  #known: Known = NOTHING_KNOWN
  /** What is seen while it is paused. */
  #paused: { readonly known: Known; readonly now: number } | undefined
  #refused: Problem | undefined

  constructor(terminal: Terminal, asked: Asked, options: TopOptions, surroundings: Surroundings) {
    this.#terminal = terminal
    this.#stop = asked.stop
    this.#screen = new FullScreen(terminal)
    this.#asked = asked
    this.#options = options
    this.#surroundings = surroundings
    this.#view = firstView(options)
    const { server } = asked
    const source = {
      ask: () => asked.ask(this.#view.by),
      hear: server && ((signal: AbortSignal) => server.server.live(signal)),
    }
    this.#following = new Following(source, this, surroundings)
  }

  /** Shows it and returns when it was left. Throws where a server refuses from the start. */
  async show(beside: Beside): Promise<ExitCode> {
    const giveBack = this.#terminal.take({
      enter: ENTER_SCREEN,
      leave: LEAVE_SCREEN,
      pressed: (text) => this.#pressed(text),
      changed: () => this.#drawAnew(),
      ended: () => this.#stop.abort(),
    })
    try {
      this.#draw()
      beside.onNews(() => this.#following.askNow())
      await Promise.all([this.#following.until(this.#stop.signal), this.#ticking()])
    } finally {
      this.#stop.abort()
      beside.end()
      giveBack()
    }
    if (this.#refused !== undefined) throw this.#refused
    return 0
  }

  answered(answered: Answered): void {
    this.#known = { ...this.#known, answered, problem: answered.problem }
    this.#draw()
  }

  failed(problem: Problem): void {
    this.#known = { ...this.#known, problem }
    if (this.#known.answered === undefined && exitCodeFor(problem.code) === 4) {
      this.#refused = problem
      this.#stop.abort()
    }
    this.#draw()
  }

  heard(isLive: boolean): void {
    this.#known = { ...this.#known, isLive }
    this.#draw()
  }

  /** Time goes on also where nothing happens. */
  async #ticking(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      this.#draw()
      await this.#surroundings.sleep(SECOND - (this.#surroundings.now() % SECOND), signal)
    }
  }

  #pressed(text: string): void {
    for (const key of keysOf(text)) {
      const { view, wish } = afterKey(this.#view, key, { groups: this.#groups(), page: rowsShown(this.#terminal.rows) })
      this.#look(view)
      if (wish !== undefined) this.#fulfil(wish)
    }
    this.#draw()
  }

  /** The groups of the rows, in their order; none while those that were asked for have not come yet. */
  #groups(): string[] {
    const { known, now } = this.#seen()
    return known.answered?.by === this.#view.by ? shownRows(known, now).map(({ group }) => group) : []
  }

  #look(view: View): void {
    if (view.isPaused && this.#paused === undefined) this.#paused = this.#seen()
    // Another division is asked for, so what is paused cannot stay.
    if (!view.isPaused || view.by !== this.#view.by) this.#paused = undefined
    this.#view = view.by === this.#view.by ? view : { ...view, isPaused: false }
  }

  #fulfil(wish: Wish): void {
    if (wish === 'quit') this.#stop.abort()
    else if (wish === 'ask') this.#following.askNow()
    else if (wish === 'redraw') this.#drawAnew()
    else void this.#open()
  }

  /** Opens what the selected row is about; where no browser can be, its address is told. */
  async #open(): Promise<void> {
    const { server } = this.#asked
    if (server === undefined) return this.#say('The dashboard is a server’s; start one: forge serve')
    const date = localDay(this.#surroundings.now(), this.#options.tz ?? this.#surroundings.zone)
    const { by, selected: group } = this.#view
    const url = dashboardAddress(server.url, { date, by, group })
    const isOpened = await openPage(url, this.#surroundings)
    this.#say(isOpened ? `Opened ${url}` : url)
  }

  #say(message: string): void {
    this.#view = { ...this.#view, message }
    this.#draw()
  }

  #seen(): { readonly known: Known; readonly now: number } {
    return this.#paused ?? { known: this.#known, now: this.#surroundings.now() }
  }

  #draw(): void {
    if (this.#stop.signal.aborted) return
    const { columns, rows } = this.#terminal
    const style = { ...styleFor(this.#surroundings.stdout, this.#surroundings, this.#options), width: columns }
    const shown = {
      view: this.#view,
      ...this.#seen(),
      tz: this.#options.tz ?? this.#surroundings.zone,
      server_url: this.#asked.server?.url,
      filters: filterText({ filters: filtersOf(this.#options) }),
    }
    this.#screen.show(frameLines(shown, { columns, rows }, style))
  }

  #drawAnew(): void {
    this.#screen.clear()
    this.#draw()
  }
}
