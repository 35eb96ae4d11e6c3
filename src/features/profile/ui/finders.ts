import { api } from '../../../app/api'
import { useQuery } from '../../../app/query'
import { type I18n, useI18n } from '../../../i18n'
import type { ComboOption } from '../../../ui/combo-field'
import type { TerminalDetails } from '../../terminals/schemas'
import { platformsIn } from '../../terminals/ui/words'
import { packagePlatform } from '../../updates/packages/ui/words'
import type { RuleView } from '../../updates/rules/schemas'

const SUGGESTED = 20

/** Rules by any part of their names; those of one platform where it is given. */
export function rulesFinder(i18n: I18n, platform?: () => string | undefined) {
  return async (search: string): Promise<ComboOption[]> => {
    const of = packagePlatform(platform?.())
    const { items } = await api.updateRules.list.fetch({
      search,
      limit: SUGGESTED,
      ...(of && { platform: of }),
    })
    return items.map((rule) => ruleOption(rule, i18n))
  }
}

function ruleOption({ id, name, platform, isEnabled }: RuleView, i18n: I18n): ComboOption {
  const hints = [platformsIn(i18n).nameOf(platform), ...(isEnabled ? [] : [i18n.t('profile.ruleOff')])]
  return { value: id, label: name, hint: hints.join(' · ') }
}

/** The rule an address names by its id, as a field shows it; null where none is named. */
export function useRuleOf(id: () => string | undefined): () => ComboOption | null {
  const i18n = useI18n()
  const query = useQuery(() => ({
    ...api.updateRules.get.query({ ruleId: id() ?? '' }),
    enabled: id() !== undefined,
  }))
  return () => {
    const ruleId = id()
    if (ruleId === undefined) return null
    return query.data === undefined ? { value: ruleId, label: '…' } : ruleOption(query.data, i18n)
  }
}

/** Terminals by the start of a serial number, TID or MID. */
export async function findTerminals(search: string): Promise<ComboOption[]> {
  const { items } = await api.terminals.list.fetch({ search, limit: SUGGESTED })
  return items.map(terminalOption)
}

export function terminalOption({
  id,
  serial,
  model,
  tids,
  merchantName,
}: Pick<TerminalDetails, 'id' | 'serial' | 'model' | 'tids' | 'merchantName'>): ComboOption {
  const hints = [tids.map(({ tid }) => `TID ${tid}`).join(', '), model, merchantName]
  return { value: id, label: serial, hint: hints.filter(Boolean).join(' · ') }
}

/** The terminal an address names by its id, as a field shows it; null where none is named. */
export function useTerminalOf(id: () => string | undefined): () => ComboOption | null {
  const query = useQuery(() => ({
    ...api.terminals.get.query({ terminalId: id() ?? '' }),
    enabled: id() !== undefined,
  }))
  return () => {
    const terminalId = id()
    if (terminalId === undefined) return null
    return query.data === undefined ? { value: terminalId, label: '…' } : terminalOption(query.data)
  }
}
