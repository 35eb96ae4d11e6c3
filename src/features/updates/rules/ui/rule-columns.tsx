import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import { makerWords } from '../../../../app/maker'
import { type I18n, useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import { platformsIn } from '../../../terminals/ui/words'
import { rulePath } from '../../packages/ui/places'
import { modelsWords } from '../../packages/ui/words'
import { MOST_COUNTED, type RuleView } from '../schemas'
import { windowWords } from './window-words'

const LINK = 'rounded font-medium break-words text-accent hover:underline'
const STEPS_SHOWN = 3

/** The columns of the list of rules; `menu` is what can be done to a row. */
export function ruleColumns(
  i18n: I18n,
  menu: ((row: RuleView) => JSX.Element) | undefined,
): Column<RuleView>[] {
  const { t, format } = i18n
  const columns: Column<RuleView>[] = [
    {
      id: 'name',
      header: t('rules.fact.name'),
      isFixed: true,
      cell: (row) => (
        <span class="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
          <A href={rulePath(row.id)} class={LINK}>
            {row.name}
          </A>
          <Show when={row.warnings.length > 0}>
            <Badge tone="warn">{t('rules.page.warnings')}</Badge>
          </Show>
        </span>
      ),
    },
    {
      id: 'state',
      header: t('rules.fact.state'),
      isFixed: true,
      cell: (row) => <RuleState isEnabled={row.isEnabled} />,
    },
    {
      id: 'priority',
      header: t('rules.fact.priority'),
      align: 'end',
      cell: (row) => <span class="digits">{format.number(row.priority)}</span>,
    },
    {
      id: 'platform',
      header: t('rules.fact.platform'),
      cell: (row) => <span class="whitespace-nowrap">{platformsIn(i18n).nameOf(row.platform)}</span>,
    },
    {
      id: 'models',
      header: t('rules.fact.models'),
      isWide: true,
      cell: (row) => (
        <span title={row.models.join(', ')} class={row.models.length === 0 ? 'text-muted' : ''}>
          {modelsWords(row.models, i18n)}
        </span>
      ),
    },
    { id: 'steps', header: t('rules.fact.steps'), cell: (row) => <StepWords steps={row.steps} /> },
    {
      id: 'window',
      header: t('rules.fact.window'),
      cell: (row) => (
        <span class={row.conditions.window === undefined ? 'text-muted' : 'digits whitespace-nowrap'}>
          {windowWords(row.conditions.window, i18n)}
        </span>
      ),
    },
    {
      id: 'assigned',
      header: t('rules.fact.assigned'),
      align: 'end',
      cell: (row) => <span class="digits">{assignedWords(row, i18n)}</span>,
    },
    {
      id: 'changed',
      header: t('rules.fact.changed'),
      cell: (row) => (
        <span class="flex flex-col max-sm:items-end">
          <TimeAgo at={row.updatedAt} />
          <span class="text-xs break-words text-muted">{makerWords(row.updatedBy, t)}</span>
        </span>
      ),
    },
  ]
  if (menu !== undefined)
    columns.push({ id: 'menu', header: t('ui.actions'), isFixed: true, align: 'end', cell: menu })
  return columns
}

export function RuleState(props: { isEnabled: boolean }) {
  const { t } = useI18n()
  return (
    <Badge tone={props.isEnabled ? 'good' : 'neutral'} hasDot>
      {props.isEnabled ? t('rules.on') : t('rules.off')}
    </Badge>
  )
}

/** Each step as "component → version", in its order. */
function StepWords(props: { steps: RuleView['steps'] }) {
  const { t } = useI18n()
  const more = () => props.steps.length - STEPS_SHOWN
  return (
    <span class="flex flex-col gap-0.5 max-sm:items-end">
      <For each={props.steps.slice(0, STEPS_SHOWN)}>
        {(step) => (
          <span class="digits break-words">
            {step.component}{' '}
            <span class="whitespace-nowrap">
              <span class="text-muted">→</span> <span class="font-medium">{step.version}</span>
            </span>
          </span>
        )}
      </For>
      <Show when={more() > 0}>
        <span class="text-xs text-muted">{t('rules.list.more', { count: more() })}</span>
      </Show>
    </span>
  )
}

/** How many terminals have it; counted up to a bound. */
export function assignedWords(
  { assignedTerminals }: Pick<RuleView, 'assignedTerminals'>,
  i18n: I18n,
): string {
  const count = i18n.format.number(assignedTerminals)
  return assignedTerminals >= MOST_COUNTED ? i18n.t('rules.atMost', { count }) : count
}
