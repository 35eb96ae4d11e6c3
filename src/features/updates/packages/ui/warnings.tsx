import CircleAlert from 'lucide-solid/icons/circle-alert'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { createMemo, For, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { classes } from '../../../../ui/classes'
import type { PackageWarning } from '../schemas'
import { groupWarnings, isGrave, toneOf, type WarningGroup } from './words'

const MARKS_SHOWN = 2
const DETAILS_SHOWN = 8

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
  const isBad = () => isGrave(props.group.code)
  const shown = () => props.group.details.slice(0, DETAILS_SHOWN)
  const more = () => props.group.details.length - DETAILS_SHOWN
  return (
    <li
      class={classes(
        'flex gap-3 rounded-lg px-3.5 py-3 text-sm',
        isBad() ? 'bg-danger-soft' : 'bg-warn-soft',
      )}
    >
      <Show
        when={isBad()}
        fallback={<TriangleAlert class="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />}
      >
        <CircleAlert class="mt-0.5 size-4 shrink-0 text-danger" aria-hidden="true" />
      </Show>
      <div class="min-w-0">
        <p class="text-pretty">{t(`packages.warning.${props.group.code}`)}</p>
        <Show when={isAbout(props.group)}>
          <p class="digits mt-1 flex flex-wrap gap-x-3 gap-y-0.5 font-medium">
            <For each={shown()}>{(detail) => <span class="break-all">{detail}</span>}</For>
            <Show when={more() > 0}>
              <span class="font-normal text-muted">{t('packages.warning.more', { count: more() })}</span>
            </Show>
          </p>
        </Show>
      </div>
    </li>
  )
}

/** The archive is the only file there is, and a downgrade is what its version is. */
const ABOUT_ITSELF: readonly string[] = ['not_ota', 'archive_broken', 'downgrade']
const isAbout = ({ code, details }: WarningGroup) => details.length > 0 && !ABOUT_ITSELF.includes(code)
