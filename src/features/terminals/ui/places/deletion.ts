import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { useConfirm } from '../../../../ui/confirm'
import { useToasts } from '../../../../ui/toast'
import type { Place, PlaceKind } from './kinds'

/** More than these nobody counts before the question. */
const COUNTED = 200

/** Asks, with the number of terminals that stay without the place, deletes, and says what became of them. */
export function createDeletion(kind: PlaceKind, refresh: () => Promise<void>) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const fail = (error: unknown) => toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })

  const count = async ({ id }: Place): Promise<{ known: number; isMore: boolean }> => {
    const page = await api.terminals.list.fetch({ [kind.filter]: id, limit: COUNTED })
    return { known: page.items.length, isMore: page.nextCursor !== null }
  }

  return async function remove(place: Place): Promise<void> {
    try {
      const { known, isMore } = await count(place)
      const shown = isMore
        ? t('administration.places.moreThan', { count: format.number(known) })
        : format.number(known)
      const isSure = await confirm({
        title: t('administration.places.deleteTitle', { name: place.name }),
        text: tn(kind.deleteText, known, { count: shown }),
        action: t('administration.places.delete'),
        isDangerous: true,
        ...(known > 0 ? { typeToConfirm: place.name } : {}),
      })
      if (!isSure) return
      const { terminals } = await kind.delete(place.id)
      toasts.show({
        kind: 'good',
        title: t('administration.places.deleted', { name: place.name }),
        text: tn(kind.left, terminals),
      })
    } catch (error) {
      fail(error)
    } finally {
      await refresh()
    }
  }
}
