import { createMemo, For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import type { AppVersionView } from '../schemas'
import { versionWords } from './words'

/** What a version may do on a terminal, new ones first, and what it may do no more. */
export function Permissions(props: { shown: Pick<AppVersionView, 'permissions' | 'permissionChanges'> }) {
  const i18n = useI18n()
  const { t } = i18n
  const added = createMemo(() => new Set(props.shown.permissionChanges?.added))
  const removed = () => props.shown.permissionChanges?.removed ?? []
  const inOrder = createMemo(() => {
    const isNew = (name: string) => Number(added().has(name))
    return [...props.shown.permissions].sort((a, b) => isNew(b) - isNew(a) || a.localeCompare(b))
  })
  const comparison = () => {
    const before = props.shown.permissionChanges
    if (before === null) return t('applications.permissions.first')
    const version = versionWords(before, i18n)
    return added().size + removed().length === 0
      ? t('applications.permissions.same', { version })
      : t('applications.permissions.compared', { version })
  }
  return (
    <div class="space-y-3 text-sm">
      <p class="text-muted">{comparison()}</p>
      <Show
        when={inOrder().length + removed().length > 0}
        fallback={<p>{t('applications.permissions.none')}</p>}
      >
        <ul class="grid gap-x-8 gap-y-1.5 lg:grid-cols-2">
          <For each={inOrder()}>
            {(name) => (
              <li class="flex flex-wrap items-baseline gap-x-2">
                <code class="min-w-0 font-mono text-xs break-all">{name}</code>
                <Show when={added().has(name)}>
                  <Badge tone="warn">{t('applications.permissions.added')}</Badge>
                </Show>
              </li>
            )}
          </For>
          <For each={removed()}>
            {(name) => (
              <li class="flex flex-wrap items-baseline gap-x-2">
                <code class="min-w-0 font-mono text-xs break-all text-muted line-through">{name}</code>
                <Badge>{t('applications.permissions.removed')}</Badge>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  )
}
