import type { Clock } from '../../../../src/core/clock'
import type { Ctx } from '../../../../src/core/context'
import { newId } from '../../../../src/core/ids'
import { planTerminals } from '../../../../src/features/actions'
import { reportActionResult } from '../../../../src/features/actions/results'
import type { ActionResult } from '../../../../src/features/actions/schemas'
import { updateAssignments } from '../../../../src/features/profile/tables'
import { updatePlanner } from '../../../../src/features/updates/delivery'
import { packageFiles, packages } from '../../../../src/features/updates/packages/tables'
import { updateRuleSteps, updateRules } from '../../../../src/features/updates/rules/tables'

/** A clock that stands still until it is told to go on. */
export class StandingClock implements Clock {
  #nowMs = Date.now()
  now() {
    return new Date(this.#nowMs)
  }
  pass({ minutes = 0, seconds = 0 }: { minutes?: number; seconds?: number }) {
    this.#nowMs += minutes * 60_000 + seconds * 1_000
  }
}

export const OLD = '1.0.0'
export const NEW = '2.0.0'

/** A rule that leads from OLD to NEW, and terminals that it is assigned to; all of them report OLD. */
export async function makeFleet(ctx: Ctx, size: number, more: { models?: string[] } = {}) {
  const now = ctx.clock.now()
  const [ruleId, packageId] = [newId(), newId()]
  const made = { createdBy: 'test', createdAt: now }
  const platform = 'wiseasy-wpos3'
  const pack = {
    component: 'system',
    version: NEW,
    kind: 'android-ota',
    fileCount: 1,
    sizeBytes: 10,
  } as const
  await ctx.db.insert(packages).values({ id: packageId, platform, ...pack, ...made })
  const file = { name: 'update.zip', target: '', sha256: '0'.repeat(64), sizeBytes: 10, blobKey: 'x' }
  await ctx.db.insert(packageFiles).values({ packageId, position: 0, ...file })
  const models = more.models ?? []
  await ctx.db
    .insert(updateRules)
    .values({ id: ruleId, name: `rule ${ruleId}`, platform, models, ...made, updatedAt: now })
  await ctx.db.insert(updateRuleSteps).values({ ruleId, position: 0, packageId })
  const terminalIds = await addTerminals(ctx, ruleId, size)
  return { ruleId, packageId, terminalIds }
}

/** Active terminals that report OLD, with the rule assigned to each. */
export async function addTerminals(ctx: Ctx, ruleId: string, size: number): Promise<string[]> {
  const ids = Array.from({ length: size }, () => newId()).sort()
  const now = ctx.clock.now()
  for (const id of ids) {
    const serial = `ROLL-${id}`
    await ctx.sql`insert into terminals (id, serial, platform, state, updated_at)
      values (${id}, ${serial}, 'wiseasy-wpos3', 'active', ${now})`
    await ctx.sql`insert into terminal_status (terminal_id, serial, status, status_digest, received_at)
      values (${id}, ${serial}, '{}', '', ${now})`
    await reportVersion(ctx, id, OLD)
  }
  await ctx.db
    .insert(updateAssignments)
    .values(
      ids.map((terminalId) => ({ id: newId(), ruleId, terminalId, assignedBy: 'test', assignedAt: now })),
    )
  return ids
}

export async function reportVersion(ctx: Ctx, terminalId: string, version: string): Promise<void> {
  const status = JSON.stringify({ components: [{ name: 'system', version }] })
  await ctx.sql`update terminal_status set status = ${status}::text::jsonb, received_at = ${ctx.clock.now()}
    where terminal_id = ${terminalId}`
}

/** What the terminals are told when they check in now; those that are told nothing are missing. */
export async function checkIn(ctx: Ctx, terminalIds: readonly string[]): Promise<Map<string, string>> {
  const plans = await planTerminals(ctx, [updatePlanner], terminalIds)
  return new Map(
    [...plans].flatMap(([id, { actions }]) =>
      actions[0] === undefined ? [] : [[id, actions[0].id] as const],
    ),
  )
}

export const report = (ctx: Ctx, terminalId: string, actionId: string, result: ActionResult) =>
  reportActionResult(ctx, terminalId, actionId, result)

/** Takes every offer there is: fetched, installed, and proved by the next check-in. */
export async function takeOffers(ctx: Ctx, terminalIds: readonly string[]): Promise<string[]> {
  const offers = await checkIn(ctx, terminalIds)
  for (const [terminalId, actionId] of offers) {
    await report(ctx, terminalId, actionId, { state: 'installed' })
    await reportVersion(ctx, terminalId, NEW)
  }
  await checkIn(ctx, [...offers.keys()])
  return [...offers.keys()]
}

/** Fails at every offer there is. */
export async function failOffers(ctx: Ctx, terminalIds: readonly string[]): Promise<string[]> {
  const offers = await checkIn(ctx, terminalIds)
  for (const [terminalId, actionId] of offers)
    await report(ctx, terminalId, actionId, { state: 'failed', reason: 'install_error' })
  return [...offers.keys()]
}
