import CircleAlert from 'lucide-solid/icons/circle-alert'
import { createEffect, createSignal, onCleanup, Show } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import type { RoomRefusal } from '../../../../app/sign-in-room'
import { useI18n } from '../../../../i18n'

/** Why the sign-in room said no, its code, and how long there is to wait. */
export function RefusalNote(props: { error: unknown }) {
  return (
    <div role="alert" class="empty:hidden">
      <Show when={props.error}>{(error) => <Note error={error()} />}</Show>
    </div>
  )
}

function Note(props: { error: unknown }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const failure = () => failureOf(props.error, i18n)
  const [until, setUntil] = createSignal<number>()
  createEffect(() => {
    const seconds = (props.error as RoomRefusal).retryAfterSeconds
    setUntil(seconds === undefined ? undefined : Date.now() + seconds * 1000)
  })
  return (
    <div class="mb-5 flex items-start gap-2.5 rounded-lg border border-danger/40 bg-danger-soft px-3.5 py-3 text-sm">
      <CircleAlert class="mt-0.5 size-4.5 shrink-0 text-danger" aria-hidden="true" />
      <div class="min-w-0 space-y-1 break-words">
        <p>{failure().text}</p>
        <Show when={until()}>
          {(moment) => (
            <>
              <Show when={failure().code === 'sign_in_locked'}>
                <p>{t('account.signIn.lockedUntil', { time: format.time(moment()) })}</p>
              </Show>
              <TimeLeft until={moment()} />
            </>
          )}
        </Show>
        <Show when={failure().code}>
          {(code) => <p class="text-xs text-muted">{t('ui.error.code', { code: code() })}</p>}
        </Show>
      </div>
    </div>
  )
}

/** Counts down in sight; screen readers hear the moment once and not each second. */
function TimeLeft(props: { until: number }) {
  const { t, format } = useI18n()
  const left = () => Math.max(0, Math.ceil((props.until - Date.now()) / 1000))
  const [seconds, setSeconds] = createSignal(left())
  const timer = setInterval(() => setSeconds(left()), 1000)
  onCleanup(() => clearInterval(timer))
  return (
    <p class="digits" aria-hidden="true">
      {t('account.signIn.waitLeft', { duration: format.duration(seconds()) })}
    </p>
  )
}
