import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useI18n } from '../../../i18n'
import { useConfirm } from '../../../ui/confirm'
import { useToasts } from '../../../ui/toast'

/** As many as the verbs take at once. */
const AT_ONCE = 1_000

interface Named {
  licId: string
  serial: string
}

export interface Removal {
  /** Asks, deletes, and offers to undo it. True where it was done. `named` is told where it is just one. */
  remove(licenseIds: readonly string[], named?: Named): Promise<boolean>
  /** Takes deleted licences back and says what became of them. */
  restore(licenseIds: readonly string[]): Promise<void>
}

/** Deleting licences and taking them back, with everything a person is told about it. */
export function createRemoval(): Removal {
  const i18n = useI18n()
  const { t, tn } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: api.licenses.key() })

  const inChunks = async <Answer>(ids: readonly string[], call: (some: string[]) => Promise<Answer>) => {
    const answers: Answer[] = []
    for (let at = 0; at < ids.length; at += AT_ONCE) answers.push(await call(ids.slice(at, at + AT_ONCE)))
    return answers
  }
  const fail = (error: unknown) =>
    toasts.show({ kind: 'danger', title: t('license.remove.failed'), text: failureOf(error, i18n).text })

  const restore = async (licenseIds: readonly string[]) => {
    try {
      const reports = await inChunks(licenseIds, (ids) => api.licenses.restore.run({ licenseIds: ids }))
      const back = reports.reduce((sum, { counts }) => sum + (counts.restored ?? 0), 0)
      const left = licenseIds.length - back
      toasts.show({
        kind: left === 0 ? 'good' : 'danger',
        title: back > 0 ? tn('license.remove.undone', back) : t('license.remove.failed'),
        ...(left === 0 ? {} : { text: tn('license.remove.notUndone', left) }),
      })
    } catch (error) {
      fail(error)
    }
    await refresh()
  }

  return {
    restore,
    async remove(licenseIds, named) {
      const count = licenseIds.length
      const isSure = await confirm({
        title: tn('license.remove.title', count),
        text: [named && t('license.remove.one', { ...named }), t('license.remove.text')]
          .filter(Boolean)
          .join(' '),
        action: tn('license.remove.action', count),
        isDangerous: true,
      })
      if (!isSure) return false
      try {
        const answers = await inChunks(licenseIds, (ids) => api.licenses.delete.run({ licenseIds: ids }))
        const deleted = answers.flatMap((answer) => answer.deleted)
        toasts.show(
          deleted.length === 0
            ? { kind: 'info', title: t('license.remove.none') }
            : {
                kind: 'good',
                title: tn('license.remove.done', deleted.length),
                action: { label: t('ui.undo'), run: () => void restore(deleted) },
              },
        )
        return true
      } catch (error) {
        fail(error)
        return false
      } finally {
        void refresh()
      }
    },
  }
}
