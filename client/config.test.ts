import { chmodSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempFolder, writeFile } from '../test/support/folders.ts'
import { capture, testSurroundings } from '../test/support/surroundings.ts'
import { setConfig, showConfig } from './commands/config.ts'
import { configPath, maskKey, readConfig } from './config.ts'

function atHome(file?: string, env: Record<string, string> = {}) {
  const surroundings = testSurroundings({ home: tempFolder(), env, stdout: capture({ isTTY: true }) })
  if (file !== undefined) writeFile(configPath(surroundings), file)
  return surroundings
}

describe('settings', () => {
  test('come from the original’s file', () => {
    const surroundings = atHome(
      '{"server_url": "http://nas:8420", "api_key": "abc", "hostname": null, "last_sync": "x"}',
    )
    expect(readConfig(surroundings)).toMatchObject({
      server_url: 'http://nas:8420',
      api_key: 'abc',
      hostname: 'studio',
    })
  })

  test('come from variables first, then the file, then the system, and say so', () => {
    const surroundings = atHome('{"hostname": "laptop", "server_url": "http://nas:8420/"}', {
      FORGE_SERVER_URL: 'https://forge.example.org/usage/',
      FORGE_API_KEY: 'cf_admin_0123456789abcdef',
    })
    showConfig({}, surroundings)
    expect(surroundings.stdout.text).toBe(
      'server_url:     https://forge.example.org/usage  (FORGE_SERVER_URL)\n' +
        'api_key:        cf_a…cdef  (FORGE_API_KEY)\n' +
        `hostname:       laptop  (${configPath(surroundings)})\n` +
        'project_names:  names  (default)\n' +
        'project_secret: (not set)\n',
    )
  })

  test('never show the key, however short', () => {
    for (const key of ['abc', 'short-key-15-ch', 'cf_admin_0123456789abcdef']) expect(maskKey(key)).not.toContain(key)
    const surroundings = atHome('{"api_key": "a-secret-key-of-some-length"}')
    showConfig({ json: true }, surroundings)
    expect(surroundings.stdout.text).not.toContain('a-secret')
    expect(JSON.parse(surroundings.stdout.text)).toMatchObject({ schema_version: 1, api_key: { origin: 'file' } })
  })

  test('are written for their owner only, and leave what else stands in the file', async () => {
    const surroundings = atHome('{"hostname": "laptop", "last_sync": "2026-01-01T00:00:00"}')
    await setConfig('server-url', 'http://nas:8420', surroundings)
    await setConfig('api_key', 'abcdef', surroundings)
    const path = configPath(surroundings)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      hostname: 'laptop',
      last_sync: '2026-01-01T00:00:00',
      server_url: 'http://nas:8420',
      api_key: 'abcdef',
    })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await setConfig('hostname', '', surroundings)
    expect(readConfig(surroundings).hostname).toBe('studio')
  })

  test('that others could read are warned of', () => {
    const surroundings = atHome('{"api_key": "abc"}')
    chmodSync(configPath(surroundings), 0o644)
    expect(readConfig(surroundings).warnings).toEqual([expect.stringContaining('chmod 600')])
  })

  test.each([
    ['server-url', 'nas:8420', /not the URL of a server/],
    ['api-key', 'two words', /This is no key/],
    ['api-key', 'a,b', /This is no key/],
    ['colour', 'red', /“colour” is not a setting/],
  ])('refuse %s = %s', async (key, value, sentence) => {
    await expect(setConfig(key, value, atHome())).rejects.toThrow(sentence)
  })

  test('in a file that is no JSON are not guessed, and the file stays as it is', async () => {
    const surroundings = atHome('{"server_url": ')
    expect(() => readConfig(surroundings)).toThrow(/is not valid JSON/)
    await expect(setConfig('hostname', 'x', surroundings)).rejects.toThrow(/is not valid JSON/)
    expect(readFileSync(configPath(surroundings), 'utf8')).toBe('{"server_url": ')
  })

  test('that cannot be written say why', async () => {
    const surroundings = testSurroundings({ home: writeFile(join(tempFolder(), 'file'), '') })
    await expect(setConfig('hostname', 'x', surroundings)).rejects.toMatchObject({ code: 'storage' })
  })
})
