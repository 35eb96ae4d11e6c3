import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { useConfirm } from '../../../../ui/confirm'
import { refusalOf } from '../../../../ui/form/refusal'
import { useToasts } from '../../../../ui/toast'
import type { AssignmentReport } from '../../schemas'
import { useRefresh } from '../refresh'
import type { AssignmentInput } from './input'
import { canUndo, opposite } from './undoable'

/** What came of an assignment: it is done, or meanwhile something else would change than was agreed to. */
export type Applied = { report: AssignmentReport } | 'changed'

/** Assigns and takes away, as previews said or not at all, and takes that back where it can be. */
export function createAssignmentCommands() {
  const i18n = useI18n()
  const { t, tn } = i18n
  const toasts = useToasts()
  const confirm = useConfirm()
  const refresh = useRefresh()

  const failed = (error: unknown) =>
    toasts.show({ kind: 'danger', title: t('profile.assign.failed'), text: failureOf(error, i18n).text })
  const undo = async (input: AssignmentInput, done: AssignmentReport) => {
    const back: AssignmentInput = { ...input, what: opposite(input.what) }
    try {
      const { changes, fingerprint } = await api.profile.previewAssignment.fetch(back)
      if (changes !== done.changes) {
        toasts.show({
          kind: 'danger',
          title: t('profile.assign.undoOver'),
          text: t('profile.assign.undoOverText'),
        })
        return
      }
      await api.profile.applyAssignment.run({ ...back, fingerprint })
      toasts.show({ kind: 'good', title: tn(`profile.assign.done.${back.what}`, changes) })
    } catch (error) {
      failed(error)
    }
    refresh()
  }
  /** Throws what the server refuses, but for `assignment_changed`. */
  const apply = async (input: AssignmentInput, fingerprint: string): Promise<Applied> => {
    try {
      const report = await api.profile.applyAssignment.run({ ...input, fingerprint })
      toasts.show({
        kind: 'good',
        title: tn(`profile.assign.done.${input.what}`, report.changes),
        ...(canUndo(input, report)
          ? { action: { label: t('profile.undo'), run: () => void undo(input, report) } }
          : {}),
      })
      refresh()
      return { report }
    } catch (error) {
      if (refusalOf(error).code !== 'assignment_changed') throw error
      return 'changed'
    }
  }
  return {
    apply,
    /** Takes one rule from one place, after it was asked how much that is. */
    async unassign(ruleName: string, place: string, input: AssignmentInput): Promise<void> {
      try {
        const report = await api.profile.previewAssignment.fetch(input)
        const isSure = await confirm({
          title: t('profile.unassign.title', { rule: ruleName, place }),
          text: [
            t('profile.unassign.text'),
            ...(report.changes > 1 ? [tn('profile.unassign.more', report.changes)] : []),
            ...(report.stillAssigned > 0 ? [t('profile.unassign.still')] : []),
          ].join(' '),
          action: t('profile.unassign.action'),
          isDangerous: true,
        })
        if (!isSure) return
        const done = await apply(input, report.fingerprint)
        if (done !== 'changed') return
        toasts.show({
          kind: 'danger',
          title: t('profile.assign.failed'),
          text: t('errors.assignment_changed'),
        })
      } catch (error) {
        failed(error)
      }
      refresh()
    },
  }
}
