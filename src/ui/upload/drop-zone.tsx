import CircleAlert from 'lucide-solid/icons/circle-alert'
import CloudUpload from 'lucide-solid/icons/cloud-upload'
import { createSignal, createUniqueId, For, Show } from 'solid-js'
import { useI18n } from '../../i18n'
import { classes } from '../classes'
import { filesOfDrop } from './dropped'

export interface DropZoneProps {
  /** What goes here, such as "Licence files or a ZIP of them". */
  label: string
  onFiles: (files: File[]) => void
  /** Files that are larger are refused at once, by name. */
  maxBytes?: number
  /** As of `<input accept>`, such as ".zip,.lic"; what is dropped is not judged by it. */
  accept?: string
  /** One file only; a new one is the caller's to put in the place of the old. */
  isSingle?: boolean
  disabled?: boolean
}

/** Takes files by drop (folders too), click and keyboard; all of it is the label of its file input. */
export function DropZone(props: DropZoneProps) {
  const { t, format } = useI18n()
  const id = createUniqueId()
  const [isOver, setOver] = createSignal(false)
  const [refused, setRefused] = createSignal<readonly string[]>([])
  let depth = 0

  const take = (files: readonly File[]) => {
    const { maxBytes = Number.POSITIVE_INFINITY } = props
    const chosen = props.isSingle ? files.slice(0, 1) : files
    setRefused(chosen.filter((file) => file.size > maxBytes).map((file) => file.name))
    const fitting = chosen.filter((file) => file.size <= maxBytes)
    if (fitting.length > 0) props.onFiles(fitting)
  }
  const drag = (change: number) => (event: DragEvent) => {
    event.preventDefault()
    depth += change
    setOver(depth > 0 && !props.disabled)
  }
  const drop = async (event: DragEvent) => {
    event.preventDefault()
    depth = 0
    setOver(false)
    if (!props.disabled && event.dataTransfer !== null) take(await filesOfDrop(event.dataTransfer))
  }
  const limit = () => (props.maxBytes === undefined ? undefined : format.bytes(props.maxBytes))

  return (
    <div>
      <label
        for={id}
        onDragEnter={drag(1)}
        onDragLeave={drag(-1)}
        onDragOver={(event) => event.preventDefault()}
        onDrop={drop}
        class={classes(
          'flex flex-col items-center rounded-xl border-2 border-dashed px-5 py-8 text-center transition-colors has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent',
          isOver() ? 'border-accent bg-accent-soft' : 'border-edge bg-surface',
          props.disabled ? 'cursor-not-allowed opacity-55' : 'cursor-pointer hover:border-accent',
        )}
      >
        <CloudUpload class="size-8 text-accent" aria-hidden="true" />
        <span class="mt-3 font-medium">{props.label}</span>
        <span class="mt-1 text-sm text-muted">
          {t('ui.upload.drop')} {t('ui.upload.or')}{' '}
          <span class="font-medium text-accent underline underline-offset-4">{t('ui.upload.choose')}</span>
        </span>
        <span id={`${id}-hint`} class="mt-2 text-xs text-muted empty:hidden">
          {[
            limit() && t('ui.upload.limit', { limit: limit() ?? '' }),
            !props.isSingle && t('ui.upload.folders'),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <input
          id={id}
          type="file"
          class="sr-only"
          multiple={!props.isSingle}
          accept={props.accept}
          disabled={props.disabled}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            take([...(event.currentTarget.files ?? [])])
            event.currentTarget.value = ''
          }}
        />
      </label>
      <div role="alert" class="empty:hidden">
        <Show when={refused().length > 0}>
          <ul class="mt-3 space-y-1 text-sm text-danger">
            <For each={refused()}>
              {(name) => (
                <li class="flex items-start gap-1.5">
                  <CircleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
                  <span class="min-w-0 break-words">
                    <b class="font-medium">{name}</b>: {t('ui.upload.tooLarge', { limit: limit() ?? '' })}
                  </span>
                </li>
              )}
            </For>
          </ul>
        </Show>
      </div>
    </div>
  )
}
