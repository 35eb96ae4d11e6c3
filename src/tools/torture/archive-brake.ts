import { existsSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connect, type RawSql } from '../../db/client'
import { findRunning } from '../../db/embedded'

export const ARCHIVE_JOB = 'archive-eslips'
/** The steps of a day, and what comes after the last one. */
export const MOMENTS = ['seal', 'write', 'read-back', 'describe', 'record', 'next day'] as const
export type Moment = (typeof MOMENTS)[number]

/** Advisory locks of psm_seal_eslips and psm_archive_eslip_day. */
const LOCKS = { seal: 7733003, record: 7733004 } as const
const PATIENCE_MS = 60_000
const LOOK_EVERY_MS = 2

/**
 * Holds the job up where it stands before a step: by locks in the database which the step asks for, as a busy database
 * would. Only reading back asks for none; it begins when the file is stored.
 */
export class ArchiveBrake {
  readonly #sql: RawSql

  private constructor(
    readonly storage: string,
    sql: RawSql,
  ) {
    this.#sql = sql
  }

  static async on(storage: string): Promise<ArchiveBrake> {
    const running = await findRunning(path.join(storage, 'db'))
    if (running === undefined) throw new Error('The database of the server does not run.')
    return new ArchiveBrake(storage, connect(running.app, { max: 4, applicationName: 'psm-torture-brake' }))
  }

  /** The database may be gone with its server. */
  end(): Promise<void> {
    return this.#sql.end({ timeout: 1 }).catch(() => {})
  }

  /** A dead server's lease holds for a minute: it is cut short. */
  async endLease(): Promise<void> {
    await this.#sql`update job_leases set expires_at = now() where name = ${ARCHIVE_JOB}`
  }

  async fence(): Promise<number> {
    const [lease] = await this.#sql<{ fence: number }[]>`
      select fence::float8 as fence from job_leases where name = ${ARCHIVE_JOB}`
    return lease?.fence ?? 0
  }

  /** Resolves when the run after the one with this fence has begun. */
  async begun(fence: number): Promise<void> {
    await until('begins', async () => (await this.fence()) > fence)
  }

  /** Lets the job begin, and resolves when it stands there; it goes on when the server and its database are killed. */
  async holdBefore(moment: Moment, begin: () => Promise<void>): Promise<Moment> {
    const fence = await this.fence()
    if (moment === 'read-back') {
      await begin()
      await until(moment, async () => (await this.#noted(fence)).some((key) => this.#isStored(key)))
    } else if (moment === 'describe') {
      await begin()
      await until(moment, async () => (await this.#noted(fence)).length > 0)
      await this.#lockNotes()
      await this.#waitForWaiter('relation')
      // It may have been quicker, and wants to begin the next day's file.
      return (await this.#noted(fence)).length > 0 ? 'describe' : 'write'
    } else {
      const first = moment === 'record' || moment === 'next day' ? 'record' : 'seal'
      const release = await this.#lock(LOCKS[first])
      await begin()
      await this.#waitForWaiter('advisory', LOCKS[first])
      if (moment === 'write') {
        await this.#lockNotes()
        await release()
        await this.#waitForWaiter('relation')
      } else if (moment === 'next day') {
        await this.#lock(LOCKS.seal)
        await release()
        await this.#waitForWaiter('advisory', LOCKS.seal)
      }
    }
    return moment
  }

  /** In which step a run died that was killed by chance; undefined where it had not begun, or was over. */
  async diedIn(fence: number, oldestOpenDay: string | undefined): Promise<Moment | undefined> {
    if (oldestOpenDay === undefined || (await this.fence()) <= fence) return undefined
    const [file, manifest] = await this.#noted(fence, oldestOpenDay)
    if (file === undefined) return (await this.#isSealed(oldestOpenDay)) ? 'write' : 'seal'
    if (!this.#isStored(file)) return 'write'
    if (manifest === undefined) return 'read-back'
    return this.#isStored(manifest) ? 'record' : 'describe'
  }

  /** The oldest day before this one that has slips in the database. */
  async oldestDay(before: string): Promise<string | undefined> {
    const [row] = await this.#sql<{ day: string | null }[]>`
      select min((filed_at at time zone 'UTC')::date)::text as day from eslips
      where filed_at < ${before}::text::date::timestamp at time zone 'UTC'`
    return row?.day ?? undefined
  }

  async #isSealed(day: string): Promise<boolean> {
    const [row] = await this.#sql<{ isSealed: boolean }[]>`
      select ${day}::text::date < sealed_before as "isSealed" from eslip_horizon`
    return row?.isSealed === true
  }

  /** Blobs that later runs have noted down and not made an archive of. */
  async #noted(fence: number, day?: string): Promise<string[]> {
    const rows = await this.#sql<{ key: string }[]>`
      select blob_key as key from eslip_archive_blobs
      where fence > ${fence} and (${day ?? null}::text is null or day = ${day ?? null}::text::date)
      order by fence desc, noted_at limit 2`
    return rows.map(({ key }) => key)
  }

  #isStored(key: string): boolean {
    return existsSync(path.join(this.storage, 'blobs', key))
  }

  async #lock(key: number): Promise<() => Promise<void>> {
    const connection = await this.#sql.reserve()
    await connection`select pg_advisory_lock(${key}::bigint)`
    return async () => {
      await connection`select pg_advisory_unlock(${key}::bigint)`
      connection.release()
    }
  }

  /** Nothing is noted down from now on: it is asked for before every blob. */
  async #lockNotes(): Promise<void> {
    const connection = await this.#sql.reserve()
    await connection`begin`
    await connection`lock table eslip_archive_blobs in share mode`
  }

  async #waitForWaiter(kind: 'advisory' | 'relation', key = 0): Promise<void> {
    await until(`asks for the lock ${kind} ${key}`, async () => {
      const rows = await this.#sql`
        select 1 from pg_locks where not granted and locktype = ${kind}
          and (${kind === 'advisory'} and objid = ${key}::bigint::oid
            or relation = 'eslip_archive_blobs'::regclass)`
      return rows.length > 0
    })
  }
}

async function until(what: string, isThere: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS
  while (!(await isThere())) {
    if (Date.now() > giveUpAt) throw new Error(`The job does not come as far: ${what}`)
    await wait(LOOK_EVERY_MS)
  }
}
