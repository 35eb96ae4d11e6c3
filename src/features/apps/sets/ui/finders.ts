import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import type { I18n } from '../../../../i18n'
import { useI18n } from '../../../../i18n'
import type { ComboOption } from '../../../../ui/combo-field'

const SUGGESTED = 20

interface Named {
  id: string
  name: string
  terminals: number
}

/** Sets by any part of their names. */
export function setsFinder(i18n: I18n) {
  return async (search: string): Promise<ComboOption[]> => {
    const { items } = await api.appSets.list.fetch({ search: search.slice(0, 64), limit: SUGGESTED })
    return items.map((set) => setOption(set, i18n))
  }
}

const setOption = ({ id, name, terminals }: Named, { tn }: I18n): ComboOption => ({
  ...{ value: id, label: name },
  hint: tn('rollouts.terminals', terminals),
})

/** The set an address names by its id, as a field shows it; null where none is named. */
export function useSetOf(id: () => string | undefined): () => ComboOption | null {
  const i18n = useI18n()
  const query = useQuery(() => ({
    ...api.appSets.get.query({ setId: id() ?? '' }),
    enabled: id() !== undefined,
  }))
  return () => {
    const setId = id()
    if (setId === undefined) return null
    return query.data === undefined ? { value: setId, label: '…' } : setOption(query.data, i18n)
  }
}
