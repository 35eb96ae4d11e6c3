import { Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { DataList } from '../../../../ui/data-list'
import { TerminalActions } from '../../../actions/ui/terminal-actions'
import type { Status } from '../../../monitoring/status/schemas'
import type { Explanation } from '../schemas'
import { ExplainedRules } from './explained-rules'
import { isUnderWay, UnderWay } from './under-way'

/** While an update is under way its progress is asked for often. */
const MOVING_MS = 5_000
const REFRESH_MS = 15_000
const LOOKED_AT = 50

/** Updates of one terminal: what it has, what is under way, why it gets what it gets, and what was before. */
export function TerminalUpdates(props: { registered: { id: string }; reported: { status?: unknown } }) {
  const { t } = useI18n()
  const session = useSession()
  const seesActions = session.may('actions:read')
  const actions = useQuery(() => ({
    ...api.actions.list.query({ terminalId: props.registered.id, kind: 'update', limit: LOOKED_AT }),
    enabled: seesActions,
    reconcile: 'id',
    refetchInterval: (query) => (query.state.data?.items.some(isUnderWay) ? MOVING_MS : REFRESH_MS),
  }))
  const explained = useQuery(() => ({
    ...api.updates.explain.query({ terminalId: props.registered.id }),
    refetchInterval: REFRESH_MS,
  }))
  const components = () => ((props.reported.status ?? {}) as Status).components ?? []
  const targets = () => targetsOf(explained.data)
  return (
    <div class="space-y-5">
      <div class="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
        <Card title={t('updates.terminal.now')}>
          <DataList
            label={t('updates.terminal.now')}
            none={t('updates.terminal.noComponents')}
            head={[
              t('updates.terminal.component'),
              t('updates.terminal.version'),
              t('updates.terminal.target'),
            ]}
            rows={components().map(({ name, version }) => [name, version, targets().get(name)])}
          />
        </Card>
        <Show when={seesActions}>
          <UnderWay actions={actions.data?.items.filter(isUnderWay) ?? []} />
        </Show>
      </div>
      <Answer isSteady query={explained} lines={6} class="max-w-3xl">
        {(known) => <ExplainedRules explained={known()} />}
      </Answer>
      <Show when={seesActions}>
        <section>
          <h2 class="mb-3 font-semibold">{t('updates.terminal.history')}</h2>
          <TerminalActions
            registered={props.registered}
            kind="update"
            none={t('updates.terminal.noHistory')}
          />
        </section>
      </Show>
    </div>
  )
}

/** The versions that rules will bring, by component. */
function targetsOf(explained: Explanation | undefined): Map<string, string> {
  const packages = explained?.rules.flatMap((rule) => rule.packages) ?? []
  return new Map(packages.map(({ component, version }) => [component, version]))
}
