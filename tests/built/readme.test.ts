import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltServer, startBuiltServer } from '../support/built-server'

/** What README.md asks its reader to paste, pasted. */
const room = mkdtempSync(path.join(os.tmpdir(), 'psm readme '))
const env = { STORAGE_DIR: path.join(room, 'storage') }
let server: BuiltServer

beforeAll(async () => {
  server = await startBuiltServer(env)
}, 120_000)
afterAll(async () => {
  await server.stop()
  rmSync(room, { recursive: true, force: true })
})

async function paste(name: string): Promise<string> {
  const block = new RegExp(`<!-- runs: ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\`\`\``).exec(
    readFileSync('README.md', 'utf8'),
  )?.[1]
  const script = block?.replace('http://127.0.0.1:3000', server.url) ?? ''
  expect(script).toContain(server.url)
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { env: { ...process.env, ...env } })
  return stdout
}

const statusLines = (output: string) => [...output.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
const hashes = (output: string) => [...output.matchAll(/^([0-9a-f]{64}) {2}-$/gm)].map(([, hash]) => hash)

describe('README.md', () => {
  it('plays a terminal from its registration to the proof of its licence', async () => {
    const output = await paste('terminal')
    expect(statusLines(output)).toEqual(['204', '204', '304', '200', '204'])
    expect(output).toContain('"kind":"license"')
    const [fetched, imported] = hashes(output)
    expect(fetched).toBe(imported)
    expect([...output.matchAll(/"status":"(stored|duplicate)"/g)].map(([, status]) => status)).toEqual([
      'stored',
      'duplicate',
    ])
    expect(output).toMatch(/"items":\[\{.*"rrn":"632700123456".*"hasMore":false/)
  }, 60_000)

  it('plays a program with an API key', async () => {
    const output = await paste('rest')
    expect(output).toContain('"outcome":"imported"')
    expect(statusLines(output)).toEqual(['403'])
    const [downloaded, imported] = hashes(output)
    expect(downloaded).toBe(imported)
  }, 60_000)
})
