import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowUp from 'lucide-solid/icons/arrow-up'
import CircleAlert from 'lucide-solid/icons/circle-alert'
import CircleCheck from 'lucide-solid/icons/circle-check'
import FileIcon from 'lucide-solid/icons/file'
import FileQuestion from 'lucide-solid/icons/file-question-mark'
import GripVertical from 'lucide-solid/icons/grip-vertical'
import RotateCw from 'lucide-solid/icons/rotate-cw'
import X from 'lucide-solid/icons/x'
import { type JSX, Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../../../../i18n'
import { Button, IconButton } from '../../../../../ui/button'
import { classes } from '../../../../../ui/classes'
import { TextField } from '../../../../../ui/field'
import { ProgressBar } from '../../../../../ui/progress-bar'
import { UploadWords } from '../../../../../ui/upload'
import { TELIUM_TARGETS } from '../../lists'
import { baseNameOf, type DraftFile } from './draft'
import type { UploadWork } from './work'

export interface FileRowProps {
  file: DraftFile
  work: UploadWork
  place: number
  /** The folder it will have. */
  target: string
  /** Of a set: it has a place and a folder. */
  isOfSet: boolean
  isFrozen: boolean
  isDragged: boolean
  onDragStart(event: DragEvent): void
  onDragOver(): void
  onDragEnd(): void
  /** By the arrows, with the button that keeps the focus. */
  onMove(by: -1 | 1, button: HTMLButtonElement): void
}

/** One file of the package: how far it is, its place, and its folder on the terminal. */
export function FileRow(props: FileRowProps) {
  const { t, format } = useI18n()
  const name = () => baseNameOf(props.file)
  const upload = () => props.work.uploadOf(props.file)
  const isMoving = () => upload()?.state === 'sending' || upload()?.state === 'interrupted'
  const isLast = () => props.place === props.work.files.length - 1
  const arrow = (by: -1 | 1, label: string, icon: JSX.Element) => (
    <IconButton
      size="small"
      label={label}
      icon={icon}
      disabled={props.isFrozen || (by === -1 ? props.place === 0 : isLast())}
      onClick={(event) => props.onMove(by, event.currentTarget)}
    />
  )
  return (
    <li
      class={classes('px-4 py-3', props.isDragged && 'bg-accent-soft')}
      onDragOver={() => props.onDragOver()}
    >
      <div class="flex items-start gap-3">
        <Show when={props.isOfSet}>
          <div class="flex shrink-0 items-center gap-1">
            <Show when={!props.isFrozen}>
              <span
                draggable="true"
                title={t('packages.upload.drag', { name: name() })}
                class="-ml-2 cursor-grab text-muted pointer-coarse:hidden"
                aria-hidden="true"
                onDragStart={(event) => props.onDragStart(event)}
                onDragEnd={() => props.onDragEnd()}
              >
                <GripVertical class="size-5" />
              </span>
            </Show>
            <span class="digits min-w-6 text-sm text-muted">
              <span class="sr-only">
                {t('packages.upload.place', { place: format.number(props.place + 1) })}
              </span>
              <span aria-hidden="true">{format.number(props.place + 1)}</span>
            </span>
          </div>
        </Show>
        <StateIcon file={props.file} work={props.work} />
        <div class="flex min-w-0 flex-1 flex-wrap items-start gap-x-4">
          <div class="min-w-40 flex-1">
            <p class="text-sm font-medium break-all">{name()}</p>
            <p class="digits mt-0.5 text-xs text-muted">
              <StateOf file={props.file} work={props.work} />
            </p>
            <Show when={isMoving() && upload()}>
              {(upload) => (
                <ProgressBar
                  class="mt-2"
                  label={t('packages.upload.progress', { name: name() })}
                  value={upload().progress}
                  words={format.percent(upload().progress)}
                />
              )}
            </Show>
            <Show when={upload()?.state === 'failed'}>
              <Button
                size="small"
                class="mt-2"
                icon={<RotateCw class="size-4" aria-hidden="true" />}
                onClick={() => props.work.retry(props.file)}
              >
                {t('packages.upload.continue')}
              </Button>
            </Show>
          </div>
          <Show when={props.isOfSet && props.file.isSent}>
            <div class="flex flex-wrap items-center gap-x-2 text-xs text-muted max-sm:mt-2">
              <span aria-hidden="true">{t('packages.upload.target')}</span>
              <TextField
                class="w-40"
                isLabelHidden
                isCode
                label={t('packages.upload.targetOf', { name: name() })}
                value={props.target}
                placeholder={t('packages.upload.noTarget')}
                suggestions={Object.values(TELIUM_TARGETS)}
                maxLength={255}
                disabled={props.isFrozen}
                onInput={(value) => props.work.setTarget(props.file, value)}
              />
            </div>
          </Show>
        </div>
        <div class="-mt-1 -mr-1.5 flex shrink-0 max-sm:flex-col">
          <Show when={props.isOfSet}>
            {arrow(
              -1,
              t('packages.upload.up', { name: name() }),
              <ArrowUp class="size-4" aria-hidden="true" />,
            )}
            {arrow(
              1,
              t('packages.upload.down', { name: name() }),
              <ArrowDown class="size-4" aria-hidden="true" />,
            )}
          </Show>
          <IconButton
            size="small"
            disabled={props.isFrozen}
            label={t('packages.upload.remove', { name: name() })}
            icon={<X class="size-4" aria-hidden="true" />}
            onClick={() => props.work.remove(props.file)}
          />
        </div>
      </div>
    </li>
  )
}

function StateIcon(props: { file: DraftFile; work: UploadWork }) {
  const look = 'mt-0.5 size-5 shrink-0'
  return (
    <Switch fallback={<FileQuestion class={`${look} text-warn`} aria-hidden="true" />}>
      <Match when={props.file.isSent}>
        <CircleCheck class={`${look} text-good`} aria-hidden="true" />
      </Match>
      <Match when={props.work.uploadOf(props.file)?.state === 'failed'}>
        <CircleAlert class={`${look} text-danger`} aria-hidden="true" />
      </Match>
      <Match when={props.work.uploadOf(props.file)}>
        <FileIcon class={`${look} text-muted`} aria-hidden="true" />
      </Match>
    </Switch>
  )
}

function StateOf(props: { file: DraftFile; work: UploadWork }) {
  const { t, format } = useI18n()
  const missing = () => {
    const share = props.work.shareOf(props.file)
    if (props.file.uploadId === undefined) return t('packages.upload.missingAll')
    return share === undefined ? '' : t('packages.upload.missing', { share: format.percent(share) })
  }
  return (
    <Switch fallback={<span class="text-warn">{missing()}</span>}>
      <Match when={props.file.isSent}>
        {`${t('packages.upload.arrived')} · ${format.bytes(props.file.sizeBytes)}`}
      </Match>
      <Match when={props.work.uploadOf(props.file)}>{(upload) => <UploadWords upload={upload()} />}</Match>
    </Switch>
  )
}
