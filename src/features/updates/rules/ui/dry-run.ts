import { keepPreviousData } from '@tanstack/solid-query'
import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import type { Inputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { refusalOf } from '../../../../ui/form/refusal'
import type { ChosenTerminals, RuleFields } from '../schemas'

export type DryRunInput = Inputs['updateRules']['dryRun']

/** While somebody types nothing is asked. */
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
  const wanted = createMemo<string | undefined>(() => {
    const [rule, terminals] = [options.rule(), options.terminals()]
    if (rule === undefined || terminals === undefined) return undefined
    const input: DryRunInput = {
      ...(rule === 'saved' ? {} : { rule }),
      ...(options.ruleId === undefined ? {} : { ruleId: options.ruleId }),
      terminals,
    }
    return JSON.stringify(input)
  })
  const [asked, setAsked] = createSignal(wanted())
  createEffect(
    on(
      wanted,
      (text) => {
        const timer = setTimeout(() => setAsked(text), text === undefined ? 0 : QUIET_MS)
        onCleanup(() => clearTimeout(timer))
      },
      { defer: true },
    ),
  )
  const input = createMemo<DryRunInput | undefined>(() => {
    const text = asked()
    return text === undefined ? undefined : (JSON.parse(text) as DryRunInput)
  })
  const query = useQuery(() => ({
    ...api.updateRules.dryRun.query(input() ?? { terminals: { filter: {} } }),
    enabled: input() !== undefined,
    placeholderData: keepPreviousData,
  }))
  return {
    /** What is answered, or being asked. */
    input,
    report: () => (input() === undefined || query.isError ? undefined : query.data),
    error: () => (input() === undefined ? null : query.error),
    isWaiting: () => input() !== undefined && (query.isFetching || wanted() !== asked()),
    refetch: () => void query.refetch(),
    /** Why no terminal could take the step at that place, in words. */
    faultAt(place: number): string | undefined {
      if (input() === undefined || !query.isError) return undefined
      const { code, values } = refusalOf(query.error)
      if (code !== 'rule_steps_impossible' || values.position !== place) return undefined
      return lookup(`updates.fault.${values.fault}`)
    },
  }
}
export type DryRun = ReturnType<typeof createDryRun>
