import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BlobStore } from '../../../src/blobs/blob-store'
import { openBlobStore } from '../../../src/blobs/open'
import { readSettings } from '../../../src/config'
import { AuditRows } from '../../../src/core/audit-bursts'
import { systemClock } from '../../../src/core/clock'
import { createLogger } from '../../../src/core/log'
import { createVault } from '../../../src/core/vault'
import { type ConnectionTarget, openPools } from '../../../src/db/client'
import { createKeyEncryption } from '../../../src/features/keys'
import { createTerminalDoor } from '../../../src/terminal/door'

/**
 * A server to be killed. Says its address; and "reading" when it has counted a fetch and is about to read the bytes, which
 * never come.
 */
const { target, directory } = JSON.parse(process.argv[2] ?? '') as {
  target: ConnectionTarget
  directory: string
}
const say = (line: string) => process.stdout.write(`${line}\n`)
const settings = readSettings({ STORAGE_DIR: directory })
const store: BlobStore = await openBlobStore({ kind: 'fs', directory: `${directory}/blobs` })
const open = () => {
  say('reading')
  return new Promise<never>(() => {})
}
const blobs = new Proxy(store, {
  get: (of, name: keyof typeof store) => (name === 'open' ? open : of[name].bind(of)),
})
const pools = openPools(target, 'psm-killed')
const log = createLogger({ level: 'silent' })
const door = createTerminalDoor({
  services: {
    ...{ db: pools.db, sql: pools.sql, blobs, settings, clock: systemClock },
    vault: createVault(async () => 'a secret of the tests'),
    keyEncryption: createKeyEncryption(settings),
    auditBursts: new AuditRows(pools.db, log),
    log,
  },
  logSql: pools.sql,
  isTrusted: () => true,
  loadFactor: () => 1,
  answered: () => {},
  nextRequestId: () => 'killed',
})
const server = http.createServer((req, res) => door.handle(req, res))
server.listen(0, '127.0.0.1', () => say(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
