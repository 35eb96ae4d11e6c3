import { A, useParams, useSearchParams } from '@solidjs/router'
import { keepPreviousData } from '@tanstack/solid-query'
import { Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { useIsLimited } from '../../../../app/limits'
import { makerWords } from '../../../../app/maker'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Tabs } from '../../../../ui/tabs'
import { LiveBadge } from '../../../monitoring/status/ui/live-badge'
import { ROLLOUTS } from '../../rules/ui/places'
import { createLiveRollout, type RolloutDetails } from './live-rollout'
import { subjectPath } from './places'
import { RolloutCounts } from './rollout-counts'
import { RolloutEvents } from './rollout-events'
import { RolloutFacts } from './rollout-facts'
import { RolloutStateBadge } from './state-badge'
import { Steering } from './steering'
import { createTargetState, TargetList } from './target-list'
import { TargetReasons } from './target-reasons'
import { WaveList } from './wave-list'

const MOVING_MS = 4_000
const REFRESH_MS = 30_000

/** One rollout: how far it is and why not further. It changes without a reload. */
export function RolloutPage() {
  const params = useParams<{ rolloutId: string }>()
  return (
    <Show when={params.rolloutId} keyed>
      {(rolloutId) => <RolloutOf rolloutId={rolloutId} />}
    </Show>
  )
}

function RolloutOf(props: { rolloutId: string }) {
  const { t, format } = useI18n()
  const session = useSession()
  const isLimited = useIsLimited()
  const rollout = createLiveRollout(props.rolloutId)
  const maySteer = () => session.may('updates:write') && isLimited() === false
  return (
    <Page
      title={rollout.details()?.name ?? t('rollouts.list.title')}
      permission="updates:read"
      parent={{ title: t('rollouts.list.title'), href: ROLLOUTS }}
      badges={
        <Show when={rollout.details()}>
          {(details) => (
            <>
              <RolloutStateBadge state={details().state} />
              <LiveBadge state={rollout.live()} />
            </>
          )}
        </Show>
      }
      text={
        <Show when={rollout.details()}>
          {(details) => (
            <>
              {t(details().setId === null ? 'rollouts.fact.rule' : 'rollouts.fact.set')}:{' '}
              <A href={subjectPath(details())} class="rounded font-medium text-accent hover:underline">
                {details().subjectName}
              </A>
              {' · '}
              {t('rollouts.page.startedBy')}{' '}
              {t('rollouts.page.by', {
                time: format.dateTime(details().createdAt),
                name: makerWords(details().createdBy, t),
              })}
            </>
          )}
        </Show>
      }
      actions={
        <Show when={maySteer() && rollout.details()}>{(details) => <Steering rollout={details()} />}</Show>
      }
    >
      <Answer
        isSteady
        query={{ data: rollout.details(), error: rollout.error(), refetch: rollout.refetch }}
        lines={10}
      >
        {(details) => <Contents rollout={details()} isLimited={isLimited() ?? false} />}
      </Answer>
    </Page>
  )
}

function Contents(props: { rollout: RolloutDetails; isLimited: boolean }) {
  const { t } = useI18n()
  const state = createTargetState()
  const [params, setParams] = useSearchParams<{ tab?: string }>()
  const tab = () => (params.tab === 'history' ? 'history' : 'terminals')
  const open = (value: string) =>
    setParams({ tab: value === 'history' ? value : undefined }, { replace: true, scroll: false })
  /** A finished one is followed for a while, of a paused or halted one ends what is under way. */
  const everyMs = () => (props.rollout.state === 'running' ? MOVING_MS : REFRESH_MS)
  const reasons = useQuery(() => ({
    ...api.rollouts.reasons.query({ rolloutId: props.rollout.id }),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs(),
  }))
  let lists: HTMLDivElement | undefined
  const show = (values: { wave?: string; state?: string; reason?: string }) => {
    open('terminals')
    state.setFilters({ wave: undefined, state: undefined, reason: undefined, ...values })
    lists?.scrollIntoView({ behavior: 'smooth' })
  }
  return (
    <div class="space-y-5">
      <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div class="min-w-0 space-y-5">
          <RolloutCounts
            rollout={props.rollout}
            isLimited={props.isLimited}
            onChoose={(name) => show({ state: name === 'excused' ? 'failed' : name })}
          />
          <WaveList rollout={props.rollout} onChoose={(wave) => show({ wave: String(wave) })} />
        </div>
        <div class="min-w-0 space-y-5">
          <TargetReasons
            reasons={reasons.data?.items ?? []}
            onChoose={(one) => show({ state: one.state, reason: one.reason })}
          />
          <RolloutFacts rollout={props.rollout} />
        </div>
      </div>
      <div
        ref={(element) => {
          lists = element
        }}
        class="scroll-mt-4"
      >
        <Tabs
          label={t('rollouts.page.tabs')}
          value={tab()}
          onChange={open}
          items={[
            {
              value: 'terminals',
              label: t('rollouts.targets.title'),
              content: () => (
                <TargetList
                  rollout={props.rollout}
                  state={state}
                  reasons={reasons.data?.items ?? []}
                  everyMs={everyMs()}
                />
              ),
            },
            {
              value: 'history',
              label: t('rollouts.page.events'),
              content: () => <RolloutEvents events={props.rollout.events} />,
            },
          ]}
        />
      </div>
    </div>
  )
}
