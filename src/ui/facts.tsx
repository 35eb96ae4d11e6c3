import { For, type JSX } from 'solid-js'
import { useI18n } from '../i18n'

export interface Fact {
  name: string
  /** Null, undefined and empty text show as a dash. */
  value: JSX.Element
}

/** Names and values of one thing, in columns as the room allows; on a narrow screen a line for each. */
export function Facts(props: { facts: readonly Fact[]; class?: string }) {
  const { t } = useI18n()
  const shown = (value: JSX.Element) =>
    value === null || value === undefined || value === '' ? t('ui.none') : value
  return (
    <dl class={`grid gap-x-8 gap-y-2 text-sm sm:grid-cols-2 sm:gap-y-4 xl:grid-cols-3 ${props.class ?? ''}`}>
      <For each={props.facts}>
        {(fact) => (
          <div class="min-w-0 max-sm:flex max-sm:items-baseline max-sm:justify-between max-sm:gap-4">
            <dt class="text-xs text-muted max-sm:max-w-1/2">{fact.name}</dt>
            <dd class="digits min-w-0 max-sm:text-right max-sm:[overflow-wrap:anywhere] sm:mt-0.5 sm:break-words">
              {shown(fact.value)}
            </dd>
          </div>
        )}
      </For>
    </dl>
  )
}
