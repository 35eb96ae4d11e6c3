import { For } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import { FILLS, SegmentBar } from '../../../../ui/segment-bar'
import type { KeyBatchView } from '../schemas'
import { BATCH_COLUMNS, BATCH_TONES } from './words'

/** Where the files of a batch are, in colours and in numbers. */
export function BatchBar(props: { batch: KeyBatchView }) {
  const { t, format } = useI18n()
  const shown = () => BATCH_COLUMNS.filter((name) => props.batch[name] > 0)
  const countOf = (name: (typeof BATCH_COLUMNS)[number]) =>
    t('keys.loading.count', {
      what: t(`keys.batches.column.${name}`),
      count: format.number(props.batch[name]),
    })
  return (
    <div class="min-w-64 max-sm:min-w-0">
      <SegmentBar
        class="h-2.5"
        label={`${t('keys.batches.bar', { batch: props.batch.batch })}: ${shown().map(countOf).join(', ')}`}
        segments={BATCH_COLUMNS.map((name) => ({ tone: BATCH_TONES[name], count: props.batch[name] }))}
      />
      <ul class="mt-1.5 flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted max-sm:justify-end">
        <For each={shown()}>
          {(name) => (
            <li
              class="digits inline-flex items-center gap-1.5"
              title={t(`keys.batches.columnMeaning.${name}`)}
            >
              <span aria-hidden="true" class={classes('size-2 rounded-full', FILLS[BATCH_TONES[name]])} />
              {countOf(name)}
            </li>
          )}
        </For>
      </ul>
    </div>
  )
}
