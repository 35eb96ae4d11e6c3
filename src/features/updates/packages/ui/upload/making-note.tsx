import { Match, Switch } from 'solid-js'
import { useI18n } from '../../../../../i18n'
import { Spinner } from '../../../../../ui/button'
import { ProgressBar } from '../../../../../ui/progress-bar'
import type { MakingState } from '../../../../../ui/upload'

/** What the server does with the files while the package is made. */
export function MakingNote(props: { state: MakingState }) {
  const { t, format } = useI18n()
  const storing = () => (props.state.stage === 'storing' ? props.state : undefined)
  const words = (bytes: { storedBytes: number; sizeBytes: number }) =>
    t('packages.upload.makingBytes', {
      done: format.bytes(bytes.storedBytes),
      all: format.bytes(bytes.sizeBytes),
    })
  return (
    <div class="space-y-2 rounded-lg bg-info-soft px-3.5 py-3 text-sm">
      <p role="status" class="flex items-start gap-2">
        <Spinner class="mt-0.5 shrink-0" />
        <span>
          {t(
            props.state.stage === 'interrupted'
              ? 'packages.upload.makingInterrupted'
              : 'packages.upload.making',
          )}{' '}
          {t('packages.upload.makingLeave')}
        </span>
      </p>
      <Switch>
        <Match when={storing()}>
          {(bytes) => (
            <>
              <ProgressBar
                label={t('packages.upload.making')}
                value={bytes().sizeBytes === 0 ? 1 : bytes().storedBytes / bytes().sizeBytes}
                words={words(bytes())}
              />
              <p class="digits text-xs text-muted">{words(bytes())}</p>
            </>
          )}
        </Match>
      </Switch>
    </div>
  )
}
