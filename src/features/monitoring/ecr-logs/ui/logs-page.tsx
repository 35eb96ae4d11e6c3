import FileClock from 'lucide-solid/icons/file-clock'
import FolderArchive from 'lucide-solid/icons/folder-archive'
import Hourglass from 'lucide-solid/icons/hourglass'
import Send from 'lucide-solid/icons/send'
import { createSignal, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createList } from '../../../../app/list'
import { Page } from '../../../../app/page'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import { EmptyState } from '../../../../ui/empty-state'
import { DateField, SelectField } from '../../../../ui/field'
import { SearchField } from '../../../../ui/search-field'
import {
  createSelection,
  createTableState,
  SelectionBar,
  Table,
  type TableState,
  Toolbar,
} from '../../../../ui/table'
import { MOST_CHOSEN_LOGS } from '../lists'
import { ecrLogColumns } from './columns'
import { ECR_FILTERS, type EcrFilterName, filterOf, SIZES, zipHref } from './places'
import { RequestDialog } from './request-dialog'

/** Side by side on one line where there is room. */
const NARROW = 'min-w-36 flex-1 max-sm:min-w-full'

/** Monitoring › ECR log: the logs that terminals have handed over. */
export function EcrLogsPage() {
  const i18n = useI18n()
  const { t, format } = i18n
  const session = useSession()
  const state = createTableState<EcrFilterName>({
    filters: ECR_FILTERS,
    sort: { by: 'received', direction: 'desc' },
  })
  const selection = createSelection()
  const [isAsking, setAsking] = createSignal(false)
  const filter = () => filterOf(state)
  const list = createList({
    state,
    permission: 'ecr-logs:read',
    key: 'id',
    query: (page) => api.ecrLogs.list.query({ ...filter(), ...page }),
  })
  const columns = () => ecrLogColumns(i18n)
  /** Down to where was looked, while older logs have not been. */
  const searchedTo = () => list.answer?.searchedTo ?? undefined
  const goOn = () => list.nextCursor != null && state.next(list.nextCursor)
  const isUnfinished = () => list.rows?.length === 0 && searchedTo() !== undefined
  const askButton = () => (
    <Show when={session.may('ecr-logs:request')}>
      <Button
        look="primary"
        icon={<Send class="size-4" aria-hidden="true" />}
        onClick={() => setAsking(true)}
      >
        {t('ecrLogs.request.open')}
      </Button>
    </Show>
  )
  return (
    <Page
      title={t('app.nav.ecrLogs')}
      permission="ecr-logs:read"
      text={t('ecrLogs.text')}
      actions={
        <>
          <Show when={(list.rows?.length ?? 0) > 0}>
            <ButtonLink
              isDownload
              href={zipHref(filter())}
              icon={<FolderArchive class="size-4" aria-hidden="true" />}
            >
              {t('ecrLogs.saveFound')}
            </ButtonLink>
          </Show>
          {askButton()}
        </>
      }
    >
      <Toolbar
        state={state}
        columns={columns()}
        search={
          <SearchField
            label={t('ecrLogs.filter.search')}
            value={state.filter('search') ?? ''}
            onSearch={(text) => state.setFilter('search', text)}
          />
        }
        filters={<Filters state={state} />}
      />
      <Show
        when={!isUnfinished()}
        fallback={
          <EmptyState
            icon={<Hourglass class="size-6" aria-hidden="true" />}
            title={t('ecrLogs.nothingYet')}
            text={t('ecrLogs.searchedTo', { time: format.dateTime(searchedTo() ?? 0) })}
          >
            <Button look="primary" onClick={goOn}>
              {t('ecrLogs.goOn')}
            </Button>
          </EmptyState>
        }
      >
        <Table
          {...list}
          label={t('app.nav.ecrLogs')}
          columns={columns()}
          selection={selection}
          rowName={(row) => `${row.serial}, ${row.name}`}
          note={
            <Show when={searchedTo()}>
              {(time) => (
                <span>
                  {t('ecrLogs.searchedTo', { time: format.dateTime(time()) })}{' '}
                  <Button size="small" look="quiet" onClick={goOn}>
                    {t('ecrLogs.goOn')}
                  </Button>
                </span>
              )}
            </Show>
          }
          empty={
            <EmptyState
              icon={<FileClock class="size-6" aria-hidden="true" />}
              title={t('ecrLogs.empty.title')}
              text={t('ecrLogs.empty.text')}
            >
              {askButton()}
            </EmptyState>
          }
        />
      </Show>
      <SelectionBar selection={selection}>
        <Show
          when={selection.ids().length <= MOST_CHOSEN_LOGS}
          fallback={
            <span class="px-1 text-sm text-muted">{t('ecrLogs.mostChosen', { most: MOST_CHOSEN_LOGS })}</span>
          }
        >
          <ButtonLink
            isDownload
            size="small"
            href={zipHref({ logIds: [...selection.ids()] })}
            icon={<FolderArchive class="size-4" aria-hidden="true" />}
          >
            {t('ecrLogs.saveChosen')}
          </ButtonLink>
        </Show>
      </SelectionBar>
      <Show when={isAsking()}>
        <RequestDialog onClose={() => setAsking(false)} />
      </Show>
    </Page>
  )
}

function Filters(props: { state: TableState<EcrFilterName> }) {
  const { t } = useI18n()
  const bound = (name: EcrFilterName) => ({
    value: props.state.filter(name) ?? '',
    onInput: (value: string) => props.state.setFilter(name, value),
  })
  return (
    <>
      <DateField class={NARROW} label={t('ecrLogs.filter.first')} {...bound('first')} />
      <DateField class={NARROW} label={t('ecrLogs.filter.last')} {...bound('last')} />
      <SelectField
        class={NARROW}
        label={t('ecrLogs.column.size')}
        placeholder={t('ui.any')}
        options={Object.keys(SIZES).map((value) => ({ value, label: t(`ecrLogs.size.${value as Size}`) }))}
        {...bound('size')}
      />
      <SelectField
        class={NARROW}
        label={t('ecrLogs.column.cards')}
        placeholder={t('ui.any')}
        options={[
          { value: 'yes', label: t('ecrLogs.filter.withCards') },
          { value: 'no', label: t('ecrLogs.filter.withoutCards') },
        ]}
        {...bound('card')}
      />
    </>
  )
}

type Size = 'small' | 'medium' | 'large'
