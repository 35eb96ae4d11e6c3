import type { Ctx } from '../../core/context'
import { deleteLicences, importLicences } from '../../features/licenses'
import { makeLicenceFile, SAMPLE_KINDS } from './licence-files'
import { playedTerminals, restingTerminals } from './registry'

const MS_PER_DAY = 86_400_000
/** Each of so many is without a licence, so that there is something to do. */
const WITHOUT = 7
const DELETED = 4

/** A licence for most terminals: some have run out, some soon will, some took the place of another, some were deleted. */
export async function seedLicences(ctx: Ctx): Promise<Record<string, number>> {
  const first = await importLicences(ctx, licenceFiles(ctx.clock.now(), 0))
  // Those of the year after, for a few.
  const second = await importLicences(ctx, licenceFiles(ctx.clock.now(), 1), { isConfirmed: true })
  const gone = first.results.flatMap(({ licenseId, outcome }) =>
    outcome === 'imported' ? (licenseId ?? []) : [],
  )
  if (gone.length > 0) await deleteLicences(ctx, { licenseIds: gone.slice(-DELETED) })
  return { ...first.counts, replaced: second.counts.replaced ?? 0 }
}

function* licenceFiles(now: Date, renewal: 0 | 1) {
  const dayOf = (offset: number) => new Date(now.getTime() + offset * MS_PER_DAY).toISOString().slice(0, 10)
  for (const [index, { serial, platform }] of [...playedTerminals, ...restingTerminals].entries()) {
    if (index % WITHOUT === 3 || (renewal === 1 && index % 19 !== 5)) continue
    yield makeLicenceFile(SAMPLE_KINDS[index % 4] ?? 'json', {
      serial,
      platform,
      licId: `LIC-${2000 + index}${renewal === 1 ? '-R' : ''}`,
      product: 'psPos',
      issuedOn: dayOf(-365 + renewal * 360),
      // From three weeks ago to a year from now.
      validUntil: dayOf(renewal * 365 + ((index * 37) % 386) - 21),
    })
  }
}
