import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { setPath } from '../../../apps/sets/ui/places'
import { OutcomeCounts, TallyView } from '../../../apps/sets/ui/tally-view'
import type { ConnectionReport } from '../../schemas'
import { FoundNotes } from '../choose/found-notes'
import { NamesList } from '../choose/names-list'

/** What connecting, or disconnecting, would change, what the set would do there, and what of what was named it would not. */
export function ConnectionReportView(props: { isConnecting: boolean; report: ConnectionReport }) {
  const { t, tn, format } = useI18n()
  const way = () => (props.isConnecting ? 'connect' : 'disconnect')
  return (
    <div class="space-y-4 text-sm">
      <div>
        <p class="digits text-xl font-semibold text-pretty">
          {props.report.changes === 0
            ? t(`connections.nothing.${way()}`)
            : tn(`connections.changes.${way()}`, props.report.changes)}
        </p>
        <Show when={props.report.changes > 0}>
          <p class="digits mt-1 break-words text-muted">
            {props.report.sample.join(', ')}
            {props.report.changes > props.report.sample.length ? ' …' : ''}
          </p>
        </Show>
      </div>
      <ul class="space-y-3 empty:hidden">
        <Show when={props.report.already > 0}>
          <li class="border-l-2 border-line pl-3 text-muted">
            {tn(`connections.already.${way()}`, props.report.already)}
          </li>
        </Show>
        <Show when={props.isConnecting && props.report.leaving.length > 0}>
          <li class="border-l-2 border-warn pl-3">
            <p class="font-medium">{t('connections.leaving')}</p>
            <ul class="mt-0.5">
              <For each={props.report.leaving}>
                {(set) => (
                  <li class="flex items-baseline justify-between gap-3">
                    <A
                      href={setPath(set.id)}
                      target="_blank"
                      class="min-w-0 rounded wrap-anywhere text-accent hover:underline"
                    >
                      {set.name}
                    </A>
                    <span class="digits whitespace-nowrap text-muted">
                      {tn('rollouts.terminals', set.terminals)}
                    </span>
                  </li>
                )}
              </For>
            </ul>
          </li>
        </Show>
        <Show when={props.report.notAndroid.count > 0}>
          <NamesList
            tone="warn"
            title={tn('connections.notAndroid', props.report.notAndroid.count)}
            text={t('connections.notAndroidText')}
            names={props.report.notAndroid.first}
            count={props.report.notAndroid.count}
          />
        </Show>
        <FoundNotes found={props.report} />
      </ul>
      <Show when={props.report.changes > 0 && props.report.tally}>
        {(tally) => (
          <section class="border-t border-line pt-4" aria-label={t('connections.tally')}>
            <h3 class="mb-3 font-semibold">
              {t('connections.tallyOf', { count: format.number(tally().terminals) })}
            </h3>
            <OutcomeCounts tally={tally()} />
            <div class="mt-4">
              <TallyView tally={tally()} />
            </div>
          </section>
        )}
      </Show>
    </div>
  )
}
