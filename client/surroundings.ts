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
  readonly sleep: (ms: number) => Promise<void>
  readonly stdin: Source
  /** Results go here, and nothing else. */
  readonly stdout: Sink
  /** Everything that is not a result. */
  readonly stderr: Sink
}

/** What a command ends with: 0 done, 1 failed, 2 wrong usage, 4 not signed in, 5 unreachable and everything is kept. */
export type ExitCode = 0 | 1 | 2 | 4 | 5
