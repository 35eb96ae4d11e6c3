import { api } from '../../../../app/api'
import { createQuestion } from '../../../../app/question'
import type { Inputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { refusalOf } from '../../../../ui/form/refusal'
import type { ChosenTerminals, RuleFields } from '../schemas'

export type DryRunInput = Inputs['updateRules']['dryRun']

const QUIET_MS = 500

/**
 * What a rule would come to, asked anew whenever it or the choice of terminals changes. `rule` undefined: it cannot be asked
 * as it is now; 'saved': as it is on the server.
 */
export function createDryRun(options: {
  ruleId: string | undefined
  rule(): RuleFields | 'saved' | undefined
  terminals(): ChosenTerminals | undefined
}) {
  const { lookup } = useI18n()
  const question = createQuestion({
    wanted: (): DryRunInput | undefined => {
      const [rule, terminals] = [options.rule(), options.terminals()]
      if (rule === undefined || terminals === undefined) return undefined
      return {
        ...(rule === 'saved' ? {} : { rule }),
        ...(options.ruleId === undefined ? {} : { ruleId: options.ruleId }),
        terminals,
      }
    },
    quietMs: QUIET_MS,
    ask: (input) => api.updateRules.dryRun.query(input),
  })
  return {
    ...question,
    /** Why no terminal could take the step at that place, in words. */
    faultAt(place: number): string | undefined {
      const error = question.error()
      if (error === null) return undefined
      const { code, values } = refusalOf(error)
      if (code !== 'rule_steps_impossible' || values.position !== place) return undefined
      return lookup(`updates.fault.${values.fault}`)
    },
  }
}
export type DryRun = ReturnType<typeof createDryRun>
