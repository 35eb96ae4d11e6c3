import { and, eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import { type Ctx, isPermitted } from '../../../core/context'
import { type HeldLicence, heldLicences } from '../../licenses'
import {
  isVisible,
  registrationRefused,
  type Standing,
  type StandingTerminal,
  standingOf,
  terminalNotFound,
  visibleTerminals,
} from '../../terminals'
import { terminals } from '../../terminals/tables'
import { type SwapSide, swapWarnings } from './decide'
import type { PreviewSwapInput } from './schemas'

type Replacement = z.output<typeof PreviewSwapInput>['replacement']
type Registered = Extract<Replacement, { terminalId: string }>
type NewOne = Exclude<Replacement, Registered>

/** A serial number that is registered means that terminal. `registration_refused` where the caller does not see it. */
export async function resolveReplacement(ctx: Ctx, replacement: Replacement): Promise<Replacement> {
  if ('terminalId' in replacement) return replacement
  const [row] = await ctx.db
    .select({ id: terminals.id })
    .from(terminals)
    .where(eq(terminals.serial, replacement.serial))
  if (row === undefined) return replacement
  if (!(await isVisible(ctx.db, ctx, row.id))) throw registrationRefused()
  return { terminalId: row.id }
}

export function sideOf({ row, standing }: StandingTerminal): SwapSide {
  const { id, serial, platform, model } = row
  return { id, serial, platform, model, standing }
}

/** A terminal that the swap registers, at the place of the old one. */
export function sideToRegister(replacement: NewOne, old: SwapSide): SwapSide {
  const platform = replacement.platform ?? old.platform
  const model = replacement.model || (platform === old.platform ? old.model : '')
  const standing: Standing = { ...old.standing, state: 'expected', reopenedAt: null, tids: [] }
  return { id: null, serial: replacement.serial, platform, model, standing }
}

/** The licences of both, where the caller may see them, and what is worth a look. */
export async function lookAt(ctx: Ctx, old: SwapSide, next: SwapSide) {
  const licences = isPermitted(ctx.actor, 'licenses:read')
    ? { old: await heldLicences(ctx, old), new: await heldLicences(ctx, next) }
    : null
  return { licences, warnings: swapWarnings(old, next, licences) }
}

export function toSide(side: SwapSide, licences: readonly HeldLicence[] | undefined) {
  const { id, serial, platform, model, standing } = side
  return {
    ...{ terminalId: id, serial, platform, model },
    state: standing.state,
    licences: licences === undefined ? null : [...licences],
  }
}

/** Terminals the caller sees, in the order asked for; `terminal_not_found`. */
export async function loadStandings(ctx: Ctx, terminalIds: readonly string[]): Promise<StandingTerminal[]> {
  const rows = await ctx.db
    .select()
    .from(terminals)
    .where(and(inArray(terminals.id, [...terminalIds]), visibleTerminals(ctx)))
  const found: StandingTerminal[] = []
  for (const id of terminalIds) {
    const row = rows.find((one) => one.id === id)
    if (row === undefined) throw terminalNotFound()
    found.push(await standingOf(ctx, row))
  }
  return found
}
