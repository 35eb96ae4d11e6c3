import CircleAlert from 'lucide-solid/icons/circle-alert'
import CircleCheck from 'lucide-solid/icons/circle-check'
import FileIcon from 'lucide-solid/icons/file'
import RotateCw from 'lucide-solid/icons/rotate-cw'
import X from 'lucide-solid/icons/x'
import { For, type JSX, Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../i18n'
import { IconButton } from '../button'
import { ProgressBar } from '../progress-bar'
import type { Upload, Uploads } from './queue'
import { UploadWords } from './upload-words'

export interface UploadListProps {
  uploads: Uploads<File>
  /** More about a file that has been sent, such as what became of it. */
  details?: (upload: Upload<File>) => JSX.Element
  /** Whether a file that has been sent came to nothing after all. */
  isRefused?: (upload: Upload<File>) => boolean
}

/** Every file with its progress, its state in words, and what can be done about it. */
export function UploadList(props: UploadListProps) {
  const { t } = useI18n()
  return (
    <Show when={props.uploads.items.length > 0}>
      <ul
        aria-label={t('ui.upload.list')}
        class="divide-y divide-line rounded-xl border border-line bg-surface"
      >
        <For each={props.uploads.items}>
          {(upload) => (
            <Row
              upload={upload}
              uploads={props.uploads}
              details={props.details}
              isRefused={props.isRefused}
            />
          )}
        </For>
      </ul>
    </Show>
  )
}

function Row(props: Pick<UploadListProps, 'uploads' | 'details' | 'isRefused'> & { upload: Upload<File> }) {
  const { t, format } = useI18n()
  const name = () => props.upload.file.name
  const isMoving = () => props.upload.state === 'sending' || props.upload.state === 'interrupted'
  return (
    <li class="px-4 py-3">
      <div class="flex items-start gap-3">
        <StateIcon upload={props.upload} isRefused={props.isRefused?.(props.upload) ?? false} />
        <div class="min-w-0 flex-1">
          <p class="text-sm font-medium break-words">{name()}</p>
          <p class="digits mt-0.5 text-xs text-muted">
            <UploadWords upload={props.upload} />
          </p>
          <Show when={isMoving()}>
            <ProgressBar
              class="mt-2"
              label={t('ui.upload.progressOf', { name: name() })}
              value={props.upload.progress}
              words={format.percent(props.upload.progress)}
            />
          </Show>
          <Show when={props.upload.state === 'sent' && props.details?.(props.upload)}>
            {(details) => <div class="mt-2">{details()}</div>}
          </Show>
        </div>
        <div class="-mt-1 -mr-1.5 flex">
          <Show when={props.upload.state === 'failed'}>
            <IconButton
              size="small"
              label={t('ui.upload.retry', { name: name() })}
              icon={<RotateCw class="size-4" aria-hidden="true" />}
              onClick={() => props.uploads.retry(props.upload.id)}
            />
          </Show>
          <IconButton
            size="small"
            label={t('ui.upload.remove', { name: name() })}
            icon={<X class="size-4" aria-hidden="true" />}
            onClick={() => props.uploads.remove(props.upload.id)}
          />
        </div>
      </div>
    </li>
  )
}

function StateIcon(props: { upload: Upload; isRefused: boolean }) {
  return (
    <Switch fallback={<FileIcon class="mt-0.5 size-5 shrink-0 text-muted" aria-hidden="true" />}>
      <Match when={props.upload.state === 'sent' && !props.isRefused}>
        <CircleCheck class="mt-0.5 size-5 shrink-0 text-good" aria-hidden="true" />
      </Match>
      <Match when={props.upload.state === 'failed' || props.isRefused}>
        <CircleAlert class="mt-0.5 size-5 shrink-0 text-danger" aria-hidden="true" />
      </Match>
    </Switch>
  )
}
