import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { classes } from '../../../../ui/classes'
import { LiveValue } from '../../../../ui/live-value'
import { FILLS, SegmentBar } from '../../../../ui/segment-bar'
import type { KeyLoadState } from '../../lists'
import { KEY_NEEDS, type KeyCountsView } from '../schemas'
import { STATE_TONES } from './words'

type Need = (typeof KEY_NEEDS)[number]

/** What succeeds first, what failed at the far end; nothing that has not begun is coloured. */
const DRAWN = [
  ...(['installed', 'delivered', 'offered', 'available', 'unapproved'] as const),
  ...(['none', 'expired', 'superseded', 'revoked', 'failed'] as const),
] satisfies readonly KeyLoadState[]
/** Shown only where there are some. */
const SELDOM: readonly KeyLoadState[] = ['superseded', 'expired', 'revoked']

/** Hollow where the bar leaves it empty. */
const dotOf = (state: KeyLoadState) => {
  const tone = STATE_TONES[state]
  return tone === undefined ? 'border border-edge bg-raised' : FILLS[tone]
}

/** The fleet by the state of its keys, as a picture and as numbers; a number shows its terminals. */
export function FleetCounts(props: {
  counts: KeyCountsView
  state: string | undefined
  need: string | undefined
  onState(state: KeyLoadState | undefined): void
  onNeed(need: Need | undefined): void
}) {
  const { t, format } = useI18n()
  const of = (state: KeyLoadState) => props.counts.states.find((one) => one.state === state)?.terminals ?? 0
  const shown = () => DRAWN.filter((state) => !SELDOM.includes(state) || of(state) > 0)
  const countWords = (what: string, count: number) =>
    t('keys.loading.count', { what, count: format.number(count) })
  const words = () =>
    shown()
      .map((state) => countWords(t(`keys.state.${state}`), of(state)))
      .join(', ')
  const needs = () => KEY_NEEDS.filter((need) => props.counts[need] > 0 || props.need === need)
  return (
    <section
      aria-label={t('keys.loading.fleet')}
      class="mb-5 rounded-xl border border-line bg-surface p-4 sm:p-5"
    >
      <SegmentBar
        class="h-3"
        label={`${t('keys.loading.bar')}: ${words()}`}
        segments={DRAWN.map((state) => ({ tone: STATE_TONES[state], count: of(state) }))}
      />
      <ul class="mt-3 grid grid-cols-2 gap-1 sm:flex sm:flex-wrap sm:gap-x-2">
        <li>
          <Tile
            name={t('keys.loading.all')}
            count={props.counts.terminals}
            isChosen={props.state === undefined && props.need === undefined}
            onChoose={() => {
              props.onState(undefined)
            }}
          />
        </li>
        <For each={shown()}>
          {(state) => (
            <li>
              <Tile
                name={t(`keys.state.${state}`)}
                meaning={t(`keys.stateMeaning.${state}`)}
                dot={dotOf(state)}
                count={of(state)}
                isChosen={props.state === state}
                onChoose={() => props.onState(props.state === state ? undefined : state)}
              />
            </li>
          )}
        </For>
      </ul>
      <div class="mt-3 border-t border-line pt-3">
        <Show
          when={needs().length > 0}
          fallback={<p class="px-3 text-sm text-muted">{t('keys.loading.noNeeds')}</p>}
        >
          <ul aria-label={t('keys.loading.needs')} class="flex flex-wrap gap-2">
            <For each={needs()}>
              {(need) => (
                <li class="max-sm:w-full">
                  <button
                    type="button"
                    aria-pressed={props.need === need}
                    title={t(`keys.needMeaning.${need}`)}
                    class={classes(
                      'flex w-full items-center gap-2.5 rounded-lg border border-transparent px-3 py-2 text-sm font-medium aria-pressed:border-current',
                      need === 'requested' ? 'bg-warn-soft text-warn' : 'bg-danger-soft text-danger',
                    )}
                    onClick={() => props.onNeed(props.need === need ? undefined : need)}
                  >
                    <span class="digits text-lg leading-6 font-semibold">
                      <LiveValue value={props.counts[need]}>{format.number(props.counts[need])}</LiveValue>
                    </span>{' '}
                    {t(`keys.need.${need}`)}
                  </button>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </div>
    </section>
  )
}

function Tile(props: {
  name: string
  meaning?: string
  dot?: string
  count: number
  isChosen: boolean
  onChoose(): void
}) {
  const { format } = useI18n()
  return (
    <button
      type="button"
      aria-pressed={props.isChosen}
      title={props.meaning}
      class="h-full w-full rounded-lg border border-transparent px-3 py-2 text-left hover:bg-raised aria-pressed:border-accent aria-pressed:bg-accent-soft"
      onClick={() => props.onChoose()}
    >
      <span class="flex items-center gap-2 text-xs text-muted">
        <Show when={props.dot}>
          {(dot) => <span aria-hidden="true" class={classes('size-2.5 shrink-0 rounded-full', dot())} />}
        </Show>
        {props.name}
      </span>{' '}
      <span class="digits mt-0.5 block text-2xl font-semibold">
        <LiveValue value={props.count}>{format.number(props.count)}</LiveValue>
      </span>
    </button>
  )
}
