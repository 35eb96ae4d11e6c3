import { For, type JSX, Show } from 'solid-js'
import { type I18n, useI18n } from '../../../../i18n'
import { platformsIn } from '../../../terminals/ui/words'
import type { AssignmentReport } from '../../schemas'
import { FoundNotes } from '../choose/found-notes'
import { NamesList } from '../choose/names-list'
import type { AssignmentInput } from './input'

type Misfit = AssignmentReport['misfits'][number]

/** What an assignment would change, and what of what was named it would not. */
export function ReportView(props: { what: AssignmentInput['what']; report: AssignmentReport }) {
  const i18n = useI18n()
  const { t, tn } = i18n
  return (
    <div class="space-y-4 text-sm">
      <div>
        <p class="digits text-xl font-semibold text-pretty">
          {props.report.changes === 0
            ? t(`profile.report.nothing.${props.what}`)
            : tn(`profile.report.changes.${props.what}`, props.report.changes)}
        </p>
        <Show when={props.report.changes > 0}>
          <p class="text-muted">{tn('profile.report.terminals', props.report.changedTerminals)}</p>
          <p class="digits mt-1 break-words text-muted">
            {props.report.sample.join(', ')}
            {props.report.changes > props.report.sample.length ? ' …' : ''}
          </p>
        </Show>
      </div>
      <ul class="space-y-3 empty:hidden">
        <Numbers report={props.report} what={props.what} />
        <FoundNotes found={props.report} />
        <For each={props.report.misfits}>
          {(misfit) => (
            <NamesList
              tone="warn"
              title={tn(`profile.report.misfit.${misfit.reason}`, misfit.count, misfitNames(misfit, i18n))}
              text={t('profile.report.misfitText')}
              names={misfit.first}
              count={misfit.count}
            />
          )}
        </For>
      </ul>
    </div>
  )
}

function misfitNames({ reason, is, needs }: Misfit, i18n: I18n) {
  const { nameOf } = platformsIn(i18n)
  const named = (value: string) => (reason === 'wrong_platform' ? nameOf(value) : value || i18n.t('ui.none'))
  return { is: named(is), needs: named(needs) }
}

function Numbers(props: { report: AssignmentReport; what: AssignmentInput['what'] }) {
  const { tn } = useI18n()
  return (
    <>
      <Line isShown={props.report.already > 0}>
        {tn(`profile.report.already.${props.what}`, props.report.already)}
      </Line>
      <Line isShown={props.what === 'assign' && props.report.withoutTid > 0}>
        {tn('profile.report.withoutTid', props.report.withoutTid)}
      </Line>
      <Line isShown={props.report.stillAssigned > 0}>
        {tn('profile.report.stillAssigned', props.report.stillAssigned)}
      </Line>
    </>
  )
}

function Line(props: { isShown: boolean; children: JSX.Element }) {
  return (
    <Show when={props.isShown}>
      <li class="border-l-2 border-line pl-3 text-muted">{props.children}</li>
    </Show>
  )
}
