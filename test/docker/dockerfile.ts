/** A Dockerfile as its stages, for tests: as much of the format as ours uses. */

export interface Instruction {
  readonly name: string
  readonly value: string
}

export interface Stage {
  /** The image it starts from, with arguments filled in. */
  readonly from: string
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

export function parseDockerfile(text: string): Stage[] {
  const args = new Map<string, string>()
  const stages: { from: string; name: string | undefined; instructions: Instruction[] }[] = []
  for (const instruction of instructionsOf(text)) {
    const stage = stages.at(-1)
    if (instruction.name === 'FROM') {
      const [image = '', , name] = instruction.value.split(/\s+/)
      stages.push({
        from: image.replace(/\$\{(\w+)\}/g, (_, arg: string) => args.get(arg) ?? ''),
        name,
        instructions: [],
      })
    } else if (stage !== undefined) {
      stage.instructions.push(instruction)
    } else {
      const [name = '', value = ''] = instruction.value.split('=')
      args.set(name, value)
    }
  }
  return stages
}

/** The values of every instruction of a name, in their order. */
export function valuesOf({ instructions }: Stage, name: string): string[] {
  return instructions.filter((instruction) => instruction.name === name).map(({ value }) => value)
}

/** All `ENV` pairs. */
export function environmentOf(stage: Stage): Record<string, string> {
  const pairs = valuesOf(stage, 'ENV').flatMap((value) => value.split(/\s+/))
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)]))
}

/** A command in exec form, which needs no shell; throws for one in shell form. */
export function execForm(value: string): string[] {
  return JSON.parse(value) as string[]
}

function instructionsOf(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'))
  const whole = lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
  return whole
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', value = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
      return { name: name.toUpperCase(), value }
    })
}
