import { Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import type { AssignmentReport } from '../../schemas'
import { NamesList } from './names-list'

type Found = Pick<
  AssignmentReport,
  'unknown' | 'unreadable' | 'contradicting' | 'sharedTids' | 'outOfService'
>

/** What of what was named is not found, cannot be read, or may mean others. */
export function FoundNotes(props: { found: Found }) {
  const { t, tn } = useI18n()
  return (
    <>
      <Show when={props.found.unknown.count > 0}>
        <NamesList
          tone="danger"
          title={tn('profile.report.unknown', props.found.unknown.count)}
          text={t('profile.report.unknownText')}
          names={props.found.unknown.first}
          count={props.found.unknown.count}
          fileName={`${t('profile.report.unknownFile')}.csv`}
        />
      </Show>
      <Show when={props.found.unreadable.count > 0}>
        <NamesList
          tone="danger"
          title={tn('profile.report.unreadable', props.found.unreadable.count)}
          text={t('profile.report.unreadableText')}
          names={props.found.unreadable.first.map(({ line, value }) =>
            t('profile.report.line', { line, value }),
          )}
          count={props.found.unreadable.count}
        />
      </Show>
      <Show when={props.found.contradicting.count > 0}>
        <NamesList
          tone="warn"
          title={tn('profile.report.contradicting', props.found.contradicting.count)}
          text={t('profile.report.contradictingText')}
          names={props.found.contradicting.first.map((one) => t('profile.report.contradictingLine', one))}
          count={props.found.contradicting.count}
        />
      </Show>
      <Show when={props.found.sharedTids.count > 0}>
        <NamesList
          tone="warn"
          title={tn('profile.report.shared', props.found.sharedTids.count)}
          text={t('profile.report.sharedText')}
          names={props.found.sharedTids.first}
          count={props.found.sharedTids.count}
        />
      </Show>
      <Show when={props.found.outOfService.count > 0}>
        <NamesList
          tone="warn"
          title={tn('profile.report.outOfService', props.found.outOfService.count)}
          names={props.found.outOfService.first}
          count={props.found.outOfService.count}
        />
      </Show>
    </>
  )
}
