import SearchX from 'lucide-solid/icons/search-x'
import { useI18n } from '../../i18n'
import { Button } from '../button'
import { EmptyState } from '../empty-state'
import type { TableState } from './state'

/** In place of rows where filters, or a page past the last one, leave none: the way back. */
export function NoMatches(props: { state: TableState<never> }) {
  const { t } = useI18n()
  return (
    <EmptyState
      icon={<SearchX class="size-5" aria-hidden="true" />}
      title={t('ui.table.noMatches')}
      text={t('ui.table.noMatchesHint')}
    >
      <Button onClick={() => props.state.clearFilters()}>{t('ui.table.clearFilters')}</Button>
    </EmptyState>
  )
}
