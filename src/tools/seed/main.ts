import { randomBytes } from 'node:crypto'
import type { Ctx } from '../../core/context'
import { isFailure } from '../../core/errors'
import { PLATFORM_IDS, type PlatformId } from '../../core/platforms'
import { importLicences } from '../../features/licenses'
import { createApiKey, createOperator, findOperator, resetOperatorPassword } from '../../features/operators'
import { applyTerminalImport, issueEnrollmentCode } from '../../features/terminals'
import { withLocalCtx } from '../local'
import { Persona } from '../simulator/persona'
import { makeLicenceFile, SAMPLE_KINDS } from './licence-files'

const OPERATOR = 'demo'
const TERMINALS = 60
/** The last ones have no licence, so that there is something to do. */
const WITHOUT_LICENCE = 8
const CITIES = ['Москва', 'Казань', 'Минск', 'Алматы', 'Ташкент', 'Ереван']
const SHOPS = [
  'Кофейня №1',
  'Аптека 36',
  'Продукты у дома',
  'Book House',
  'Автомойка',
  'Цветы',
  'Green Market',
]
const GROUPS = ['Центр', 'Запад', 'Pilot']
const MS_PER_DAY = 86_400_000

/** Serial numbers and platforms as the simulated fleet has them. */
const serialOf = (index: number) => `SIM${String(index + 1).padStart(6, '0')}`
const platformOf = (index: number) => PLATFORM_IDS[index % PLATFORM_IDS.length] as PlatformId

/**
 * Fills a server with invented data that is worth looking at: shops, terminals, licences (some of which expire soon),
 * an operator and what the simulated fleet needs to enrol. May be run again; what is there stays.
 */
async function seed(ctx: Ctx): Promise<Record<string, unknown>> {
  const rows = Array.from({ length: TERMINALS }, (_, index) =>
    [
      serialOf(index),
      platformOf(index),
      new Persona(serialOf(index), platformOf(index), 0).tid,
      String(990_000_000_000_000 + index),
      SHOPS[index % SHOPS.length],
      `${CITIES[index % CITIES.length]}, ул. Ленина, ${index + 1}`,
      GROUPS[index % GROUPS.length],
    ].join(';'),
  )
  const csv = ['serial;platform;tid;mid;merchant;address;groups', ...rows].join('\n')
  const { counts } = await applyTerminalImport(ctx, { csv, createMissing: true })
  const licences = await importLicences(ctx, licenceFiles(ctx.clock.now()))
  const apiKey = await createApiKey(ctx, {
    name: 'demo fleet',
    scopes: ['terminals:read', 'terminals:enroll'],
  })
  return {
    ...(await demoOperator(ctx)),
    terminals: counts,
    licences: licences.counts,
    apiKey: apiKey.key,
    enrollmentCode: await codeForAwaited(ctx),
  }
}

function* licenceFiles(now: Date) {
  for (let index = 0; index < TERMINALS - WITHOUT_LICENCE; index++) {
    // A tenth runs out within the month.
    const days = index % 10 === 3 ? 5 + index / 3 : 200 + index
    const dayOf = (offset: number) => new Date(now.getTime() + offset * MS_PER_DAY).toISOString().slice(0, 10)
    yield makeLicenceFile(SAMPLE_KINDS[index % 4] ?? 'json', {
      serial: serialOf(index),
      platform: platformOf(index),
      licId: `LIC-${2000 + index}`,
      product: 'psPos',
      issuedOn: '2026-01-15',
      validUntil: dayOf(days),
    })
  }
}

async function codeForAwaited(ctx: Ctx): Promise<string | null> {
  const awaited = await ctx.sql<{ serial: string }[]>`
    select serial from terminals where state = 'expected' and serial like 'SIM%'`
  if (awaited.length === 0) return null
  const issued = await issueEnrollmentCode(ctx, { serials: awaited.map((row) => row.serial) })
  return issued.enrollmentCode
}

/** The demonstration's operator gets a fresh password each time; it is shown, not kept. */
async function demoOperator(ctx: Ctx): Promise<{ username: string; password: string }> {
  const password = randomBytes(9).toString('base64url')
  try {
    const { id } = await findOperator(ctx, { username: OPERATOR })
    await resetOperatorPassword(ctx, { operatorId: id, password })
  } catch (error) {
    if (!isFailure(error) || error.code !== 'operator_not_found') throw error
    await createOperator(ctx, { username: OPERATOR, password, role: 'admin', name: 'Demo' })
  }
  return { username: OPERATOR, password }
}

withLocalCtx('seed', seed).then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (error: unknown) => {
    process.stderr.write(`seed: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)
