import { api } from '../../../../app/api'
import type { ComboOption } from '../../../../ui/combo-field'
import type { packagePlatform } from './words'

/** The newest packages tell which components there are. */
const LOOKED_AT = 200

/** Components of packages that fit what is typed. */
export async function findComponents(
  platform: ReturnType<typeof packagePlatform>,
  search: string,
): Promise<ComboOption[]> {
  const wanted = search.toLowerCase()
  const { items } = await api.packages.list.fetch({ platform, search: search.slice(0, 64), limit: LOOKED_AT })
  const names = new Set(items.map(({ component }) => component))
  return [...names]
    .filter((name) => name.toLowerCase().includes(wanted))
    .sort()
    .map((name) => ({ value: name, label: name }))
}

/** Models that terminals report and that fit what is typed; any other may be given too, said so by `ownHint`. */
export async function findModels(search: string, ownHint: string): Promise<ComboOption[]> {
  const { models } = await api.status.facets.fetch({})
  const wanted = search.trim().toLowerCase()
  const found = models
    .filter((model) => model.toLowerCase().includes(wanted))
    .map((model) => ({ value: model, label: model }))
  const isKnown = wanted === '' || models.some((model) => model.toLowerCase() === wanted)
  const own = search.trim().slice(0, 128)
  return isKnown ? found : [...found, { value: own, label: own, hint: ownHint }]
}

export const toOptions = (values: readonly string[]): ComboOption[] =>
  values.map((value) => ({ value, label: value }))
