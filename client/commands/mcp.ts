import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { Problem } from '../../core/problem.ts'
import { reportSpecs } from '../../core/report-specs.ts'
import { ledgerProblem } from '../ledger-problem.ts'
import { withAnswers } from '../mcp/answers.ts'
import { OneByOne } from '../mcp/one-by-one.ts'
import { isTool, TOOLS, type ToolName, toolOf } from '../mcp/tools.ts'
import type { ExitCode, Surroundings } from '../surroundings.ts'

/** A longer answer would fill a model's context and help nobody. */
const MAX_ANSWER_CHARACTERS = 200_000

/** `forge mcp`: read-only reports for a model, over standard input and output, until the input ends. */
export async function mcpCommand(version: string, surroundings: Surroundings): Promise<ExitCode> {
  const server = new Server(
    { name: 'claudeforge', title: 'Claude Code usage', version },
    {
      capabilities: { tools: {} },
      instructions:
        'Exact Claude Code usage of all machines of this person: tokens, cost at list price, plan limits. Read-only.',
    },
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: (Object.keys(TOOLS) as ToolName[]).map(toolOf),
  }))
  const questions = new OneByOne()
  server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
    questions.take(() => call(params.name, params.arguments, surroundings)),
  )
  const transport = new StdioServerTransport()
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve
    // The SDK does not tell when whoever asked has gone.
    process.stdin.once('end', resolve)
  })
  await server.connect(transport)
  await closed
  await questions.done()
  await server.close()
  return 0
}

/** Answers with the report as the API gives it; what goes wrong is told to the model, with what to do. */
async function call(name: string, given: unknown, surroundings: Surroundings): Promise<CallToolResult> {
  try {
    if (!isTool(name)) throw new Problem('not-found', `There is no tool ${name}.`)
    const parsed = reportSpecs[name].query.safeParse(given ?? {})
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw new Problem('invalid-request', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`)
    }
    return await withAnswers(surroundings, async (reports, source) => {
      const query = { tz: surroundings.zone, ...(parsed.data as object) }
      const answer = await reports[name]((name === 'limits' ? parsed.data : query) as never)
      const structured = { source, ...answer }
      const text = JSON.stringify(structured)
      if (text.length > MAX_ANSWER_CHARACTERS) {
        throw new Problem('too-large', 'The answer is too long for a conversation.', {
          hint: 'Ask for fewer days, a longer `every`, or a smaller `limit`.',
        })
      }
      return { content: [{ type: 'text', text }], structuredContent: structured }
    })
  } catch (thrown) {
    const error = ledgerProblem(thrown) ?? thrown
    if (!(error instanceof Problem)) throw error
    const text = error.hint === undefined ? error.message : `${error.message} ${error.hint}`
    return { isError: true, content: [{ type: 'text', text }] }
  }
}
