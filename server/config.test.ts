import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { serverConfig } from './config.ts'
import { tempFolder } from './testing.ts'

const home = '/home/ana'
const configured = (env: Record<string, string>, flags = {}) => serverConfig(flags, { env, home })

describe('server settings', () => {
  test('a server needs none: it listens on this machine only and keeps its data in the home folder', () => {
    expect(configured({})).toEqual({
      port: 8420,
      host: '127.0.0.1',
      data: '/home/ana/.claudeforge/server',
      database: '/home/ana/.claudeforge/server/usage.db',
      api_key: undefined,
      isTrustedProxy: expect.any(Function),
      project_names: 'names',
      viewers: 'signed-in',
      contract: undefined,
    })
  })

  test('a flag wins over the environment, which wins over the default', () => {
    const env = { FORGE_PORT: '9000', FORGE_HOST: '0.0.0.0', FORGE_DATA_DIR: '/data' }
    expect(configured(env)).toMatchObject({ port: 9000, host: '0.0.0.0', data: '/data' })
    expect(configured(env, { port: '9001', host: '::1', data: '~/usage' })).toMatchObject({
      port: 9001,
      host: '::1',
      data: '/home/ana/usage',
    })
  })

  test('an empty variable counts as unset, as compose files hand it on', () => {
    const env = { FORGE_PORT: '', FORGE_HOST: ' ', FORGE_DATA_DIR: '', FORGE_API_KEY: '', FORGE_API_KEY_FILE: '' }
    expect(JSON.stringify(configured(env))).toBe(JSON.stringify(configured({})))
  })

  test('a PostgreSQL database is used where one is named, by a name that other programs share too', () => {
    const url = 'postgres://forge:secret@db.example/usage'
    expect(configured({ FORGE_DATABASE_URL: url }).database).toBe(url)
    expect(configured({ DATABASE_URL: url }).database).toBe(url)
    expect(configured({ FORGE_DATABASE_URL: url, DATABASE_URL: 'postgres://other/db' }).database).toBe(url)
    expect(configured({ DATABASE_URL: 'mysql://db.example/usage', FORGE_DATA_DIR: '/data' }).database).toBe(
      '/data/usage.db',
    )
  })

  test('a database address that cannot be meant is refused, and not shown', () => {
    for (const url of ['mysql://u:secret@db/x', 'usage.db', 'postgres://u:secret@:x/']) {
      expect(() => configured({ FORGE_DATABASE_URL: url })).toThrow(/^FORGE_DATABASE_URL is not the address/)
      expect(() => configured({ FORGE_DATABASE_URL: url })).not.toThrow(/secret/)
    }
  })

  test.each(['', 'http', '-1', '65536', '8420.5', '0x20', '84 20', '1e3'])('“%s” is not a port', (port) => {
    expect(() => configured({}, { port })).toThrow(/^--port .*is not a port\.$/)
  })

  test('a bad port in the environment is named after its variable', () => {
    expect(() => configured({ FORGE_PORT: 'http' })).toThrow('FORGE_PORT http is not a port.')
  })

  test.each(['http://nas', 'a b', 'nas/x', ''])('“%s” is not an address to listen on', (host) => {
    expect(() => configured({}, { host })).toThrow(/is not an address to listen on/)
  })

  test('a key comes from the environment or from a file, without the line break at its end', () => {
    const file = join(tempFolder(), 'key')
    writeFileSync(file, 'key-of-a-secret-file\n')
    expect(configured({ FORGE_API_KEY: 'key-of-the-environment' }).api_key).toBe('key-of-the-environment')
    expect(configured({ FORGE_API_KEY_FILE: file }).api_key).toBe('key-of-a-secret-file')
  })

  test('a key in two places, in no file or in an empty file keeps the server from starting', () => {
    const file = join(tempFolder(), 'key')
    writeFileSync(file, '\n')
    expect(() => configured({ FORGE_API_KEY: 'x'.repeat(20), FORGE_API_KEY_FILE: file })).toThrow(/are both set/)
    expect(() => configured({ FORGE_API_KEY_FILE: `${file}.missing` })).toThrow(/Cannot read the key file/)
    expect(() => configured({ FORGE_API_KEY_FILE: file })).toThrow(/is empty/)
  })

  test.each(['two words of a key', 'one,two-of-a-long-key', 'bell\u0007-in-a-long-key', 'schlüssel-mit-umlaut'])(
    'the key “%s” cannot be sent in a header, so the server does not start with it, and does not repeat it',
    (key) => {
      expect(() => configured({ FORGE_API_KEY: key })).toThrow('FORGE_API_KEY cannot be sent as a key.')
    },
  )
})
