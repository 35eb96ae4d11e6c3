import { sql } from 'drizzle-orm'
import { inMutation } from '../../core/verb'
import type { RawSql } from '../../db/client'
import type { Job } from '../../jobs/schedule'

const BATCH = 200
const RECOUNTED = 5_000

interface Match {
  id: string
  licId: string
  written: string
  serial: string
  terminalId: string
}

export const licenceJobs: readonly Job[] = [
  {
    // An import finds a registered terminal in whatever case its serial number is written; a licence that came before
    // its terminal has to wait for it.
    name: 'match-waiting-licences',
    schedule: '45 */10 * * * *',
    runsAtStart: false,
    async run(ctx, { signal }) {
      let matched = 0
      for (let found = BATCH; found === BATCH && !signal.aborted; matched += found)
        found = await inMutation(ctx, async (scope) => {
          const matches = await scope.db.execute<Match & Record<string, unknown>>(sql`
            select distinct on (t.id, l.product) l.id, l.lic_id as "licId", l.serial as written, t.serial,
              t.id as "terminalId"
            from licenses l join terminals t
              on t.serial in (upper(l.serial), lower(l.serial)) and t.platform = l.platform
            where l.state = 'current'
              and not exists (select from terminals o where o.serial = l.serial)
              and not exists (select from licenses c where c.serial = t.serial and c.platform = l.platform
                and c.product = l.product and c.state = 'current')
            order by t.id, l.product, l.id desc limit ${BATCH}`)
          if (matches.length === 0) scope.nothingChanged()
          for (const { id, licId, written, serial, terminalId } of matches) {
            await scope.db.execute(sql`update licenses set serial = ${serial} where id = ${id}`)
            scope.audit({
              action: 'license.serial_matched',
              subject: { kind: 'license', id, label: `${licId} (${serial})` },
              before: { serial: written },
              after: { serial },
            })
            scope.changed({ topic: 'terminal', subjectId: terminalId })
          }
          return matches.length
        })
      return { matched }
    },
  },
  {
    // Two transactions that cannot see each other may leave a gap uncounted, such as a registration beside a deletion.
    name: 'recount-license-gaps',
    schedule: '0 37 3 * * *',
    runsAtStart: false,
    async run({ sql }, { signal, report }) {
      const [registered] = await sql<{ total: number }[]>`select count(*)::float8 as total from terminals`
      const total = registered?.total ?? 0
      let terminals = 0
      let last: string | undefined = ''
      while (last !== undefined && !signal.aborted) {
        const serials = await serialsAfter(sql, last)
        if (serials.length > 0) await sql`select psm_recount_license_gaps(${serials})`
        terminals += serials.length
        report({ done: terminals, total })
        last = serials.at(-1)
      }
      return { terminals }
    },
  },
]

async function serialsAfter(sql: RawSql, last: string): Promise<string[]> {
  const rows = await sql<{ serial: string }[]>`
    select serial from terminals where serial > ${last} order by serial limit ${RECOUNTED}`
  return rows.map((row) => row.serial)
}
