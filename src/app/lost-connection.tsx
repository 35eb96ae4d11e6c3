import { onlineManager } from '@tanstack/solid-query'
import WifiOff from 'lucide-solid/icons/wifi-off'
import { createSignal, onCleanup, onMount, Show } from 'solid-js'
import { useI18n } from '../i18n'

/** Says that the browser has no network: what is on the screen may be old. */
export function LostConnection() {
  const { t } = useI18n()
  const [isOnline, setOnline] = createSignal(true)
  onMount(() => {
    setOnline(onlineManager.isOnline())
    onCleanup(onlineManager.subscribe(setOnline))
  })
  return (
    <Show when={!isOnline()}>
      <p
        role="status"
        class="mb-4 flex items-center gap-2 rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn"
      >
        <WifiOff class="size-4 shrink-0" aria-hidden="true" />
        {t('app.offline')}
      </p>
    </Show>
  )
}
