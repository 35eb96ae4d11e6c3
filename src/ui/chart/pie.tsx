import { A, useNavigate } from '@solidjs/router'
import { createMemo, Index, type JSX, Show } from 'solid-js'
import { useI18n } from '../../i18n'
import { classes } from '../classes'
import { ScrollArea } from '../scroll-area'
import { SLICE_TONES, type Tone } from './data'
import { keepDrawn } from './keep-drawn'

export interface PieSlice {
  label: string
  count: number
  /** Where it leads; by the drawing and by the table. */
  href?: string
  /** A colour with a meaning; those without get one each in turn. */
  tone?: Tone
}

/** Written out: the style sheet is made of the classes that are found in the sources. */
const DOTS: Record<Tone, string> = {
  accent: 'bg-accent',
  good: 'bg-good',
  warn: 'bg-warn',
  danger: 'bg-danger',
  info: 'bg-info',
  muted: 'bg-muted',
  edge: 'bg-edge',
  'slice-1': 'bg-slice-1',
  'slice-2': 'bg-slice-2',
  'slice-3': 'bg-slice-3',
  'slice-4': 'bg-slice-4',
  'slice-5': 'bg-slice-5',
  'slice-6': 'bg-slice-6',
  'slice-7': 'bg-slice-7',
  'slice-8': 'bg-slice-8',
}

/** Slices that are drawn one by one; the others are one slice together, and stand in the table each. */
const DRAWN_MAX = SLICE_TONES.length

/**
 * A pie with its table beside it: the table is the legend, says the numbers, and serves keyboards and screen readers.
 * The drawing says the same to the eye and is passed over by screen readers.
 */
export function Pie(props: {
  /** What it shows, for the table's caption. */
  title: string
  /** Headings of the table. */
  heads: { value: string; count: string; share: string }
  slices: readonly PieSlice[]
  /** What all together are; the share is of these. */
  total: number
  /** Of values that have no row: how many they count, and what to call them. */
  rest?: { label: string; count: number } | undefined
  /** What all slices are called that are not drawn one by one. */
  others: string
  empty: JSX.Element
}) {
  const { format } = useI18n()
  const toned = createMemo(() => {
    let next = 0
    const drawn = props.slices.slice(0, DRAWN_MAX)
    return props.slices.map((slice, at) => ({
      ...slice,
      tone: at < drawn.length ? (slice.tone ?? SLICE_TONES[next++] ?? 'edge') : 'edge',
    }))
  })
  const drawn = createMemo(() => {
    const [single, others] = [toned().slice(0, DRAWN_MAX), toned().slice(DRAWN_MAX)]
    const together = others.reduce((sum, one) => sum + one.count, props.rest?.count ?? 0)
    return together === 0
      ? single
      : [...single, { label: props.others, count: together, tone: 'edge' as const, href: undefined }]
  })
  const share = (count: number) => format.percent(props.total === 0 ? 0 : count / props.total)
  return (
    <Show
      when={props.slices.length > 0}
      fallback={
        <p class="grid min-h-44 place-items-center rounded-lg bg-raised px-4 text-center text-sm text-muted">
          {props.empty}
        </p>
      }
    >
      <div class="flex flex-wrap items-center gap-x-6 gap-y-4">
        <div class="mx-auto size-44 shrink-0">
          <Drawn slices={drawn()} />
        </div>
        <ScrollArea label={props.title} class="max-h-60 min-w-56 flex-1 self-stretch">
          <table class="w-full text-sm">
            <caption class="sr-only">{props.title}</caption>
            <thead class="sticky top-0 z-10 bg-surface text-left text-xs text-muted">
              <tr>
                <Head name={props.heads.value} />
                <Head name={props.heads.count} isNumber />
                <Head name={props.heads.share} isNumber />
              </tr>
            </thead>
            <tbody>
              {/* Kept row by row when newer numbers come, or whoever stands on a link would lose it. */}
              <Index each={toned()}>{(slice) => <Row {...slice()} share={share(slice().count)} />}</Index>
              <Show when={props.rest}>
                {(rest) => <Row {...rest()} tone="edge" share={share(rest().count)} />}
              </Show>
            </tbody>
          </table>
        </ScrollArea>
      </div>
    </Show>
  )
}

function Head(props: { name: string; isNumber?: boolean }) {
  return (
    <th
      scope="col"
      class={classes('border-b border-line px-2 py-1.5 font-medium', props.isNumber && 'text-right')}
    >
      {props.name}
    </th>
  )
}

function Row(props: PieSlice & { tone: Tone; share: string }) {
  const { format } = useI18n()
  return (
    <tr>
      <th scope="row" class="border-b border-line px-2 py-1.5 text-left font-normal">
        <span class="flex items-start gap-2">
          <span
            aria-hidden="true"
            class={classes('mt-1.5 size-2.5 shrink-0 rounded-full', DOTS[props.tone])}
          />
          <Show when={props.href} fallback={<span class="min-w-0 break-words">{props.label}</span>}>
            {(href) => (
              <A href={href()} class="min-w-0 rounded break-words text-accent hover:underline">
                {props.label}
              </A>
            )}
          </Show>
        </span>
      </th>
      <td class="digits border-b border-line px-2 py-1.5 text-right align-top">
        {format.number(props.count)}
      </td>
      <td class="digits border-b border-line px-2 py-1.5 text-right align-top whitespace-nowrap text-muted">
        {props.share}
      </td>
    </tr>
  )
}

function Drawn(props: { slices: readonly (PieSlice & { tone: Tone })[] }) {
  const { format } = useI18n()
  const navigate = useNavigate()
  let canvas: HTMLCanvasElement | undefined
  keepDrawn(
    () => canvas,
    () => {
      const slices = props.slices
      const onChoose = (index: number) => {
        const href = slices[index]?.href
        if (href !== undefined) navigate(href)
      }
      const series = [
        { name: '', values: slices.map((one) => one.count), tones: slices.map((one) => one.tone) },
      ]
      const labels = slices.map((one) => one.label)
      return {
        kind: 'doughnut',
        labels,
        series,
        formatValue: format.number,
        hasNoLegend: true,
        onChoose,
      }
    },
  )
  return (
    <div class="relative h-full" aria-hidden="true">
      <canvas
        ref={(element) => {
          canvas = element
        }}
        class="cursor-pointer"
      />
    </div>
  )
}
