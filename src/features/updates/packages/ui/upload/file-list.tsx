import CircleAlert from 'lucide-solid/icons/circle-alert'
import { createSignal, For, Show } from 'solid-js'
import { useI18n } from '../../../../../i18n'
import { Button } from '../../../../../ui/button'
import { ProgressBar } from '../../../../../ui/progress-bar'
import { DropZone } from '../../../../../ui/upload'
import { MOST_FILES } from '../../schemas'
import { baseNameOf, type DraftFile } from './draft'
import { FileRow } from './file-row'
import type { Inspection } from './inspection'
import type { UploadWork } from './work'

/** The files of the package, in their order, and the place where others are dropped. */
export function FileList(props: {
  work: UploadWork
  inspection: Inspection
  isOfSet: boolean
  isFrozen: boolean
}) {
  const { t, format } = useI18n()
  const [dragged, setDragged] = createSignal<DraftFile>()
  const [said, setSaid] = createSignal('')
  const files = () => props.work.files
  const isMissingSome = () => files().some((file) => !file.isSent && props.work.uploadOf(file) === undefined)
  const takesMore = () => !props.isFrozen && (props.isOfSet || files().length === 0 || isMissingSome())

  const drag = (file: DraftFile, event: DragEvent) => {
    const row = (event.currentTarget as HTMLElement).closest('li')
    if (row !== null) event.dataTransfer?.setDragImage(row, 16, 16)
    // Firefox drags nothing without data.
    event.dataTransfer?.setData('text/plain', baseNameOf(file))
    setDragged(file)
  }
  const dragOver = (place: number) => {
    const file = dragged()
    if (file !== undefined && files()[place] !== file) props.work.move(file, place)
  }
  const move = (file: DraftFile, place: number, by: -1 | 1, button: HTMLButtonElement) => {
    props.work.move(file, place + by)
    setSaid(
      t('packages.upload.moved', {
        name: baseNameOf(file),
        place: format.number(place + by + 1),
        all: format.number(files().length),
      }),
    )
    // A row that is put elsewhere loses the focus; at an end of the list the other arrow takes it.
    const other = by === 1 ? button.previousElementSibling : button.nextElementSibling
    if (!button.disabled) button.focus()
    else if (other instanceof HTMLButtonElement) other.focus()
  }
  return (
    <div class="flex flex-col gap-4">
      <Show when={props.isOfSet && files().length > 1}>
        <p class="text-sm text-muted">{t('packages.upload.filesText')}</p>
      </Show>
      <Show when={files().length > 0}>
        <ol
          aria-label={t('packages.upload.files')}
          class="divide-y divide-line rounded-xl border border-line"
        >
          <For each={files()}>
            {(file, place) => (
              <FileRow
                file={file}
                work={props.work}
                place={place()}
                target={props.inspection.targetOf(file)}
                isOfSet={props.isOfSet}
                isFrozen={props.isFrozen}
                isDragged={dragged() === file}
                onDragStart={(event) => drag(file, event)}
                onDragOver={() => dragOver(place())}
                onDragEnd={() => setDragged(undefined)}
                onMove={(by, button) => move(file, place(), by, button)}
              />
            )}
          </For>
        </ol>
        <p class="sr-only" role="status">
          {said()}
        </p>
      </Show>
      <Show when={files().length > 1 && !props.work.isComplete()}>
        <Total work={props.work} />
      </Show>
      <Show when={props.isOfSet && props.work.isOrderOwn && props.inspection.isOutOfOrder()}>
        <div class="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-info-soft px-3.5 py-3 text-sm">
          <p>{t('packages.upload.orderText')}</p>
          <Button size="small" disabled={props.isFrozen} onClick={() => props.inspection.arrange()}>
            {t('packages.upload.order')}
          </Button>
        </div>
      </Show>
      <Show when={takesMore()}>
        <DropZone
          label={t(props.isOfSet ? 'packages.upload.zoneSet' : 'packages.upload.zoneOta')}
          isSingle={!props.isOfSet}
          onFiles={(chosen) => props.work.add(chosen, !props.isOfSet)}
        />
      </Show>
      <Problem work={props.work} isTooMuch={!props.isOfSet && files().length > 1} />
    </div>
  )
}

function Total(props: { work: UploadWork }) {
  const { t, format } = useI18n()
  const share = () => {
    const { sentBytes, allBytes } = props.work.totals()
    return allBytes === 0 ? 0 : sentBytes / allBytes
  }
  const words = () => {
    const { sentBytes, allBytes } = props.work.totals()
    return t('packages.upload.total', { done: format.bytes(sentBytes), all: format.bytes(allBytes) })
  }
  return (
    <div>
      <ProgressBar label={t('packages.upload.totalLabel')} value={share()} words={words()} />
      <p class="digits mt-1 text-xs text-muted">{words()}</p>
    </div>
  )
}

function Problem(props: { work: UploadWork; isTooMuch: boolean }) {
  const { t, tn, format } = useI18n()
  const words = () => {
    const problem = props.work.problem()
    if (problem?.kind === 'tooMany') return t('packages.upload.tooMany', { limit: format.number(MOST_FILES) })
    if (problem?.kind === 'foreign')
      return tn('packages.upload.foreign', problem.names.length, { names: problem.names.join(', ') })
    return props.isTooMuch ? t('packages.upload.oneFile') : undefined
  }
  return (
    <div role="alert" class="empty:hidden">
      <Show when={words()}>
        {(text) => (
          <p class="flex items-start gap-2 text-sm text-danger">
            <CircleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            <span class="min-w-0 break-words">{text()}</span>
          </p>
        )}
      </Show>
    </div>
  )
}
