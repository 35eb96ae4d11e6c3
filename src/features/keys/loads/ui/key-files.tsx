import { For, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createGrowingList, GrowingList } from '../../../../app/growing-list'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { FileCard } from './file-card'

const PAGE = 5

/** The key files of one terminal, the newest open. */
export function KeyFiles(props: { terminalId: string; everyMs: number }) {
  const { t } = useI18n()
  const files = createGrowingList(() => ({
    key: [...api.keyLoads.files.key(), 'all', props.terminalId],
    limit: PAGE,
    ask: (page, signal) => api.keyLoads.files.fetch({ terminalId: props.terminalId, ...page }, signal),
    everyMs: props.everyMs,
    rowKey: 'id',
  }))
  return (
    <GrowingList list={files} lines={6} isSteady none={() => null}>
      <section aria-labelledby="key-files" class="space-y-3">
        <h2 id="key-files" class="font-semibold">
          {t('keys.page.files')}
        </h2>
        <For each={files.items()}>{(file, index) => <FileCard file={file} isNewest={index() === 0} />}</For>
        <Show when={files.paging.hasMore}>
          <Button size="small" isBusy={files.paging.isLoadingMore} onClick={files.paging.onMore}>
            {t('keys.page.more')}
          </Button>
        </Show>
      </section>
    </GrowingList>
  )
}
