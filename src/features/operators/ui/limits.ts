import { createSignal } from 'solid-js'
import type { z } from 'zod'
import { api } from '../../../app/api'
import type { ComboOption } from '../../../ui/combo-field'
import { placeOption } from '../../terminals/ui/places'
import type { VisibilityInput } from '../schemas'

type Visibility = z.output<typeof VisibilityInput>

/** As many as a list takes at once by their ids. */
const CHUNK = 100

/** Which terminals somebody sees, as a form has it: groups and merchants with their names. */
export function createLimits() {
  const [kind, setKind] = createSignal<Visibility['kind']>('all')
  const [groups, setGroups] = createSignal<ComboOption[]>([])
  const [merchants, setMerchants] = createSignal<ComboOption[]>([])
  return {
    kind,
    setKind,
    groups,
    setGroups,
    merchants,
    setMerchants,
    /** Limits to nothing are a mistake of whoever fills in the form. */
    isEmpty: () => kind() === 'limited' && groups().length + merchants().length === 0,
    /** Fills the form with what is so now; the names are asked for. */
    async load(visibility: Visibility) {
      setKind(visibility.kind)
      if (visibility.kind === 'all') return
      const [knownGroups, knownMerchants] = await Promise.all([
        inChunks(visibility.groupIds, (ids) => api.groups.list.fetch({ ids, limit: CHUNK })),
        inChunks(visibility.merchantIds, (ids) => api.merchants.list.fetch({ ids, limit: CHUNK })),
      ])
      setGroups(knownGroups)
      setMerchants(knownMerchants)
    },
    value(): Visibility {
      if (kind() === 'all') return { kind: 'all' }
      const ids = (options: ComboOption[]) => options.map((one) => one.value)
      return { kind: 'limited', groupIds: ids(groups()), merchantIds: ids(merchants()) }
    },
  }
}

export type Limits = ReturnType<typeof createLimits>

async function inChunks(
  ids: readonly string[],
  ask: (ids: string[]) => Promise<{ items: Parameters<typeof placeOption>[0][] }>,
): Promise<ComboOption[]> {
  const found: ComboOption[] = []
  for (let at = 0; at < ids.length; at += CHUNK)
    found.push(...(await ask(ids.slice(at, at + CHUNK))).items.map(placeOption))
  return found
}
