import { useSearchParams } from '@solidjs/router'
import ShieldAlert from 'lucide-solid/icons/shield-alert'
import { createSignal, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { localPath } from '../../../../server/local-path'
import { Button } from '../../../../ui/button'
import { EnableDialog } from './enable-dialog'

/** Whose role needs a second factor and who has none is led here from everywhere: says why, and goes on once there is one. */
export function Owed(props: { username: string }) {
  const { t } = useI18n()
  const [params] = useSearchParams<{ next?: string }>()
  const [isOpen, setOpen] = createSignal(false)
  return (
    <section
      aria-labelledby="owed"
      class="mb-5 flex flex-col gap-4 rounded-xl border border-warn/40 bg-warn-soft p-5 sm:flex-row sm:items-start"
    >
      <ShieldAlert class="size-6 shrink-0 text-warn" aria-hidden="true" />
      <div class="min-w-0 flex-1">
        <h2 id="owed" class="font-semibold">
          {t('account.owed.title')}
        </h2>
        <p class="mt-1 max-w-2xl text-sm text-pretty">{t('account.owed.text')}</p>
      </div>
      <Button look="primary" class="shrink-0" onClick={() => setOpen(true)}>
        {t('account.owed.start')}
      </Button>
      <Show when={isOpen()}>
        <EnableDialog
          name={props.username}
          onClose={() => setOpen(false)}
          // The shell was made for somebody who may do nothing: it is asked for anew.
          onDone={() => window.location.replace(localPath(params.next))}
        />
      </Show>
    </section>
  )
}
