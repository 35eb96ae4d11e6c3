import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowDownToLine from 'lucide-solid/icons/arrow-down-to-line'
import ArrowUpToLine from 'lucide-solid/icons/arrow-up-to-line'
import Clock from 'lucide-solid/icons/clock'
import { createSignal, createUniqueId, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { TextField } from '../../../../ui/field'
import { useToasts } from '../../../../ui/toast'
import type { EcrLogView } from '../schemas'
import type { LogWindow } from './log-window'

const FEWEST_CHARACTERS = 2
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?$/

/** Beginning and end, a text, a time: ways to a row of the log. */
export function LogTools(props: {
  log: EcrLogView
  window: LogWindow
  marked: number | undefined
  onShow: (row: number) => void
  onFound: (text: string) => void
}) {
  const i18n = useI18n()
  const { t } = i18n
  const toasts = useToasts()
  const [text, setText] = createSignal('')
  const [time, setTime] = createSignal((props.log.lastTime ?? '').slice(0, 16).replace('T', ' '))
  const [isSearching, setSearching] = createSignal(false)
  const hintId = createUniqueId()
  const isFitTime = () => TIME.test(time().trim())
  const attempt = async (work: () => Promise<void>) => {
    setSearching(true)
    try {
      await work()
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    } finally {
      setSearching(false)
    }
  }
  /** From the row behind the one found before; at the end once more from the beginning. */
  const find = () =>
    attempt(async () => {
      const wanted = text().trim()
      if (wanted.length < FEWEST_CHARACTERS) return
      props.onFound(wanted)
      const behind = (props.marked ?? -1) + 1
      const row = (await firstFrom(wanted, behind)) ?? (behind > 0 ? await firstFrom(wanted, 0) : undefined)
      if (row === undefined) toasts.show({ kind: 'info', title: t('ecrLogs.view.nothing', { text: wanted }) })
      else props.onShow(row)
    })
  const firstFrom = async (wanted: string, from: number): Promise<number | undefined> => {
    for (let next: number | null = from; next !== null; ) {
      const answer: { items: { row: number }[]; next: number | null } = await api.ecrLogs.search.fetch({
        logId: props.log.id,
        text: wanted,
        from: next,
        limit: 1,
      })
      if (answer.items[0] !== undefined) return answer.items[0].row
      next = answer.next
    }
    return undefined
  }
  const jump = () =>
    attempt(async () => {
      const { row } = await api.ecrLogs.atTime.fetch({
        logId: props.log.id,
        time: time().trim().replace(' ', 'T'),
      })
      if (row === null) toasts.show({ kind: 'info', title: t('ecrLogs.view.noTime') })
      else props.onShow(row)
    })
  return (
    <div class="mb-4 flex flex-wrap items-end gap-x-6 gap-y-3">
      <form
        class="flex min-w-64 flex-1 items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          void find()
        }}
      >
        <TextField
          class="flex-1"
          label={t('ecrLogs.view.search')}
          value={text()}
          maxLength={200}
          autocomplete="off"
          onInput={setText}
        />
        <Button type="submit" disabled={isSearching()} icon={<ArrowDown class="size-4" aria-hidden="true" />}>
          {t('ecrLogs.view.next')}
        </Button>
      </form>
      <Show when={props.log.firstTime !== null}>
        <form
          class="flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (isFitTime()) void jump()
          }}
        >
          <TextField
            class="min-w-52 max-sm:flex-1"
            label={t('ecrLogs.view.time')}
            value={time()}
            isCode
            maxLength={19}
            autocomplete="off"
            placeholder="2026-11-27 10:00"
            onInput={setTime}
          />
          <Button
            type="submit"
            disabled={isSearching() || !isFitTime()}
            aria-describedby={hintId}
            icon={<Clock class="size-4" aria-hidden="true" />}
          >
            {t('ecrLogs.view.jump')}
          </Button>
          <span id={hintId} class="sr-only">
            {t('ecrLogs.view.timeHint')}
          </span>
        </form>
      </Show>
      <div class="flex gap-2">
        <Button
          icon={<ArrowUpToLine class="size-4" aria-hidden="true" />}
          onClick={() => void props.window.start()}
        >
          {t('ecrLogs.view.start')}
        </Button>
        <Button
          icon={<ArrowDownToLine class="size-4" aria-hidden="true" />}
          onClick={() => void props.window.end()}
        >
          {t('ecrLogs.view.end')}
        </Button>
      </div>
    </div>
  )
}
