import ArrowLeft from 'lucide-solid/icons/arrow-left'
import ArrowRight from 'lucide-solid/icons/arrow-right'
import { createEffect, For, type JSX, on, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { classes } from '../../../../ui/classes'
import type { EcrLogRow } from '../schemas'
import type { LogWindow } from './log-window'
import { piecesOf } from './visible'

/** The rows as they are, with the way to those before and behind. Requests and answers differ by arrow, colour and words. */
export function LogRows(props: { window: LogWindow; found: string; marked: number | undefined }) {
  const { t } = useI18n()
  let box: HTMLElement | undefined
  const show = (row: number | undefined, block: ScrollLogicalPosition) =>
    queueMicrotask(() => box?.querySelector(`[data-row="${row}"]`)?.scrollIntoView({ block }))
  // The end is what one wants to see first.
  createEffect(
    on(
      () => [props.window.rows.at(-1)?.row, props.window.hasAfter()] as const,
      ([last, hasAfter]) => !hasAfter && props.marked === undefined && show(last, 'end'),
    ),
  )
  createEffect(on([() => props.marked, () => props.window.rows[0]?.row], ([row]) => show(row, 'center')))
  return (
    <section
      ref={(element) => {
        box = element
      }}
      class="relative max-h-[70dvh] overflow-auto rounded-xl border border-line bg-surface"
      aria-label={t('ecrLogs.view.rows')}
      aria-busy={props.window.isBusy()}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
    >
      <More isThere={props.window.hasBefore()} onClick={props.window.before}>
        {t('ecrLogs.view.before')}
      </More>
      <ol class="min-w-fit py-2 font-mono text-xs leading-5">
        <For each={props.window.rows}>
          {(row) => <Row row={row} found={props.found} isMarked={row.row === props.marked} />}
        </For>
      </ol>
      <More isThere={props.window.hasAfter()} onClick={props.window.after}>
        {t('ecrLogs.view.after')}
      </More>
    </section>
  )
}

function More(props: { isThere: boolean; onClick: () => unknown; children: JSX.Element }) {
  return (
    <Show when={props.isThere}>
      <div class="sticky left-0 p-2 text-center">
        <Button size="small" onClick={() => void props.onClick()}>
          {props.children}
        </Button>
      </div>
    </Show>
  )
}

function Row(props: { row: EcrLogRow; found: string; isMarked: boolean }) {
  const { t } = useI18n()
  const isRequest = () => props.row.direction === 'request'
  return (
    <li
      data-row={props.row.row}
      class={classes(
        'flex gap-3 px-3',
        props.row.direction === 'request' && 'bg-accent-soft',
        props.row.direction === 'answer' && 'bg-good-soft',
        props.isMarked && 'outline-2 -outline-offset-2 outline-accent',
      )}
      aria-current={props.isMarked ? 'true' : undefined}
    >
      <span class="digits w-14 shrink-0 text-right text-muted select-none">{props.row.row + 1}</span>
      <span class="w-4 shrink-0 text-muted">
        <Show when={props.row.direction}>
          <span class="sr-only">{t(isRequest() ? 'ecrLogs.view.request' : 'ecrLogs.view.answer')}</span>
          <Show when={isRequest()} fallback={<ArrowLeft class="mt-0.5 size-4" aria-hidden="true" />}>
            <ArrowRight class="mt-0.5 size-4" aria-hidden="true" />
          </Show>
        </Show>
      </span>
      <span class="whitespace-pre">
        <For each={piecesOf(props.row.text, props.found)}>
          {(piece) => (
            <Show
              when={piece.isFound}
              fallback={<span class={classes(piece.isControl && 'text-warn')}>{piece.text}</span>}
            >
              <mark class="rounded-sm bg-warn-soft font-semibold text-ink">{piece.text}</mark>
            </Show>
          )}
        </For>
      </span>
    </li>
  )
}
