import { A } from '@solidjs/router'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { type JSX, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import type { SubjectKind } from '../lists'
import { rolloutPath } from './places'
import { subjectOf } from './rollout-form'

const UNDER_WAY: readonly string[] = ['running', 'paused', 'halted']

/** What stands in the way of a rollout of what was chosen. */
export function SubjectNote(props: { children: JSX.Element }) {
  return (
    <div class="mt-3 flex gap-3 rounded-lg bg-warn-soft px-3.5 py-3 text-sm">
      <TriangleAlert class="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
      <p class="min-w-0 break-words">{props.children}</p>
    </div>
  )
}

/** That it is on its way already, and by which rollout. */
export function UnderWayNote(props: { kind: SubjectKind; subjectId: string | undefined }) {
  const { t } = useI18n()
  const newest = useQuery(() => ({
    ...api.rollouts.list.query({ ...subjectOf(props.kind, props.subjectId ?? ''), limit: 1 }),
    enabled: props.subjectId !== undefined,
  }))
  const underWay = () => {
    const [first] = props.subjectId === undefined ? [] : (newest.data?.items ?? [])
    return first !== undefined && UNDER_WAY.includes(first.state) ? first : undefined
  }
  return (
    <Show when={underWay()}>
      {(rollout) => (
        <SubjectNote>
          {t('errors.rollout_under_way', { rollout: rollout().name })}{' '}
          <A href={rolloutPath(rollout().id)} class="rounded font-medium underline">
            {rollout().name}
          </A>
        </SubjectNote>
      )}
    </Show>
  )
}
