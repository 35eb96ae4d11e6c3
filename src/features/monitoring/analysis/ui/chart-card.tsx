import { createMemo, createSignal, createUniqueId, type JSX, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Pie } from '../../../../ui/chart/pie'
import { SelectField } from '../../../../ui/field'
import { statusHref } from '../../status/ui/filter-state'
import type { AnalysisChart } from '../schemas'
import { useAnalysisWords } from './words'

/** One dimension: its pie and table; where it has several charts, such as one a component, one is chosen. */
export function ChartCard(props: { dimension: string; charts: readonly AnalysisChart[] }) {
  const { t, tn } = useI18n()
  const words = useAnalysisWords()
  const id = createUniqueId()
  const [subject, setSubject] = createSignal<string>()
  const subjects = createMemo(() => props.charts.flatMap((one) => one.subject ?? []))
  // What was chosen may be gone with the next answer.
  const chart = createMemo(
    () => props.charts.find((one) => one.subject === subject()) ?? (props.charts[0] as AnalysisChart),
  )
  const slices = createMemo(() =>
    chart().slices.map((slice) => ({
      label: words.labelOf(props.dimension, slice),
      count: slice.terminals,
      href: statusHref(slice.filter),
      tone: words.toneOf(props.dimension, slice),
    })),
  )
  const rest = () => {
    const { values, terminals } = chart().rest
    return values === 0 ? undefined : { label: tn('analysis.others', values), count: terminals }
  }
  const title = () =>
    [words.titleOf(props.dimension), chart().subject].filter((part) => part !== null).join(': ')
  return (
    <article aria-labelledby={id} class="min-w-0 rounded-xl border border-line bg-surface p-4 sm:p-5">
      <div class="mb-4 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div class="min-w-0">
          <h2 id={id} class="font-semibold">
            {words.titleOf(props.dimension)}
          </h2>
          <Note text={words.noteOf(props.dimension)} />
        </div>
        <Show when={subjects().length > 1}>
          <SelectField
            class="w-44 max-sm:w-full"
            label={t('analysis.component')}
            value={chart().subject ?? ''}
            options={subjects().map((one) => ({ value: one, label: one }))}
            onInput={setSubject}
          />
        </Show>
      </div>
      <Pie
        title={title()}
        heads={{ value: t('analysis.value'), count: t('analysis.terminals'), share: t('analysis.share') }}
        slices={slices()}
        total={chart().terminals}
        rest={rest()}
        others={t('analysis.othersTogether')}
        empty={t(props.dimension === 'failure' ? 'analysis.noFailures' : 'analysis.none')}
      />
    </article>
  )
}

function Note(props: { text: string | undefined }): JSX.Element {
  return (
    <Show when={props.text}>
      <p class="mt-0.5 text-xs text-pretty text-muted">{props.text}</p>
    </Show>
  )
}
