import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import type { ImportResult } from '../../schemas'
import { FACTS, factName, factValue, sourceWords } from '../words'

/** What was recognised of a file, and where each of it stood. */
export function KnownFacts(props: { result: Pick<ImportResult, 'facts' | 'sources'> }) {
  const i18n = useI18n()
  const known = () => FACTS.filter((fact) => props.result.facts[fact] !== undefined)
  return (
    <Show
      when={known().length > 0}
      fallback={<p class="text-sm text-muted">{i18n.t('license.results.nothingKnown')}</p>}
    >
      <dl class="flex flex-wrap gap-x-6 gap-y-2 text-sm" aria-label={i18n.t('license.results.known')}>
        <For each={known()}>
          {(fact) => (
            <div class="min-w-0">
              <dt class="text-xs text-muted">
                {[factName(fact, i18n), sourceWords(props.result.sources[fact], i18n)]
                  .filter(Boolean)
                  .join(', ')}
              </dt>
              <dd class="digits break-words">{factValue(fact, props.result.facts[fact] ?? '', i18n)}</dd>
            </div>
          )}
        </For>
      </dl>
    </Show>
  )
}
