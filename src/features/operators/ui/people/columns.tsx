import Check from 'lucide-solid/icons/check'
import { Show } from 'solid-js'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import type { Column } from '../../../../ui/table'
import { TimeAgo } from '../../../../ui/time-ago'
import { LimitsWords } from '../limits-words'
import type { Operator } from './operator'

/** The columns of the list of operators, without the one of its actions. */
export function operatorColumns(): Column<Operator>[] {
  const { t, lookup } = useI18n()
  return [
    {
      id: 'name',
      header: t('administration.operators.name'),
      isFixed: true,
      cell: (row) => <Name operator={row} />,
    },
    {
      id: 'role',
      header: t('administration.operators.role'),
      cell: (row) => lookup(`app.role.${row.role}`),
    },
    {
      id: 'state',
      header: t('administration.operators.state'),
      cell: (row) => <State operator={row} />,
    },
    {
      id: 'twoFactor',
      header: t('administration.operators.twoFactor'),
      cell: (row) => (
        <Show when={row.twoFactorEnabled} fallback={<span class="text-muted">{t('ui.no')}</span>}>
          <span class="inline-flex items-center gap-1.5">
            <Check class="size-4 text-good" aria-hidden="true" />
            {t('ui.yes')}
          </span>
        </Show>
      ),
    },
    {
      id: 'limits',
      header: t('administration.limits.label'),
      cell: (row) => <LimitsWords visibility={row.visibility} />,
    },
    {
      id: 'lastSignIn',
      header: t('administration.operators.lastSignIn'),
      cell: (row) => (
        <Show
          when={row.lastSignInAt}
          fallback={<span class="text-muted">{t('administration.operators.never')}</span>}
        >
          {(at) => <TimeAgo at={at()} />}
        </Show>
      ),
    },
    {
      id: 'created',
      header: t('administration.operators.created'),
      cell: (row) => <TimeAgo at={row.createdAt} />,
    },
  ]
}

function Name(props: { operator: Operator }) {
  const { t } = useI18n()
  const session = useSession()
  return (
    <div class="min-w-0">
      <p class="flex items-center gap-2 font-medium">
        {props.operator.name}
        <Show when={props.operator.id === session.operator?.id}>
          <Badge tone="accent">{t('administration.operators.you')}</Badge>
        </Show>
      </p>
      <Show when={props.operator.name !== props.operator.username}>
        <p class="text-xs font-normal text-muted">{props.operator.username}</p>
      </Show>
    </div>
  )
}

function State(props: { operator: Operator }) {
  const { t, format } = useI18n()
  return (
    <span class="inline-flex flex-wrap gap-1.5">
      <Badge hasDot tone={props.operator.state === 'active' ? 'good' : 'neutral'}>
        {t(
          props.operator.state === 'active'
            ? 'administration.operators.active'
            : 'administration.operators.disabled',
        )}
      </Badge>
      <Show when={props.operator.lockedUntil}>
        {(until) => (
          <Badge hasDot tone="warn">
            {t('administration.operators.locked', { time: format.time(until()) })}
          </Badge>
        )}
      </Show>
    </span>
  )
}
