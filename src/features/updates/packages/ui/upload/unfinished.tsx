import { createSignal, For, Show } from 'solid-js'
import { api } from '../../../../../app/api'
import { useI18n } from '../../../../../i18n'
import { Button, ButtonLink } from '../../../../../ui/button'
import { classes } from '../../../../../ui/classes'
import { useConfirm } from '../../../../../ui/confirm'
import { TimeAgo } from '../../../../../ui/time-ago'
import { useToasts } from '../../../../../ui/toast'
import { platformsIn } from '../../../../terminals/ui/words'
import { uploadPath } from '../places'
import { baseNameOf, type Draft } from './draft'
import { useDrafts } from './use-drafts'

/** Uploads that were left in the middle, with the way back to each. */
export function Unfinished(props: { except?: string; class?: string }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const drafts = useDrafts()
  const confirm = useConfirm()
  const toasts = useToasts()
  const [all, setAll] = createSignal(drafts.list())
  const shown = () => all().filter(({ id }) => id !== props.except)
  const nameOf = ({ files }: Draft) => {
    const [first] = files
    return files.length === 1 && first !== undefined
      ? baseNameOf(first)
      : tn('packages.unfinished.files', files.length)
  }
  const sizeOf = ({ files }: Draft) => format.bytes(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))

  const discard = async (id: string, { files }: Draft) => {
    const isSure = await confirm({
      title: t('packages.unfinished.discardTitle'),
      text: t('packages.unfinished.discardText'),
      action: t('packages.unfinished.discard'),
      isDangerous: true,
    })
    if (!isSure) return
    drafts.remove(id)
    setAll(drafts.list())
    toasts.show({ kind: 'good', title: t('packages.unfinished.discarded') })
    for (const { uploadId } of files)
      if (uploadId !== undefined) void api.uploads.discard.run({ uploadId }).catch(() => undefined)
  }
  return (
    <Show when={shown().length > 0}>
      <section
        aria-labelledby="unfinished"
        class={classes('rounded-xl border border-line bg-info-soft px-5 py-4', props.class)}
      >
        <h2 id="unfinished" class="font-semibold">
          {t('packages.unfinished.title')}
        </h2>
        <p class="mt-0.5 text-sm text-muted">{t('packages.unfinished.text')}</p>
        <ul class="mt-3 space-y-3">
          <For each={shown()}>
            {({ id, draft }) => (
              <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
                <div class="min-w-0 text-sm">
                  <p class="font-medium break-all">{nameOf(draft)}</p>
                  <p class="digits text-muted">
                    {platformsIn(i18n).nameOf(draft.platform)} · {sizeOf(draft)} ·{' '}
                    <TimeAgo at={new Date(draft.savedAtMs).toISOString()} />
                  </p>
                </div>
                <div class="flex gap-2">
                  <Button size="small" onClick={() => void discard(id, draft)}>
                    {t('packages.unfinished.discard')}
                  </Button>
                  <ButtonLink size="small" look="primary" href={uploadPath(id)}>
                    {t('packages.unfinished.continue')}
                  </ButtonLink>
                </div>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  )
}
