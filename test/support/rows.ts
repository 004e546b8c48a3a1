/** An assistant row as Claude Code writes it, with what matters to a test. */
export interface RowOptions {
  readonly id?: string | null
  readonly requestId?: string | null
  readonly uuid?: string
  readonly sessionId?: string
  readonly timestamp?: string
  readonly model?: string
  readonly cwd?: string
  readonly isSidechain?: boolean
  readonly output?: unknown
  readonly usage?: Readonly<Record<string, unknown>>
  readonly content?: readonly unknown[]
}

let uuids = 0

export function anAssistantRow(options: RowOptions = {}): Record<string, unknown> {
  const { id = 'msg_01ABCDEFGHJKLMNPQRSTUVW', requestId = 'req_011CABCDEFGHJK' } = options
  return {
    parentUuid: null,
    isSidechain: options.isSidechain ?? false,
    userType: 'external',
    cwd: options.cwd ?? '/home/dev/claudeforge',
    sessionId: options.sessionId ?? '00000000-0000-4000-8000-000000000001',
    version: '2.1.232',
    gitBranch: 'main',
    type: 'assistant',
    uuid: options.uuid ?? `00000000-0000-4000-9000-${String(++uuids).padStart(12, '0')}`,
    timestamp: options.timestamp ?? '2026-11-20T10:00:00.000Z',
    ...(requestId === null ? {} : { requestId }),
    message: {
      ...(id === null ? {} : { id }),
      model: options.model ?? 'claude-opus-5',
      type: 'message',
      role: 'assistant',
      content: options.content ?? [{ type: 'text', text: 'Done.' }],
      usage: {
        input_tokens: 3,
        output_tokens: options.output ?? 100,
        cache_read_input_tokens: 2000,
        cache_creation_input_tokens: 300,
        cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
        service_tier: 'standard',
        ...options.usage,
      },
    },
  }
}

export function aPromptRow(text: string, uuid = `00000000-0000-4000-8000-${String(++uuids).padStart(12, '0')}`) {
  return {
    parentUuid: null,
    isSidechain: false,
    type: 'user',
    message: { role: 'user', content: text },
    uuid,
    timestamp: '2026-11-20T09:59:00.000Z',
    cwd: '/home/dev/claudeforge',
    sessionId: '00000000-0000-4000-8000-000000000001',
    version: '2.1.232',
  }
}

/** Rows as the lines of a transcript. */
export function lines(...rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
