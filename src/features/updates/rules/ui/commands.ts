import { useNavigate } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { useConfirm } from '../../../../ui/confirm'
import { refusalOf } from '../../../../ui/form/refusal'
import { useToasts } from '../../../../ui/toast'
import { rulePath } from '../../packages/ui/places'
import type { RuleView } from '../schemas'

type Rule = Pick<RuleView, 'id' | 'name' | 'revision' | 'assignedTerminals'>

/** What is done to a rule as a whole; what cannot be taken back is asked first. */
export function createRuleCommands() {
  const i18n = useI18n()
  const { t, tn } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()

  const refresh = () => queries.invalidateQueries({ queryKey: api.updateRules.key() })
  const done = (title: string) => {
    toasts.show({ kind: 'good', title })
    void refresh()
  }
  const failed = (error: unknown) => {
    toasts.show({ kind: 'danger', title: t('rules.do.failed'), text: failureOf(error, i18n).text })
    void refresh()
  }
  const set = async ({ id, name, revision }: Rule, isEnabled: boolean) => {
    try {
      await api.updateRules.update.run({ ruleId: id, revision, isEnabled })
      done(isEnabled ? t('rules.do.enabled', { name }) : t('rules.do.disabled', { name }))
    } catch (error) {
      failed(error)
    }
  }
  /** Undefined where the server wants to hear that the assignments go too; it says how many. */
  const tryDelete = async (ruleId: string): Promise<number | undefined> => {
    try {
      await api.updateRules.delete.run({ ruleId })
      return undefined
    } catch (error) {
      const { code, values } = refusalOf(error)
      if (code === 'rule_assigned') return Number(values.assignments)
      throw error
    }
  }

  return {
    done,
    copied(ruleId: string) {
      done(t('rules.do.copied'))
      navigate(rulePath(ruleId))
    },
    enable: (rule: Rule) => set(rule, true),
    async disable(rule: Rule) {
      const isSure = await confirm({
        title: t('rules.do.disableTitle', { name: rule.name }),
        text: tn('rules.do.disableText', rule.assignedTerminals),
        action: t('rules.do.disable'),
      })
      if (isSure) await set(rule, false)
    },
    /** `onGone` comes before what is shown is asked anew: a page of the rule is left first. */
    async remove({ id, name }: Rule, onGone?: () => void): Promise<void> {
      const isSure = await confirm({
        title: t('rules.do.deleteTitle', { name }),
        text: t('rules.do.deleteText'),
        action: t('rules.do.deleteAction'),
        isDangerous: true,
      })
      if (!isSure) return
      try {
        const assignments = await tryDelete(id)
        if (assignments !== undefined) {
          const isAgreed = await confirm({
            title: tn('rules.do.assignedTitle', assignments),
            text: t('rules.do.assignedText', { name }),
            action: tn('rules.do.assignedAction', assignments),
            isDangerous: true,
          })
          if (!isAgreed) return
          await api.updateRules.delete.run({ ruleId: id, isConfirmed: true })
        }
      } catch (error) {
        return failed(error)
      }
      onGone?.()
      queries.removeQueries({ queryKey: api.updateRules.get.query({ ruleId: id }).queryKey })
      done(t('rules.do.deleted', { name }))
    },
  }
}
export type RuleCommands = ReturnType<typeof createRuleCommands>
