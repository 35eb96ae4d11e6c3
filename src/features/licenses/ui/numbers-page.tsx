import { createMemo } from 'solid-js'
import { api } from '../../../app/api'
import { createList } from '../../../app/list'
import { Page } from '../../../app/page'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { ButtonLink } from '../../../ui/button'
import { EmptyState } from '../../../ui/empty-state'
import { SelectField } from '../../../ui/field'
import { SearchField } from '../../../ui/search-field'
import { Segmented } from '../../../ui/segmented'
import { createTableState, Table, Toolbar } from '../../../ui/table'
import { knownPlatform } from '../../terminals/lists'
import { usePlatforms } from '../../terminals/ui/words'
import { SOON_DAYS } from './expiry'
import { numberColumns } from './number-columns'
import { TERMINALS } from './places'

const HOLDS = ['any', 'none', 'waiting', 'expiring'] as const
const HOLDS_WORDS = {
  any: 'license.numbers.any',
  none: 'license.numbers.none',
  waiting: 'license.numbers.waiting',
  expiring: 'license.numbers.expiring',
} as const
const DAYS = [7, 14, 30, 60, 90, 180, 365]

/** Terminals by their licences: what each holds, what waits, what expires soon, which have none. */
export function NumbersPage() {
  const i18n = useI18n()
  const { t, tn } = i18n
  const platforms = usePlatforms()
  const session = useSession()
  const state = createTableState({
    filters: ['q', 'platform', 'holds', 'days'] as const,
    sort: { by: 'serial', direction: 'asc' },
  })
  const holds = () => HOLDS.find((one) => one === state.filter('holds')) ?? 'any'
  const days = () => {
    const given = Number(state.filter('days'))
    return Number.isInteger(given) && given >= 1 && given <= 3650 ? given : SOON_DAYS
  }
  const columns = createMemo(() =>
    numberColumns(i18n, { mayWrite: session.may('licenses:write'), soonDays: days }),
  )
  const list = createList({
    state,
    permission: 'licenses:read',
    key: 'terminalId',
    query: (page) =>
      api.licenses.numbers.query({
        ...page,
        holds: holds(),
        expiresInDays: days(),
        search: state.filter('q')?.slice(0, 128),
        platform: knownPlatform(state.filter('platform')),
      }),
  })
  const dayOptions = () => [...new Set([...DAYS, days()])].sort((one, other) => one - other)
  return (
    <Page title={t('license.numbers.title')} permission="licenses:read" text={t('license.numbers.text')}>
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('license.numbers.search')}
            value={state.filter('q') ?? ''}
            onSearch={(value) => state.setFilter('q', value)}
          />
        }
        filters={
          <>
            <div class="max-w-full overflow-x-auto pb-1">
              <Segmented
                label={t('license.numbers.holds')}
                value={holds()}
                segments={HOLDS.map((value) => ({ value, label: t(HOLDS_WORDS[value]) }))}
                onChange={(value) => state.setFilter('holds', value === 'any' ? undefined : value)}
              />
            </div>
            <SelectField
              class="min-w-44 max-sm:w-full"
              label={t('license.fact.platform')}
              value={state.filter('platform') ?? ''}
              options={platforms.options()}
              placeholder={t('license.list.anyPlatform')}
              onInput={(value) => state.setFilter('platform', value)}
            />
            <SelectField
              class="min-w-44 max-sm:w-full"
              label={t('license.numbers.days')}
              value={String(days())}
              options={dayOptions().map((count) => ({
                value: String(count),
                label: tn('license.numbers.dayCount', count),
              }))}
              onInput={(value) => state.setFilter('days', value === String(SOON_DAYS) ? undefined : value)}
            />
          </>
        }
      />
      <Table
        {...list}
        label={t('license.numbers.label')}
        columns={columns()}
        rowName={(row) => row.serial}
        empty={
          <EmptyState title={t('license.numbers.emptyTitle')} text={t('license.numbers.emptyText')}>
            <ButtonLink href={TERMINALS}>{t('license.numbers.toStatus')}</ButtonLink>
          </EmptyState>
        }
      />
    </Page>
  )
}
