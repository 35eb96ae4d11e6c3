import { query } from '../../../core/verb'
import { mayEnroll, type StandingTerminal } from '../../terminals'
import { rulesOf } from '../terminal-profile'
import { checkSwap, missingProducts, placeAfter } from './decide'
import { PreviewSwapInput } from './schemas'
import { loadStandings, lookAt, resolveReplacement, sideOf, sideToRegister, toSide } from './sides'

/** What a swap would do, and what is worth a look before; nothing is changed. Refused as the swap is, but for the platform. */
export const previewSwap = query(
  { permission: 'terminals:write', input: PreviewSwapInput },
  async (ctx, { oldTerminalId, replacement }) => {
    const [old] = (await loadStandings(ctx, [oldTerminalId])) as [StandingTerminal]
    const meant = await resolveReplacement(ctx, replacement)
    const [registered] = 'terminalId' in meant ? await loadStandings(ctx, [meant.terminalId]) : []
    const from = sideOf(old)
    const to = 'terminalId' in meant ? sideOf(registered as StandingTerminal) : sideToRegister(meant, from)
    checkSwap(from, to)
    const { licences, warnings } = await lookAt(ctx, from, to)
    const { groupIds, ...place } = placeAfter(old.standing, old.standing.groupIds)
    const rules = await rulesOf(ctx, oldTerminalId)
    return {
      old: toSide(from, licences?.old),
      new: toSide(to, licences?.new),
      moves: { ...place, tids: old.standing.tids, groups: groupIds.length },
      rules: [...new Map(rules.map(({ ruleId, name }) => [ruleId, { ruleId, name }])).values()],
      missingProducts: licences === null ? null : missingProducts(licences.old, licences.new),
      needsEnrolment: registered === undefined || mayEnroll(registered.row),
      warnings,
    }
  },
)
