import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { z } from 'zod'
import { HEALTH_PATH } from '../../api/paths.ts'
import { SERVER_SETTINGS, type ServerSetting } from '../../server/config.ts'

// The chart, rendered as far as it goes without helm: its templates keep to the few words that are understood here.

const chart = join(import.meta.dirname, '../../integrations/helm/claudeforge')
const read = (name: string) => readFileSync(join(chart, name), 'utf8')
const defaults = parse(read('values.yaml')) as Record<string, unknown>

type Resource = Record<string, never> & { kind: string }

/** Every resource that the chart makes with these values. */
function render(values: Record<string, unknown>): Resource[] {
  const scope = { Values: values, Release: { Name: 'forge' } }
  return readdirSync(join(chart, 'templates'))
    .map((name) => evaluate(read(`templates/${name}`), scope))
    .flatMap((text) => parseAllDocuments(text))
    .flatMap((document) => {
      expect(document.errors).toEqual([])
      const resource = document.toJS() as Resource | null
      return resource === null ? [] : [resource]
    })
}

function evaluate(template: string, scope: object): string {
  const valueOf = (path: string) =>
    path
      .replace(/^\./, '')
      .split('.')
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], scope)
  const chosen = template.replace(
    /\{\{-? if (\S+) \}\}([\s\S]*?)\n?\{\{-? end \}\}/g,
    (_, path: string, body: string) => (valueOf(path) === true ? body : ''),
  )
  return chosen.replace(/\n?[ ]*\{\{- toYaml (\S+) \| nindent (\d+) \}\}|\{\{ (.+?) \}\}/g, (...match: string[]) => {
    const [, yaml, indent, expression = ''] = match
    if (yaml !== undefined) {
      const lines = stringify(valueOf(yaml)).trimEnd().split('\n')
      return lines.map((line) => `\n${' '.repeat(Number(indent))}${line}`).join('')
    }
    const [first = '', ...filters] = expression.split(' | ')
    const printed = /^printf "%s:%s" (\S+) (\S+)$/.exec(first)
    const value =
      printed === null ? valueOf(first) : `${valueOf(printed[1] as string)}:${valueOf(printed[2] as string)}`
    expect([expression, value === undefined]).toEqual([expression, false])
    expect(filters.filter((filter) => filter !== 'quote')).toEqual([])
    return filters.length > 0 ? JSON.stringify(String(value)) : String(value)
  })
}

const of = (resources: Resource[], kind: string) => resources.find((resource) => resource.kind === kind) as never

interface Deployment {
  spec: {
    replicas: number
    selector: { matchLabels: object }
    template: {
      metadata: { labels: object }
      spec: {
        securityContext: { runAsNonRoot: boolean; runAsUser: number }
        containers: [
          {
            image: string
            env: { name: string }[]
            ports: { name: string; containerPort: number }[]
            readinessProbe: { httpGet: { path: string } }
            securityContext: { readOnlyRootFilesystem: boolean }
            resources: object
          },
        ]
      }
    }
  }
}

describe('the Helm chart', () => {
  test('has values that fit its schema, which lets no others through', () => {
    const schema = z.fromJSONSchema(JSON.parse(read('values.schema.json')) as never)
    expect(schema.safeParse(defaults).success).toBe(true)
    expect(schema.safeParse({ ...defaults, replica: 3 }).success).toBe(false)
    expect(schema.safeParse({ ...defaults, replicas: 0 }).success).toBe(false)
    expect(parse(read('Chart.yaml'))).toMatchObject({
      apiVersion: 'v2',
      name: 'claudeforge',
      version: expect.any(String),
    })
  })

  test('makes servers that are found by their service, ready when healthy, and may write nowhere but /data', () => {
    const resources = render(defaults)
    expect(resources.map(({ kind }) => kind).toSorted()).toEqual(['Deployment', 'PodDisruptionBudget', 'Service'])
    const { spec } = of(resources, 'Deployment') as Deployment
    const service = of(resources, 'Service') as { spec: { selector: object; ports: { targetPort: string }[] } }
    const pod = spec.template
    expect(pod.metadata.labels).toEqual(spec.selector.matchLabels)
    expect(service.spec.selector).toEqual(spec.selector.matchLabels)
    const [container] = pod.spec.containers
    expect(container.ports).toEqual([{ name: service.spec.ports[0]?.targetPort, containerPort: 8420 }])
    expect(container.readinessProbe.httpGet.path).toBe(HEALTH_PATH)
    expect(container.image).toBe('claudeforge:0.1.0')
    expect(container.resources).toEqual(defaults['resources'])
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true)
    expect(pod.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65_532 })
  })

  test('sets only what a server knows', () => {
    const settings: ServerSetting[] = Object.values(SERVER_SETTINGS)
    const known = [...settings.map(({ env }) => env), 'TZ']
    const { spec } = of(render(defaults), 'Deployment') as Deployment
    expect(
      spec.template.spec.containers[0].env.map(({ name }) => name).filter((name) => !known.includes(name)),
    ).toEqual([])
  })

  test('makes an ingress where one is wanted', () => {
    const ingress = { ...(defaults['ingress'] as object), enabled: true, className: 'nginx' }
    const made = of(render({ ...defaults, ingress }), 'Ingress') as { spec: { rules: { host: string }[] } }
    expect(made.spec.rules[0]?.host).toBe('forge.example.org')
  })
})
