import { For, type JSX } from 'solid-js'
import { useI18n } from '../i18n'

export interface Fact {
  name: string
  /** Null, undefined and empty text show as a dash. */
  value: JSX.Element
}

/** Names and values of one thing, in columns as the room allows. */
export function Facts(props: { facts: readonly Fact[]; class?: string }) {
  const { t } = useI18n()
  const shown = (value: JSX.Element) =>
    value === null || value === undefined || value === '' ? t('ui.none') : value
  return (
    <dl class={`grid gap-x-8 gap-y-4 text-sm sm:grid-cols-2 xl:grid-cols-3 ${props.class ?? ''}`}>
      <For each={props.facts}>
        {(fact) => (
          <div class="min-w-0">
            <dt class="text-xs text-muted">{fact.name}</dt>
            <dd class="digits mt-0.5 break-words">{shown(fact.value)}</dd>
          </div>
        )}
      </For>
    </dl>
  )
}
