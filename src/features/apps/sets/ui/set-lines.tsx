import { For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { AppIcon } from '../../catalog/ui/app-icon'
import type { LineView } from '../schemas'
import { appName, versionWords } from './words'

/** What a set says of each application, in the order in which they are installed. */
export function SetLines(props: { lines: readonly LineView[]; label: string }) {
  const i18n = useI18n()
  const { t } = i18n
  return (
    <Show
      when={props.lines.length > 0}
      fallback={<p class="text-sm text-pretty text-muted">{t('sets.page.noLines')}</p>}
    >
      <ol class="divide-y divide-line" aria-label={props.label}>
        <For each={props.lines}>
          {(line) => (
            <li class="flex items-center gap-3 py-2.5 text-sm first:pt-0 last:pb-0">
              <AppIcon url={line.iconUrl} />
              <div class="min-w-0 flex-1">
                <p class="font-medium wrap-anywhere">{appName(line, i18n)}</p>
                <Show when={line.label}>
                  <p class="text-xs wrap-anywhere text-muted">{line.package}</p>
                </Show>
              </div>
              <Wanted line={line} />
            </li>
          )}
        </For>
      </ol>
    </Show>
  )
}

function Wanted(props: { line: LineView }) {
  const i18n = useI18n()
  const { t } = i18n
  const isLost = () => props.line.want !== 'absent' && props.line.versionId === null
  const isOvertaken = () =>
    props.line.want === 'version' &&
    (props.line.newestVersionCode ?? 0) > (props.line.versionCode ?? Number.POSITIVE_INFINITY)
  return (
    <span class="flex shrink-0 flex-col items-end gap-1 text-right">
      <Show
        when={props.line.want !== 'absent'}
        fallback={<Badge tone="danger">{t('sets.want.absent')}</Badge>}
      >
        <span class="digits font-medium">{versionWords(props.line, i18n)}</span>
        <span class="flex flex-wrap justify-end gap-1">
          <Show when={props.line.want === 'newest'}>
            <Badge tone="accent">{t('sets.want.newest')}</Badge>
          </Show>
          <Show when={isOvertaken()}>
            <Badge>{t('sets.page.newerThere', { code: String(props.line.newestVersionCode) })}</Badge>
          </Show>
          <Show when={isLost()}>
            <Badge tone="warn">{t('sets.page.versionGone')}</Badge>
          </Show>
        </span>
      </Show>
    </span>
  )
}
