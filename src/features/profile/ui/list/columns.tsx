import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { makerWords } from '../../../../app/maker'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import { StateBadge } from '../../../terminals/ui/state-badge'
import { rulePath } from '../../../updates/packages/ui/places'
import type { AssignmentView } from '../../schemas'
import type { createAssignmentCommands } from '../assign/commands'
import { unassignOne } from '../assign/one-place'
import { profilePath } from '../places'
import { tidName } from '../words'

const LINK = 'rounded font-medium break-words text-accent hover:underline'

/** The columns of the list of assignments; with `commands` each can be taken away. */
export function useAssignmentColumns() {
  const { t } = useI18n()
  return (commands: ReturnType<typeof createAssignmentCommands> | undefined): Column<AssignmentView>[] => {
    const columns: Column<AssignmentView>[] = [
      { id: 'place', header: t('profile.fact.place'), isFixed: true, cell: (row) => <Place row={row} /> },
      { id: 'terminal', header: t('profile.fact.terminal'), cell: (row) => <Terminal row={row} /> },
      {
        id: 'rule',
        header: t('profile.assign.rule'),
        isFixed: true,
        cell: (row) => (
          <span class="inline-flex flex-wrap items-center gap-x-2 gap-y-1 max-sm:justify-end">
            <A href={rulePath(row.rule.id)} class={LINK}>
              {row.rule.name}
            </A>
            <Show when={!row.rule.isEnabled}>
              <Badge>{t('profile.ruleOff')}</Badge>
            </Show>
          </span>
        ),
      },
      { id: 'versions', header: t('profile.fact.versions'), cell: (row) => <Versions row={row} /> },
      {
        id: 'assigned',
        header: t('profile.fact.assigned'),
        cell: (row) => (
          <span class="flex flex-col max-sm:items-end">
            <TimeAgo at={row.assignedAt} />
            <span class="text-xs break-words text-muted">{makerWords(row.assignedBy, t)}</span>
          </span>
        ),
      },
    ]
    if (commands === undefined) return columns
    const place = (row: AssignmentView) =>
      row.tid === null
        ? t('profile.itself', { serial: row.terminal?.serial ?? '' })
        : `TID ${tidName({ acquirer: row.acquirer, tid: row.tid })}`
    return [
      ...columns,
      {
        id: 'unassign',
        header: t('ui.actions'),
        isFixed: true,
        align: 'end',
        cell: (row) => (
          <Button
            size="small"
            look="quiet"
            aria-label={`${t('profile.unassign.short')}: ${row.rule.name}, ${place(row)}`}
            onClick={() =>
              void commands.unassign(
                row.rule.name,
                place(row),
                unassignOne(row.rule.id, row, row.terminal?.id),
              )
            }
          >
            {t('profile.unassign.short')}
          </Button>
        ),
      },
    ]
  }
}

function Place(props: { row: AssignmentView }) {
  const { t } = useI18n()
  return (
    <Show when={props.row.tid} fallback={<span class="text-muted">{t('profile.byTerminal')}</span>}>
      {(tid) => (
        <span class="digits font-medium">
          {tid()}
          <Show when={props.row.acquirer}>
            <span class="block text-xs font-normal break-words text-muted">{props.row.acquirer}</span>
          </Show>
        </span>
      )}
    </Show>
  )
}

function Terminal(props: { row: AssignmentView }) {
  const { t } = useI18n()
  return (
    <Show when={props.row.terminal} fallback={<span class="text-muted">{t('profile.nobody')}</span>}>
      {(terminal) => (
        <span class="inline-flex flex-wrap items-center gap-x-2 gap-y-1 max-sm:justify-end">
          <A href={profilePath(terminal().id)} class={LINK}>
            <span class="digits">{terminal().serial}</span>
          </A>
          <Show when={terminal().state !== 'active'}>
            <StateBadge state={terminal().state} />
          </Show>
          <span class="basis-full text-xs text-muted">{terminal().model}</span>
        </span>
      )}
    </Show>
  )
}

/** Versions it reports of what the rule updates. */
function Versions(props: { row: AssignmentView }) {
  const { t } = useI18n()
  const components = () => props.row.terminal?.components ?? []
  return (
    <Show when={components().length > 0} fallback={<span class="text-muted">{t('ui.none')}</span>}>
      <span class="flex flex-col max-sm:items-end">
        <For each={components()}>
          {(one) => (
            <span class="digits break-words">
              {one.component} <span class="font-medium">{one.version}</span>
            </span>
          )}
        </For>
      </span>
    </Show>
  )
}
