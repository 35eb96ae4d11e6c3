import { api } from '../../../app/api'
import { useQuery } from '../../../app/query'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import type { ComboOption } from '../../../ui/combo-field'

const SUGGESTED = 20
/** Marks an option that names a merchant which is not there yet. */
const NEW = 'new:'

/** Groups whose names begin with what is typed. */
export async function findGroups(search: string): Promise<ComboOption[]> {
  const { items } = await api.groups.list.fetch({ search, limit: SUGGESTED })
  return items.map(placeOption)
}

/** Merchants whose names begin with what is typed. */
export async function findMerchants(search: string): Promise<ComboOption[]> {
  const { items } = await api.merchants.list.fetch({ search, limit: SUGGESTED })
  return items.map(placeOption)
}

/** A group or a merchant as one chooses it; a merchant with its number in other systems. */
export function placeOption(place: { id: string; name: string; externalId?: string | null }): ComboOption {
  return { value: place.id, label: place.name, ...(place.externalId ? { hint: place.externalId } : {}) }
}

/** Merchants to choose from, and what is typed as a new one for whoever may add it. */
export function useMerchantChoice() {
  const { t } = useI18n()
  const session = useSession()
  return {
    async load(search: string): Promise<ComboOption[]> {
      const found = await findMerchants(search)
      const name = search.trim()
      const isKnown = found.some(({ label }) => label.toLowerCase() === name.toLowerCase())
      if (name === '' || isKnown || !session.may('merchants:write')) return found
      return [...found, { value: `${NEW}${name}`, label: name, hint: t('fleet.form.newMerchant') }]
    },
    /** The id of what was chosen; a new merchant is added first. */
    async idOf(option: ComboOption | null): Promise<string | null> {
      if (option === null) return null
      if (!option.value.startsWith(NEW)) return option.value
      return (await api.merchants.create.run({ name: option.label })).id
    },
  }
}

/** The group an address names by its id, as a field shows it; null where none is named. */
export function useGroupOf(id: () => string | undefined): () => ComboOption | null {
  const query = useQuery(() => ({
    ...api.groups.list.query({ ids: [id() ?? ''] }),
    enabled: id() !== undefined,
  }))
  return () => optionOf(id(), query.data?.items)
}

/** The merchant an address names by its id, as a field shows it; null where none is named. */
export function useMerchantOf(id: () => string | undefined): () => ComboOption | null {
  const query = useQuery(() => ({
    ...api.merchants.list.query({ ids: [id() ?? ''] }),
    enabled: id() !== undefined,
  }))
  return () => optionOf(id(), query.data?.items)
}

function optionOf(
  id: string | undefined,
  items: readonly { id: string; name: string }[] | undefined,
): ComboOption | null {
  if (id === undefined) return null
  const found = items?.find((one) => one.id === id)
  return { value: id, label: found?.name ?? '…' }
}
