import { createSignal, Match, Switch } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import { SelectField } from '../../../../ui/field'
import { SearchField } from '../../../../ui/search-field'
import { createTableState } from '../../../../ui/table'
import { filterOf, STATUS_FILTERS, type StatusFilterName } from '../../../monitoring/status/ui/filter-state'
import { StatusFilters } from '../../../monitoring/status/ui/filters'
import { findGroups } from '../../../terminals/ui/places'
import { packagePlatform } from '../../packages/ui/words'
import type { ChosenTerminals, RuleView } from '../schemas'

const KINDS = ['assigned', 'platform', 'group', 'filter'] as const
type Kind = (typeof KINDS)[number]

/** For whom a rule is tried: whose it is, all of its platform, a group, or a filter of Monitoring, which is in the address. */
export function createAudience(options: { saved: RuleView | undefined; platform(): string }) {
  const { saved } = options
  const isAssigned = saved !== undefined && saved.assignedTerminals > 0
  const [kind, setKind] = createSignal<Kind>(isAssigned ? 'assigned' : 'platform')
  const [group, setGroup] = createSignal<ComboOption | null>(null)
  const filter = createTableState<StatusFilterName>({
    filters: STATUS_FILTERS,
    sort: { by: 'serial', direction: 'asc' },
    prefix: 'for-',
  })
  return {
    kinds: KINDS.filter((one) => one !== 'assigned' || saved !== undefined),
    ...{ kind, setKind, group, setGroup, filter },
    /** Undefined until a group is chosen. */
    terminals(): ChosenTerminals | undefined {
      const chosen = group()
      switch (kind()) {
        case 'assigned':
          return { assigned: true }
        case 'platform':
          return { filter: { platform: packagePlatform(options.platform()) } }
        case 'group':
          return chosen === null ? undefined : { filter: { groupId: chosen.value } }
        case 'filter':
          return { filter: filterOf(filter) }
      }
    },
  }
}
export type Audience = ReturnType<typeof createAudience>

export function AudienceFields(props: { audience: Audience }) {
  const { t } = useI18n()
  const { filter } = props.audience
  return (
    <div class="space-y-3">
      <SelectField
        label={t('rules.dryRun.forWhom')}
        value={props.audience.kind()}
        options={props.audience.kinds.map((kind) => ({ value: kind, label: t(`rules.dryRun.whom.${kind}`) }))}
        onInput={(value) => props.audience.setKind(KINDS.find((one) => one === value) ?? 'platform')}
      />
      <Switch>
        <Match when={props.audience.kind() === 'group'}>
          <ComboField
            label={t('rules.dryRun.groupLabel')}
            value={props.audience.group()}
            load={findGroups}
            onInput={props.audience.setGroup}
          />
        </Match>
        <Match when={props.audience.kind() === 'filter'}>
          <SearchField
            label={t('fleet.filter.search')}
            value={filter.filter('search') ?? ''}
            onSearch={(value) => filter.setFilter('search', value)}
          />
          <div class="flex flex-wrap gap-3">
            <StatusFilters state={filter} />
          </div>
        </Match>
      </Switch>
    </div>
  )
}
