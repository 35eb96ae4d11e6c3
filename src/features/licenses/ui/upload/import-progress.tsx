import { Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { ErrorNote } from '../../../../ui/error-note'
import { describeRefusal } from '../../../../ui/form/refusal'
import { ProgressBar } from '../../../../ui/progress-bar'
import type { Batch, ImportSession } from './import-session'

/** How far the import of one sent upload is. */
export function ImportProgress(props: {
  batch: Batch | undefined
  session: ImportSession
  /** What the button is called that starts it. */
  startWords: string
}) {
  const i18n = useI18n()
  const { t, format } = i18n
  const share = (batch: Batch) => (batch.total ? batch.taken / batch.total : 0)
  return (
    <Show
      when={props.batch}
      fallback={<p class="text-xs text-muted">{t('license.upload.waiting', { action: props.startWords })}</p>}
    >
      {(batch) => (
        <Switch>
          <Match when={batch().state === 'queued'}>
            <p class="text-xs text-muted">{t('license.upload.queued')}</p>
          </Match>
          <Match when={batch().state === 'failed' && batch().refusal}>
            {(refusal) => (
              <ErrorNote
                text={describeRefusal(refusal(), i18n)}
                code={refusal().code}
                requestId={refusal().requestId}
                onRetry={() => void props.session.retry(batch().uploadId)}
              />
            )}
          </Match>
          <Match when={batch().state === 'importing' || batch().state === 'interrupted'}>
            <ProgressBar
              label={t('license.upload.progressOf', { name: batch().name })}
              value={share(batch())}
              words={format.percent(share(batch()))}
            />
            <p class="digits mt-1 text-xs text-muted">
              {batch().state === 'interrupted'
                ? t('license.upload.interrupted')
                : t('license.upload.importing', {
                    done: format.number(batch().taken),
                    all: batch().total === undefined ? '…' : format.number(batch().total ?? 0),
                  })}
            </p>
          </Match>
        </Switch>
      )}
    </Show>
  )
}
