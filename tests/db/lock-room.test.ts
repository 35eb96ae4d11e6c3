import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { createLogger } from '../../src/core/log'
import { startEmbeddedPostgres } from '../../src/db/embedded'
import { checkLockRoom } from '../../src/db/lock-room'

const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-test-locks-'))
afterEach(() => rmSync(directory, { recursive: true, force: true }))

async function linesWith(settings: Record<string, string>): Promise<string[]> {
  const server = await startEmbeddedPostgres({ directory, role: 'test', durability: 'off', settings })
  const lines: string[] = []
  try {
    const log = createLogger({ level: 'warn', stream: { write: (line) => lines.push(line) } })
    await checkLockRoom(server.app, log)
  } finally {
    await server.stop()
  }
  return lines
}

it('says in one line what to set where a database has too little room for locks', async () => {
  const lines = await linesWith({ max_connections: '50', max_locks_per_transaction: '32' })
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      event: 'database_has_few_locks',
      room: 1_600,
      needed: 4_096,
      advice: expect.stringContaining('max_locks_per_transaction of PostgreSQL to 82'),
    },
  ])
})

it('says nothing of a PostgreSQL as it comes', async () => {
  expect(await linesWith({ max_connections: '100', max_locks_per_transaction: '64' })).toEqual([])
})
