import { createMemo, For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { WarningNote } from '../../../../ui/warning-note'
import type { PackageWarning } from '../schemas'
import { groupWarnings, isGrave, toneOf, type WarningGroup } from './words'

const MARKS_SHOWN = 2

/** Warnings in two words each, for a list. */
export function WarningMarks(props: { warnings: readonly PackageWarning[] }) {
  const { t } = useI18n()
  const groups = createMemo(() => groupWarnings(props.warnings))
  const more = () => groups().length - MARKS_SHOWN
  return (
    <Show when={groups().length > 0} fallback={<span class="text-muted">{t('ui.none')}</span>}>
      <span class="inline-flex flex-wrap items-center gap-1 max-sm:justify-end">
        <For each={groups().slice(0, MARKS_SHOWN)}>
          {({ code }) => <Badge tone={toneOf(code)}>{t(`packages.mark.${code}`)}</Badge>}
        </For>
        <Show when={more() > 0}>
          <span class="text-xs text-muted">{t('packages.list.moreMarks', { count: more() })}</span>
        </Show>
      </span>
    </Show>
  )
}

/** Warnings in full: what is doubtful, what may come of it, and the files, devices or versions it is about. */
export function WarningList(props: { warnings: readonly PackageWarning[] }) {
  return (
    <ul class="space-y-2">
      <For each={groupWarnings(props.warnings)}>{(group) => <Warning group={group} />}</For>
    </ul>
  )
}

function Warning(props: { group: WarningGroup }) {
  const { t } = useI18n()
  return (
    <WarningNote
      text={t(`packages.warning.${props.group.code}`)}
      isGrave={isGrave(props.group.code)}
      details={ABOUT_ITSELF.includes(props.group.code) ? [] : props.group.details}
    />
  )
}

/** The archive is the only file there is, and a downgrade is what its version is. */
const ABOUT_ITSELF: readonly string[] = ['not_ota', 'archive_broken', 'downgrade']
