import { useNavigate } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { useConfirm } from '../../../../ui/confirm'
import { useToasts } from '../../../../ui/toast'
import type { RevisionView, SetView } from '../schemas'
import { setPath } from './places'
import { lineOf } from './set-form'

type Named = Pick<SetView, 'id' | 'name'>

/** What is done to a set as a whole; what terminals feel is asked first. */
export function createSetCommands() {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()

  const refresh = () => {
    for (const key of [api.appSets.key(), api.terminalApps.key(), api.rollouts.key()])
      void queries.invalidateQueries({ queryKey: key })
  }
  const done = (title: string) => {
    toasts.show({ kind: 'good', title })
    refresh()
  }
  const failed = (error: unknown) => {
    toasts.show({ kind: 'danger', title: t('rules.do.failed'), text: failureOf(error, i18n).text })
    refresh()
  }
  return {
    done,
    copied(setId: string) {
      done(t('sets.do.copied'))
      navigate(setPath(setId))
    },
    /** The newest revision, to all its terminals, without waves. */
    async release({ id, name, edition, revision, terminals }: SetView): Promise<void> {
      const isSure = await confirm({
        title: t('sets.do.releaseTitle', { name, revision: format.number(revision) }),
        text: tn('sets.do.releaseText', terminals),
        action: t('sets.do.releaseAction'),
      })
      if (!isSure) return
      try {
        await api.appSets.release.run({ setId: id, edition })
        done(t('sets.do.released', { name }))
      } catch (error) {
        failed(error)
      }
    },
    /** What the set was, as a new revision of it. */
    async restore(set: SetView, { revision, lines, removesOthers, conditions }: RevisionView): Promise<void> {
      const isSure = await confirm({
        title: t('sets.do.restoreTitle', { revision: format.number(revision) }),
        text: set.goesInWaves ? t('sets.do.restoreWaits') : tn('sets.do.restoreGoes', set.terminals),
        action: t('sets.do.restore'),
      })
      if (!isSure) return
      try {
        await api.appSets.update.run({
          ...{ setId: set.id, edition: set.edition, removesOthers, conditions },
          lines: lines.map(lineOf),
        })
        done(t('sets.do.restored', { revision: format.number(revision) }))
      } catch (error) {
        failed(error)
      }
    },
    /** `onGone` comes before what is shown is asked anew: a page of the set is left first. */
    async remove({ id, name }: Named, onGone?: () => void): Promise<void> {
      const isSure = await confirm({
        title: t('sets.do.deleteTitle', { name }),
        text: t('sets.do.deleteText'),
        action: t('sets.do.deleteAction'),
        isDangerous: true,
      })
      if (!isSure) return
      try {
        await api.appSets.delete.run({ setId: id })
      } catch (error) {
        return failed(error)
      }
      onGone?.()
      queries.removeQueries({ queryKey: api.appSets.get.query({ setId: id }).queryKey })
      done(t('sets.do.deleted', { name }))
    },
  }
}
export type SetCommands = ReturnType<typeof createSetCommands>
