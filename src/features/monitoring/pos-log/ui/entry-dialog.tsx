import { Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { CodeBlock } from '../../../../ui/code-block'
import { Dialog } from '../../../../ui/dialog'
import { ErrorNote } from '../../../../ui/error-note'
import { Facts } from '../../../../ui/facts'
import { Skeleton } from '../../../../ui/skeleton'
import type { PosLogDetails } from '../schemas'
import { ResultBadge } from './result-badge'
import { posWordsIn } from './words'

/** One request and its answer: what is known of it, and what both said where that may be kept. */
export function EntryDialog(props: { entryId: string; onClose: () => void }) {
  const i18n = useI18n()
  const { t } = i18n
  const entry = useQuery(() => api.posLog.get.query({ entryId: props.entryId }))
  return (
    <Dialog isOpen onClose={() => props.onClose()} size="large" title={t('posLog.entry.title')}>
      <Switch fallback={<Skeleton lines={8} />}>
        <Match when={entry.isError}>
          <ErrorNote {...failureOf(entry.error, i18n)} onRetry={() => void entry.refetch()} />
        </Match>
        <Match when={entry.data}>{(known) => <Entry entry={known()} />}</Match>
      </Switch>
    </Dialog>
  )
}

function Entry(props: { entry: PosLogDetails }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const { message, about, codeMeaning, size, duration } = posWordsIn(i18n)
  const isRun = () => props.entry.count > 1
  const what = () => [message(props.entry), about(props.entry)].filter(Boolean).join(', ')
  const meaning = () => (props.entry.code === null ? undefined : codeMeaning(props.entry.code))
  return (
    <div class="space-y-6">
      <Show when={meaning()}>
        {(text) => <p class="rounded-xl bg-warn-soft px-4 py-3 text-sm">{text()}</p>}
      </Show>
      <Facts
        facts={[
          { name: t('posLog.column.message'), value: what() },
          { name: t('posLog.column.result'), value: <ResultBadge entry={props.entry} /> },
          { name: t('posLog.column.terminal'), value: props.entry.serial },
          {
            name: t(isRun() ? 'posLog.entry.first' : 'posLog.column.time'),
            value: format.dateTime(props.entry.at),
          },
          ...(isRun()
            ? [
                { name: t('posLog.entry.last'), value: format.dateTime(props.entry.lastAt) },
                { name: t('posLog.entry.run'), value: format.number(props.entry.count) },
              ]
            : []),
          {
            name: t(isRun() ? 'posLog.entry.longest' : 'posLog.column.duration'),
            value: duration(props.entry.durationMs),
          },
          { name: t('posLog.column.size'), value: size(props.entry) },
          { name: t('posLog.column.address'), value: props.entry.address },
          { name: t('posLog.entry.requestId'), value: props.entry.requestId },
        ]}
      />
      <Show
        when={props.entry.hasBodies}
        fallback={
          <p class="text-sm text-muted">
            {t(props.entry.requestId === '' ? 'posLog.entry.countedOnly' : 'posLog.entry.noBodies')}
          </p>
        }
      >
        <p class="text-sm text-muted">
          {[isRun() && t('posLog.entry.ofFirst'), t('posLog.entry.redacted')].filter(Boolean).join(' ')}
        </p>
        <Body
          label={t('posLog.entry.request')}
          copyLabel={t('posLog.entry.copyRequest')}
          text={props.entry.requestBody}
        />
        <Body
          label={t('posLog.entry.answer')}
          copyLabel={t('posLog.entry.copyAnswer')}
          text={props.entry.answerBody}
        />
      </Show>
    </div>
  )
}

/** JSON laid out for reading; what was cut is no JSON any more and shows as it is. */
function Body(props: { label: string; copyLabel: string; text: string | null }) {
  const { t } = useI18n()
  const laidOut = (text: string) => {
    try {
      return JSON.stringify(JSON.parse(text), null, 2)
    } catch {
      return text
    }
  }
  return (
    <Show when={props.text}>
      {(text) => (
        <div>
          <CodeBlock label={props.label} copyLabel={props.copyLabel} text={laidOut(text())} />
          <Show when={text().endsWith('…')}>
            <p class="mt-1 text-xs text-muted">{t('posLog.entry.cut')}</p>
          </Show>
        </div>
      )}
    </Show>
  )
}
