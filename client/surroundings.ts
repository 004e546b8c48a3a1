/** A place to write to: standard output or standard error. */
export interface Sink {
  write(text: string): void
  readonly isTTY: boolean
  /** Width of the terminal, where there is one. */
  readonly columns: number | undefined
}

/** What is typed, or piped in. */
export interface Source {
  readonly isTTY: boolean
  /** The next line, without its end; undefined where there is none any more. */
  line(): Promise<string | undefined>
  /** Everything up to the end, but no more than so many bytes. */
  all(limit: number): Promise<string>
}

/** A terminal with a person at both ends, as cells to draw on and keys to press. */
export interface Terminal {
  readonly columns: number
  readonly rows: number
  /** Takes it over. Returns what gives it back, which also happens when the process ends or is told to, by whatever. */
  take(user: TerminalUser): () => void
  write(text: string): void
}

/** Who draws on a terminal, and hears its keys. */
export interface TerminalUser {
  /** Written when it is taken, and when it is given back. */
  readonly enter: string
  readonly leave: string
  /** What was typed, as the terminal sends it; Ctrl-C and Ctrl-Z do what they always do. */
  pressed(text: string): void
  /** It has another size, or has been given back meanwhile: all has to be drawn anew. */
  changed(): void
  /** It is gone, or the process is told to end. */
  ended(): void
}

/** Everything outside the program that a command may touch, passed in so that a test can pass something else. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute path of the home folder. */
  readonly home: string
  readonly platform: NodeJS.Platform
  readonly hostname: string
  /** What runs: the absolute paths of Node and of this program's script. */
  readonly program: { readonly node: string; readonly script: string }
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** IANA name of the zone that this machine runs in. */
  readonly zone: string
  /** Cryptographically random bytes. */
  readonly randomBytes: (count: number) => Uint8Array
  readonly fetch: typeof globalThis.fetch
  /** Ends early where `signal` is raised. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  readonly stdin: Source
  /** Undefined where input or output is something else. */
  readonly terminal: () => Promise<Terminal | undefined>
  /** Results go here, and nothing else. */
  readonly stdout: Sink
  /** Everything that is not a result. */
  readonly stderr: Sink
}

/** What a command ends with: 0 done, 1 failed, 2 wrong usage, 4 not signed in, 5 unreachable and everything is kept. */
export type ExitCode = 0 | 1 | 2 | 4 | 5
