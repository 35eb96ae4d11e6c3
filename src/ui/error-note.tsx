import CircleAlert from 'lucide-solid/icons/circle-alert'
import { Show } from 'solid-js'
import { useI18n } from '../i18n'
import { Button } from './button'

/** Something did not work: what, its code for whoever is asked for help, and another try where one may help. */
export function ErrorNote(props: {
  text: string
  code?: string | undefined
  requestId?: string | undefined
  onRetry?: (() => void) | undefined
}) {
  const { t } = useI18n()
  return (
    <div role="alert" class="flex gap-3 rounded-xl border border-danger bg-danger-soft p-4 text-sm text-ink">
      <CircleAlert class="mt-0.5 size-5 shrink-0 text-danger" aria-hidden="true" />
      <div class="min-w-0 flex-1">
        <p class="font-medium">{t('ui.error.title')}</p>
        <p class="mt-1">{props.text}</p>
        <Show when={props.code}>
          {(code) => (
            <p class="digits mt-2 text-xs break-words text-muted">
              {t('ui.error.code', { code: code() })}
              <Show when={props.requestId}>{(id) => <> · {t('ui.error.request', { id: id() })}</>}</Show>
            </p>
          )}
        </Show>
      </div>
      <Show when={props.onRetry}>
        {(retry) => (
          <Button size="small" onClick={() => retry()()}>
            {t('ui.retry')}
          </Button>
        )}
      </Show>
    </div>
  )
}
