import { api } from '../../../../app/api'
import type { ComboOption } from '../../../../ui/combo-field'
import { PLATFORM_NAMES } from '../../../terminals/lists'

const SUGGESTED = 20

/** Update rules whose names have what is typed. */
export async function findRules(search: string): Promise<ComboOption[]> {
  const { items } = await api.updateRules.list.fetch({ search: search.slice(0, 64), limit: SUGGESTED })
  return items.map(({ id, name, platform }) => ({
    value: id,
    label: name,
    hint: PLATFORM_NAMES[platform] ?? platform,
  }))
}
