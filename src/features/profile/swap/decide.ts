import type { PlatformId } from '../../../core/platforms'
import { isLive, type Place, type Standing } from '../../terminals'
import { swapNewHasTids, swapNewNotReady, swapOldEnded, swapOtherPlatform, swapSameTerminal } from '../errors'
import type { SwapWarning } from '../lists'
import type { SwapBefore } from '../tables'

/** A terminal as a swap judges it; without an id it is not registered yet. */
export interface SwapSide {
  id: string | null
  serial: string
  platform: PlatformId
  model: string
  standing: Standing
}

/** Refuses swaps that nobody can mean. */
export function checkSwap(old: SwapSide, next: SwapSide): void {
  if (old.id === next.id) throw swapSameTerminal()
  if (!isLive(old.standing.state)) throw swapOldEnded({ values: { state: old.standing.state } })
  const { state, tids } = next.standing
  if (state !== 'expected' && state !== 'active') throw swapNewNotReady({ values: { state } })
  if (tids.length > 0) throw swapNewHasTids({ values: { tid: tids[0]?.tid ?? '' } })
}

export function checkPlatform(old: SwapSide, next: SwapSide, isMeant: boolean): void {
  if (old.platform !== next.platform && !isMeant)
    throw swapOtherPlatform({ values: { old: old.platform, new: next.platform } })
}

interface Licence {
  product: string
}

/** Products that the old one has a licence of and the new one has not. */
export function missingProducts(old: readonly Licence[], next: readonly Licence[]): string[] {
  const there = new Set(next.map(({ product }) => product))
  return [...new Set(old.map(({ product }) => product))].filter((product) => !there.has(product))
}

/** @param licences of both; null where the caller may not see them */
export function swapWarnings(
  old: SwapSide,
  next: SwapSide,
  licences: { old: readonly Licence[]; new: readonly Licence[] } | null,
): SwapWarning[] {
  const isMissing =
    licences !== null && (licences.new.length === 0 || missingProducts(licences.old, licences.new).length > 0)
  const { merchantId, groupIds } = next.standing
  const isElsewhere = next.id !== null && (merchantId !== null || groupIds.length > 0)
  const isOther = old.platform !== next.platform
  return [
    ...(isOther ? (['other_platform'] as const) : []),
    ...(!isOther && old.model !== next.model ? (['other_model'] as const) : []),
    ...(isMissing ? (['licence_missing'] as const) : []),
    ...(isElsewhere ? (['leaves_place'] as const) : []),
  ]
}

/**
 * How both stand after a swap of what stood so before. The old one keeps its merchant and groups: the slips that it still
 * hands over belong to them, and who swapped must see it.
 */
export function standingsAfter({ old, new: next, groupIds }: SwapBefore): { old: Standing; new: Standing } {
  const isSuspended = old.state === 'active'
  return {
    old: {
      ...old,
      tids: [],
      state: isSuspended ? 'suspended' : old.state,
      reopenedAt: isSuspended ? null : old.reopenedAt,
    },
    new: { ...next, ...placeAfter(old, groupIds), tids: old.tids },
  }
}

export function placeAfter(old: Standing, groupIds: string[]): Place {
  const { merchantId, address, checkInIntervalSeconds, timeZone, mayRedirect } = old
  return {
    merchantId,
    address,
    checkInIntervalSeconds,
    timeZone,
    mayRedirect,
    groupIds: [...groupIds].sort(),
  }
}

/** True where nobody has changed a terminal since; that it enrolled is no change. */
export function isAsLeft(now: Standing, left: Standing): boolean {
  const hasEnrolled = left.state === 'expected' && now.state === 'active'
  const expected = hasEnrolled ? { ...left, state: now.state, reopenedAt: now.reopenedAt } : left
  return JSON.stringify(ordered(now)) === JSON.stringify(ordered(expected))
}

/** PostgreSQL keeps the keys of JSON in an order of its own. */
function ordered(standing: Standing) {
  const { state, reopenedAt, merchantId, address, checkInIntervalSeconds, timeZone, mayRedirect } = standing
  const tids = standing.tids.map(({ acquirer, tid, mid }) => [acquirer, tid, mid]).sort()
  return [
    ...[state, reopenedAt, merchantId, address, checkInIntervalSeconds, timeZone, mayRedirect],
    ...[[...standing.groupIds].sort(), tids],
  ]
}
