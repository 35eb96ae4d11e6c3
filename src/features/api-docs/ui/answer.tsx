import { type JSX, Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import type { Answer } from './document'
import { FieldTable } from './field-table'
import { Prose } from './prose'

/** What may be answered. Of refusals the words are all: their shape is the same everywhere. */
export function AnswerPart(props: { answer: Answer; children?: JSX.Element }) {
  const { t } = useI18n()
  const isRefusal = () => Number(props.answer.status) >= 400
  return (
    <div class="space-y-2">
      <div class="flex items-baseline gap-3 text-sm">
        <Badge tone={isRefusal() ? 'danger' : 'good'}>{props.answer.status}</Badge>
        <Prose text={props.answer.description} class="min-w-0 break-words" />
      </div>
      <Show when={!isRefusal()}>
        {props.children}
        <FieldTable label={t('apiDocs.headers')} fields={props.answer.headers} />
      </Show>
    </div>
  )
}
