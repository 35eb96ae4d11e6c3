import { createHash, randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { createLogger } from '../../../src/core/log'
import { appendChanges, inMutation, inTransaction } from '../../../src/core/verb'
import { keyJobs } from '../../../src/features/keys/jobs'
import { type KeyFileRow, lockLoad, moveFile } from '../../../src/features/keys/moves'
import { sealKeyFile, wrapForRow } from '../../../src/features/keys/objects'
import { keyFiles, keyLoads, type SlotFacts } from '../../../src/features/keys/tables'
import { type TestDatabase, useTestDatabase } from '../../support/postgres'
import { job, jobRun, makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'
import { enrolledTerminal } from '../eslips/slips'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

/** A key of a file as its facts are kept. */
export const slot = (name: string, kcv: string | null): SlotFacts => ({
  slot: name,
  type: 'tr31',
  usage: 'P0',
  algorithm: 'T',
  mode: 'E',
  keyVersion: '00',
  exportability: 'N',
  kcv,
  kcvAlgorithm: kcv === null ? null : 'legacy',
})

export const SLOTS = [slot('acq1/tmk', '08D7B4'), slot('acq1/pin', '1A2B3C')]
export const KCVS = [
  { slot: 'acq1/tmk', kcv: '08d7b4' },
  { slot: 'acq1/pin', kcv: '1A2B3C' },
]
export const OTHER_KCVS = [{ slot: 'acq1/tmk', kcv: 'FFFFFF' }, KCVS[1]]

/** A server in which a test lets time go by, with terminals that enrol and files as a deposit leaves them. */
export function useKeyRoom() {
  const database: TestDatabase = useTestDatabase()
  const room = { database, log: [] as string[] } as Room
  let count = 0
  beforeAll(async () => {
    room.services = await makeServices(database, {
      log: createLogger({ level: 'debug', stream: { write: (line) => room.log.push(line) } }),
      env: { TERMINAL_REQUESTS_PER_MINUTE: '10000' },
    })
    room.open = await openTerminalDoor(database, room.services)
  })
  afterAll(() => room.open.close())

  const jobCtx = () => makeCtx(room.services, job())
  return Object.assign(room, {
    me: () => makeCtx(room.services, operator()),
    enrolled: () => enrolledTerminal(makeCtx(room.services, operator()), room.open, `KEY${++count}`),

    /** What a key system has left for a terminal. */
    async deposit(terminalId: string, more: Partial<KeyFileRow> & { bytes?: Buffer } = {}) {
      const { bytes = randomBytes(700), ...set } = more
      const now = room.services.clock.now()
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const file = { id: newId(), terminalId, sha256 }
      const { blobKey, dataKey } = await sealKeyFile(room.services, file, bytes)
      const row = await inTransaction(jobCtx(), async ({ db, keyEncryption }) => {
        const load = await lockLoad(db, terminalId, now)
        const { wrappingKey, wrapped } = await wrapForRow({ db, keyEncryption }, file, dataKey)
        const [made] = await db
          .insert(keyFiles)
          .values({
            ...file,
            sequence: 1,
            kind: 'bundle',
            depositorName: 'the key system',
            depositedAt: now,
            sizeBytes: bytes.length,
            state: 'available',
            stateAt: now,
            offerId: newId(),
            slots: SLOTS,
            ...{ blobKey, wrappingKey, wrappedKey: wrapped },
            ...set,
          })
          .returning()
        const { id, state } = made as KeyFileRow
        await db
          .update(keyLoads)
          .set({ fileId: id, state, stateAt: now, requestedAt: null })
          .where(eq(keyLoads.terminalId, load.terminalId))
        await appendChanges(db, [{ topic: 'terminal', subjectId: terminalId }])
        return made as KeyFileRow
      })
      await room.open.feed.catchUp()
      return { ...row, bytes }
    },

    /** As an officer or a newer deposit ends it. */
    async end(terminalId: string, fileId: string, state: 'revoked' | 'superseded') {
      await inMutation(jobCtx(), async (scope) => {
        const load = await lockLoad(scope.db, terminalId, scope.clock.now())
        const [file] = await scope.db.select().from(keyFiles).where(eq(keyFiles.id, fileId))
        await moveFile(
          scope,
          { file: file as KeyFileRow, load, serial: 'x' },
          { action: `key.${state}`, state },
        )
      })
      await room.open.feed.catchUp()
    },

    async fileOf(fileId: string): Promise<KeyFileRow> {
      const [row] = await room.services.db.select().from(keyFiles).where(eq(keyFiles.id, fileId))
      return row as KeyFileRow
    },
    async loadOf(terminalId: string) {
      const [row] = await room.services.db.select().from(keyLoads).where(eq(keyLoads.terminalId, terminalId))
      return row
    },

    /** Waits for a state that follows an answer. */
    async comesTo(fileId: string, state: string) {
      const now = async () =>
        (await room.services.db.select().from(keyFiles).where(eq(keyFiles.id, fileId)))[0]?.state
      await expect.poll(now, { timeout: 10_000, interval: 20 }).toBe(state)
    },

    /** Audit rows of a terminal's keys, oldest first. */
    async audited(terminalId: string): Promise<
      {
        action: string
        address: string | null
        actor_kind: string
        changes: Record<string, { after: unknown }>
      }[]
    > {
      return room.database.sql`
        select action, address, actor_kind, changes from audit_entries
        where action like 'key.%' and (subject_id = ${terminalId}
          or subject_id in (select id::text from key_files where terminal_id = ${terminalId})) order by seq`
    },
    actions: async (terminalId: string) =>
      (await room.audited(terminalId)).map(({ action }) => action.replace('key.', '')),

    async beat(name: string) {
      const done = await keyJobs.find((one) => one.name === name)?.run(jobCtx(), jobRun())
      await room.open.feed.catchUp()
      return done
    },
    /** Time goes by: what is there becomes so much older. */
    async age(ms: number) {
      const by = `${ms} ms`
      await database.sql`update key_files set deposited_at = deposited_at - ${by}::interval,
        state_at = state_at - ${by}::interval, not_after = not_after - ${by}::interval,
        lease_until = lease_until - ${by}::interval, first_fetched_at = first_fetched_at - ${by}::interval, retry_at = retry_at - ${by}::interval,
        confirm_by = confirm_by - ${by}::interval`
      await database.sql`update key_objects set created_at = created_at - ${by}::interval`
      await database.sql`update terminal_actions set confirm_by = confirm_by - ${by}::interval`
      await database.sql`update terminal_status set received_at = received_at - ${by}::interval`
    },
    /** Time goes by, and the server's beat comes. */
    async later(ms: number) {
      await this.age(ms)
      return room.beat('settle-key-files')
    },
  })
}

interface Room {
  database: TestDatabase
  services: Services
  open: OpenDoor
  log: string[]
  audited(terminalId: string): Promise<
    {
      action: string
      address: string | null
      actor_kind: string
      changes: Record<string, { after: unknown }>
    }[]
  >
  beat(name: string): Promise<Record<string, unknown> | undefined>
}

export type Enrolled = Awaited<ReturnType<typeof enrolledTerminal>>
