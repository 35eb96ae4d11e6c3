import { A } from '@solidjs/router'
import { createEffect, createSignal, on, Show } from 'solid-js'
import { useIsLimited } from '../../../../app/limits'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { newRolloutPath } from '../../../updates/rules/ui/places'
import type { AssignmentReport } from '../../schemas'
import type { Preview } from '../choose/preview'
import { PreviewCard } from '../choose/preview-card'
import { assignedPath } from '../places'
import { type AssignmentInput, createAssignmentApply } from './input'
import { ReportView } from './report'

/** From so many terminals on it matters that a rule alone knows no waves. */
const MANY = 20

interface Done {
  what: AssignmentInput['what']
  ruleId: string
  changes: number
}

/** What would change, and the button that does just that. */
export function PreviewPanel(props: {
  what: AssignmentInput['what']
  preview: Preview<AssignmentInput, AssignmentReport>
  /** What is missing before anything can be asked. */
  hint: string
  onApplied(): void
}) {
  const { t, tn } = useI18n()
  const isLimited = useIsLimited()
  const apply = createAssignmentApply(() => props.preview)
  const [done, setDone] = createSignal<Done>()
  createEffect(on(props.preview.input, (input) => input !== undefined && apply.forget(), { defer: true }))
  const run = async () => {
    const input = props.preview.input()
    const applied = await apply.run()
    if (input === undefined || applied === undefined) return
    setDone({ what: input.what, ruleId: input.ruleId, changes: applied.changes })
    props.onApplied()
  }
  return (
    <PreviewCard
      preview={props.preview}
      apply={apply}
      hint={props.hint}
      isDone={done() !== undefined}
      done={
        <Show when={done()}>
          {(what) => (
            <>
              <span class="font-medium">{tn(`profile.assign.done.${what().what}`, what().changes)}</span>{' '}
              <A href={assignedPath(what().ruleId)} class="rounded text-accent underline">
                {t('profile.assign.showList')}
              </A>
            </>
          )}
        </Show>
      }
    >
      {(report) => (
        <>
          <ReportView what={props.what} report={report()} />
          <Show when={props.what === 'assign' && report().changedTerminals >= MANY}>
            <p class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-pretty text-warn">
              {t('profile.report.atOnce')}{' '}
              <Show when={isLimited() === false}>
                <A href={newRolloutPath(props.preview.input()?.ruleId)} class="rounded underline">
                  {t('rollouts.rule.start')}
                </A>
              </Show>
            </p>
          </Show>
          <Show when={report().changes > 0}>
            <Button
              class="w-full"
              look={props.what === 'assign' ? 'primary' : 'danger'}
              disabled={props.preview.input() === undefined}
              isBusy={apply.isBusy()}
              onClick={() => void run()}
            >
              {tn(`profile.assign.apply.${props.what}`, report().changes)}
            </Button>
          </Show>
        </>
      )}
    </PreviewCard>
  )
}
