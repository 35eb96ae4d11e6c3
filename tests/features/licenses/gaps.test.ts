import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx, Services } from '../../../src/core/context'
import { licenceJobs } from '../../../src/features/licenses/jobs'
import { importLicence } from '../../../src/features/licenses/service/import'
import { searchNumbers } from '../../../src/features/licenses/service/numbers'
import { deleteLicences } from '../../../src/features/licenses/service/remove'
import { registerTerminal, updateTerminal } from '../../../src/features/terminals/service/register'
import { useTestDatabase } from '../../support/postgres'
import { job, jobRun, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let services: Services
let me: Ctx
beforeAll(async () => {
  services = await makeServices(database)
  me = makeCtx(services, operator())
})

const register = (serial: string) => registerTerminal(me, { serial, platform: 'other' })
const licence = async (serial: string) => {
  const bytes = Buffer.from(JSON.stringify({ serial, platform: 'other', licId: `LIC-${serial}` }))
  return (await importLicence(me, { fileName: `${serial}.json`, bytes })).licenseId ?? ''
}
const serialsOf = async (holds: 'none' | 'waiting') =>
  (await searchNumbers(me, { holds })).items.map((one) => one.serial)

describe('what terminals lack', () => {
  it('is known at once, whatever came first and whoever changed it', async () => {
    const { id: terminalId } = await register('GAP-1')
    expect(await serialsOf('none')).toEqual(['GAP-1'])
    const licenseId = await licence('GAP-1')
    expect([await serialsOf('none'), await serialsOf('waiting')]).toEqual([[], ['GAP-1']])
    await licence('GAP-2')
    await register('GAP-2')
    expect(await serialsOf('waiting')).toEqual(['GAP-1', 'GAP-2'])
    await database.sql`insert into license_deliveries (license_id, terminal_id, offered_at)
      values (${licenseId}, ${terminalId}, now()) on conflict do nothing`
    expect(await serialsOf('waiting')).toEqual(['GAP-1', 'GAP-2'])
    await database.sql`update license_deliveries set accepted_at = now() where license_id = ${licenseId}`
    expect(await serialsOf('waiting')).toEqual(['GAP-2'])
    await deleteLicences(me, { licenseIds: [licenseId] })
    expect(await serialsOf('none')).toEqual(['GAP-1'])
    const { id } = await register('GAP-3')
    await licence('GAP-3')
    await updateTerminal(me, { terminalId: id, platform: 'ingenico-t3' })
    expect(await serialsOf('none')).toEqual(['GAP-1', 'GAP-3'])
  })

  it('is counted anew by a job, and never shown where it is not so', async () => {
    await database.sql`delete from terminal_license_gaps`
    const held = await register('GAP-4')
    const licenseId = await licence('GAP-4')
    await database.sql`insert into license_deliveries (license_id, terminal_id, accepted_at)
      values (${licenseId}, ${held.id}, now()) on conflict (license_id, terminal_id) do update set accepted_at = now()`
    await database.sql`insert into terminal_license_gaps values (${held.id}, 'GAP-4', 'none')`
    expect(await serialsOf('none')).toEqual([])
    const recount = licenceJobs.find((one) => one.name === 'recount-license-gaps')
    await recount?.run(makeCtx(services, job()), jobRun())
    expect(await serialsOf('none')).toEqual(['GAP-1', 'GAP-3'])
    const rows = await database.sql`select serial, kind from terminal_license_gaps order by serial`
    expect(rows.map((row) => `${row.serial} ${row.kind}`)).toEqual([
      'GAP-1 none',
      'GAP-2 waiting',
      'GAP-3 none',
    ])
  })
})
