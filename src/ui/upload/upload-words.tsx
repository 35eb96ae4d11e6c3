import { Show } from 'solid-js'
import { type TextKey, useI18n } from '../../i18n'
import type { Upload, UploadState } from './queue'

const STATES: Record<UploadState, TextKey> = {
  waiting: 'ui.upload.waiting',
  sending: 'ui.upload.sending',
  interrupted: 'ui.upload.interrupted',
  failed: 'ui.upload.failed',
  sent: 'ui.upload.sent',
}

/** The state of an upload in words: how much has left, how fast, how long it will take, and why it failed. */
export function UploadWords(props: { upload: Upload }) {
  const { t, format, lookup } = useI18n()
  const size = () => props.upload.file.size
  const reason = () => {
    const { code } = props.upload
    if (code === 'unreachable') return t('ui.upload.unreachable')
    return lookup(`errors.${code}`) ?? `${t('ui.upload.refused')} ${t('ui.error.code', { code: code ?? '' })}`
  }
  const amount = () =>
    props.upload.state === 'sending' || props.upload.state === 'interrupted'
      ? t('ui.upload.progress', {
          done: format.bytes(size() * props.upload.progress),
          all: format.bytes(size()),
        })
      : format.bytes(size())
  const speed = () =>
    props.upload.state === 'sending' && props.upload.bytesPerSecond !== undefined
      ? t('ui.upload.speed', { speed: format.bytes(props.upload.bytesPerSecond) })
      : undefined
  const left = () => {
    const { bytesPerSecond, progress, state } = props.upload
    if (state !== 'sending' || !bytesPerSecond || progress === 1) return undefined
    return t('ui.upload.left', { time: format.duration((size() * (1 - progress)) / bytesPerSecond) })
  }
  const state = () => t(STATES[props.upload.state])
  return (
    <>
      {[state(), amount(), speed(), left()].filter(Boolean).join(' · ')}
      <Show when={props.upload.state === 'failed'}>
        <span class="mt-0.5 block text-danger">{reason()}</span>
      </Show>
    </>
  )
}
