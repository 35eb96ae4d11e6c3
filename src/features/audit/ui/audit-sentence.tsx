import { A } from '@solidjs/router'
import { For, Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../../i18n'
import type { AuditEntry } from '../schemas'
import { ActorIcon } from './audit-actor'
import { auditByPath } from './places'
import { sentenceOf, subjectHref, subjectKindWords } from './words'

/** Who did what, as a sentence that leads to its subject. */
export function AuditSentence(props: { entry: AuditEntry }) {
  const i18n = useI18n()
  return (
    <span class="flex items-start gap-2 font-normal">
      <span class="mt-0.5">
        <ActorIcon kind={props.entry.actor.kind} />
      </span>
      <span class="min-w-0 [overflow-wrap:anywhere]">
        <For each={sentenceOf(props.entry, i18n)}>
          {(part) => (
            <Switch fallback={part.text}>
              <Match when={part.is === 'who'}>
                <Who entry={props.entry} text={part.text} />
              </Match>
              <Match when={part.is === 'what'}>
                <Subject entry={props.entry} text={part.text} />
              </Match>
            </Switch>
          )}
        </For>
      </span>
    </span>
  )
}

/** Whoever did it, who leads to all else that they did. */
function Who(props: { entry: AuditEntry; text: string }) {
  const { t } = useI18n()
  const known = () => {
    const { id, name } = props.entry.actor
    return id === null ? undefined : { id, name }
  }
  return (
    <Show when={known()} fallback={<span class="font-medium">{props.text}</span>}>
      {(actor) => (
        <A
          href={auditByPath(actor())}
          title={t('audit.allBy', { name: props.text })}
          class="rounded font-medium hover:underline"
        >
          {props.text}
        </A>
      )}
    </Show>
  )
}

function Subject(props: { entry: AuditEntry; text: string }) {
  const i18n = useI18n()
  const kind = () => subjectKindWords(props.entry.subject.kind, i18n)
  return (
    <Show
      when={subjectHref(props.entry)}
      fallback={
        <span class="digits font-medium" title={kind()}>
          {props.text}
        </span>
      }
    >
      {(href) => (
        <A href={href()} title={kind()} class="digits rounded font-medium text-accent hover:underline">
          {props.text}
        </A>
      )}
    </Show>
  )
}
