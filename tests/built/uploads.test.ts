import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TerminalClient } from '../../src/tools/simulator/client'
import { type BuiltServer, startBuiltServer } from '../support/built-server'

const MIB = 1024 * 1024
const FILE_BYTES = 512 * MIB
/**
 * Parts on their way, their buffers and what the collector has not yet seen (about 20 MiB under Node, 55 to 70 under
 * Deno, whatever the size of the file). Who kept the file would need all of it.
 */
const GROWTH_BYTES = FILE_BYTES / 4

const room = mkdtempSync(path.join(os.tmpdir(), 'psm uploads '))
const env = { STORAGE_DIR: path.join(room, 'storage') }
let server: BuiltServer
let client: TerminalClient
let key: string

beforeAll(async () => {
  server = await startBuiltServer(env)
  client = new TerminalClient(server.url)
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      path.resolve('.output/tools/psm.mjs'),
      ...['api-keys', 'create', '--name', 'test', '--scopes', 'uploads:write', '--json'],
    ],
    { env: { ...process.env, ...env }, cwd: room },
  )
  key = (JSON.parse(stdout) as { key: string }).key
}, 120_000)
afterAll(async () => {
  client.close()
  await server.stop()
  rmSync(room, { recursive: true, force: true })
})

/** Memory that is resident now, or was at most since the mark was reset. */
function memoryBytes(what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8')
  return Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
}

const put = (uploadId: string, index: number, body: Buffer) =>
  client.send({
    method: 'PUT',
    path: `/api/v1/uploads/${uploadId}/parts/${index}`,
    token: key,
    body,
    headers: { 'Content-Type': 'application/octet-stream' },
  })

describe('a large upload to the built server', () => {
  it('needs the memory of a few parts, however large the file is', async () => {
    const announced = await client.send({
      method: 'POST',
      path: '/api/v1/uploads',
      token: key,
      json: { fileName: 'large.bin', sizeBytes: FILE_BYTES },
    })
    const { uploadId, partBytes, partCount } = announced.json<{
      uploadId: string
      partBytes: number
      partCount: number
    }>()
    const part = randomBytes(partBytes)
    const sha256 = createHash('sha256').update(part).digest('hex')
    // What the first parts load and warm up is not what is looked for.
    for (let index = 0; index < 8; index++) await put(uploadId, index, part)
    const before = memoryBytes('VmRSS')
    let next = 0
    const sender = async () => {
      for (let index = next++; index < partCount; index = next++) {
        const answer = await put(uploadId, index, part)
        expect([answer.status, answer.json<{ sha256: string }>().sha256]).toEqual([200, sha256])
      }
    }
    await Promise.all([sender(), sender(), sender()])
    expect(memoryBytes('VmHWM') - before).toBeLessThan(GROWTH_BYTES)
    const seen = await client.send({ method: 'GET', path: `/api/v1/uploads/${uploadId}`, token: key })
    expect(seen.json()).toMatchObject({ isComplete: true })
    const gone = await client.send({ method: 'DELETE', path: `/api/v1/uploads/${uploadId}`, token: key })
    expect(gone.status).toBe(200)
  }, 120_000)
})
