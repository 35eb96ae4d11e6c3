import ChartColumn from 'lucide-solid/icons/chart-column'
import Table2 from 'lucide-solid/icons/table-2'
import { createMemo, createSignal, For, Show } from 'solid-js'
import { useI18n } from '../../i18n'
import { IconButton } from '../button'
import { classes } from '../classes'
import { ScrollArea } from '../scroll-area'
import { type ChartSeries, type ChartTable, chartTable, isChartEmpty } from './data'
import type { ChartKind } from './engine'
import { keepDrawn } from './keep-drawn'

export type { ChartSeries, Tone } from './data'

export interface ChartProps {
  kind: ChartKind
  /** What it shows, as a heading. */
  title: string
  labels: readonly string[]
  /** A doughnut shows the first only. */
  series: readonly ChartSeries[]
  /** What the labels are, for the table's first column, such as "Day". */
  labelsTitle?: string
  height?: 'small' | 'medium' | 'large'
  formatValue?: (value: number) => string
  /** Makes each label something to choose: by a click on the drawing, or in the table, which serves the keyboard. */
  onChoose?: (index: number) => void
  class?: string
}

const HEIGHTS = { small: 'h-44', medium: 'h-64', large: 'h-96' }

/** A chart that can be read as a table as well; the drawing itself is loaded when the first one is shown. */
export function Chart(props: ChartProps) {
  const { t, format } = useI18n()
  const [isTable, setTable] = createSignal(false)
  const formatValue = (value: number) => (props.formatValue ?? format.number)(value)
  const isEmpty = createMemo(() => isChartEmpty(props.labels, props.series))
  const table = createMemo(() =>
    chartTable(props.labels, props.series, {
      label: props.labelsTitle ?? t('ui.chart.label'),
      none: t('ui.none'),
      formatValue,
    }),
  )
  return (
    <figure class={classes('min-w-0', props.class)}>
      <figcaption class="mb-3 flex items-center justify-between gap-3">
        <span class="font-semibold">{props.title}</span>
        <Show when={!isEmpty()}>
          <IconButton
            size="small"
            class="text-muted"
            label={isTable() ? t('ui.chart.asChart') : t('ui.chart.asTable')}
            icon={
              <Show when={isTable()} fallback={<Table2 class="size-4" aria-hidden="true" />}>
                <ChartColumn class="size-4" aria-hidden="true" />
              </Show>
            }
            onClick={() => setTable(!isTable())}
          />
        </Show>
      </figcaption>
      <div class={HEIGHTS[props.height ?? 'medium']}>
        <Show
          when={!isEmpty()}
          fallback={
            <p class="flex h-full items-center justify-center rounded-lg bg-raised px-4 text-center text-sm text-muted">
              {t('ui.chart.empty')}
            </p>
          }
        >
          <Show when={isTable()} fallback={<Drawn {...props} formatValue={formatValue} table={table()} />}>
            <ScrollArea label={props.title} class="h-full">
              <DataTable title={props.title} table={table()} onChoose={props.onChoose} />
            </ScrollArea>
          </Show>
        </Show>
      </div>
    </figure>
  )
}

function Drawn(props: ChartProps & { formatValue: (value: number) => string; table: ChartTable }) {
  let canvas: HTMLCanvasElement | undefined
  keepDrawn(
    () => canvas,
    () => {
      const { kind, labels, formatValue, onChoose } = props
      const series = kind === 'doughnut' ? props.series.slice(0, 1) : props.series
      return { kind, labels, series, formatValue, onChoose }
    },
  )
  return (
    <div class="relative h-full">
      <canvas
        ref={(element) => {
          canvas = element
        }}
        role="img"
        aria-label={props.title}
        class={props.onChoose && 'cursor-pointer'}
      />
      <div class="sr-only">
        <DataTable title={props.title} table={props.table} />
      </div>
    </div>
  )
}

function DataTable(props: {
  title: string
  table: ChartTable
  onChoose?: ((index: number) => void) | undefined
}) {
  return (
    <table class="w-full text-sm">
      <caption class="sr-only">{props.title}</caption>
      <thead class="sticky top-0 bg-surface text-left text-xs text-muted">
        <tr>
          <For each={props.table.head}>
            {(name, index) => (
              <th
                scope="col"
                class={classes('border-b border-line px-2 py-2 font-medium', index() > 0 && 'text-right')}
              >
                {name}
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={props.table.rows}>
          {([label, ...cells], index) => (
            <tr>
              <th scope="row" class="border-b border-line px-2 py-2 text-left font-normal">
                <Show when={props.onChoose} fallback={label}>
                  {(choose) => (
                    <button
                      type="button"
                      class="rounded text-accent hover:underline"
                      onClick={() => choose()(index())}
                    >
                      {label}
                    </button>
                  )}
                </Show>
              </th>
              <For each={cells}>
                {(cell) => <td class="digits border-b border-line px-2 py-2 text-right">{cell}</td>}
              </For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  )
}
