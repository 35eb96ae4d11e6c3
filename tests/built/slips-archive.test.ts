import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { parquetMetadata } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TerminalClient } from '../../src/tools/simulator/client'
import { FakeTerminal } from '../../src/tools/simulator/terminal'
import { sale } from '../features/eslips/slips'
import { type BuiltServer, startBuiltServer } from '../support/built-server'

/** Archiving in the built server, where files are made by a thread. Also under Deno (PSM_TEST_DENO). */
const room = mkdtempSync(path.join(os.tmpdir(), 'psm archive '))
const env = { STORAGE_DIR: path.join(room, 'storage'), ESLIP_ARCHIVE_DAYS: '1' }
let server: BuiltServer
let client: TerminalClient
let key: string

const psm = async <Result>(...args: string[]): Promise<Result> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.resolve('.output/tools/psm.mjs'), ...args, '--json'],
    { env: { ...process.env, ...env }, cwd: room },
  )
  return JSON.parse(stdout) as Result
}
const ask = async <Result>(address: string, method = 'GET'): Promise<Result> => {
  const answer = await fetch(`${server.url}/api/v1${address}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(method === 'POST' ? { body: '{}' } : {}),
  })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Result
}

beforeAll(async () => {
  server = await startBuiltServer(env)
  client = new TerminalClient(server.url)
  const scopes = 'eslips:read,jobs:read,jobs:run'
  key = (await psm<{ key: string }>('api-keys', 'create', '--name', 'test', '--scopes', scopes)).key
}, 120_000)
afterAll(async () => {
  client.close()
  await server.stop()
  rmSync(room, { recursive: true, force: true })
})

describe('the built server', () => {
  it('archives old days on a thread, finds their slips, hands out the files and verifies them', async () => {
    expect(existsSync('.output/tools/slip-press.mjs')).toBe(true)
    const { enrollmentCode } = await psm<{ enrollmentCode: string }>(
      ...['terminals', 'register', '--serial', 'ARCHIVED', '--platform', 'other'],
    )
    const terminal = new FakeTerminal(client, { serial: 'ARCHIVED', platform: 'other', token: undefined })
    await terminal.enroll(enrollmentCode)
    const days = [4, 3].map((ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10))
    for (const day of days)
      await terminal.send('POST', '/eslips', {
        json: {
          slips: Array.from({ length: 150 }, (_, at) =>
            sale({ localDateTime: `${day}T10:00:00Z`, amount: at }),
          ),
        },
      })

    await ask('/jobs/archive-eslips/runs', 'POST')
    let list: { items: { number: number; day: string; rows: number }[] } = { items: [] }
    while (list.items.length < days.length) {
      await sleep(100)
      list = await ask('/eslips/archives')
    }
    expect(list.items.map(({ number, day, rows }) => [number, day, rows])).toEqual([
      [2, days[1], 150],
      [1, days[0], 150],
    ])

    const file = await fetch(`${server.url}/api/v1/eslips/archives/1/content`, {
      headers: { Authorization: `Bearer ${key}` },
    })
    expect(file.headers.get('content-type')).toBe('application/vnd.apache.parquet')
    expect(Number(parquetMetadata(await file.arrayBuffer()).num_rows)).toBe(150)
    const found = await ask<{ items: { isArchived: boolean }[] }>(`/eslips/search?limit=1000&tid=00001234`)
    expect(found.items.filter((one) => one.isArchived)).toHaveLength(300)
    expect(await psm('eslips', 'verify')).toMatchObject({ checked: 2, problems: [], head: { number: 2 } })
  }, 60_000)
})
