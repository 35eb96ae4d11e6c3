import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { makerWords } from '../../../../app/maker'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { LiveValue } from '../../../../ui/live-value'
import { TimeAgo } from '../../../../ui/time-ago'
import { rulePath } from '../../../updates/packages/ui/places'
import { OUTCOME_TONES } from '../../../updates/rules/ui/outcomes'
import { reasonWords } from '../../../updates/rules/ui/reason-words'
import { createAssignmentCommands } from '../assign/commands'
import { unassignOne } from '../assign/one-place'
import { updatesPath } from '../places'
import { tidName } from '../words'
import type { Profile } from './terminal-profile'

type Assigned = Profile['rules'][number]
type Judged = Outputs['updates']['explain']['rules'][number]

const REFRESH_MS = 15_000

/** The rules a terminal has, by which TID each, and in short what becomes of it and why. */
export function AssignedRules(props: { profile: Profile }) {
  const { t } = useI18n()
  const session = useSession()
  const explained = useQuery(() => ({
    ...api.updates.explain.query({ terminalId: props.profile.terminalId }),
    refetchInterval: REFRESH_MS,
  }))
  const ruleIds = () => [...new Set(props.profile.rules.map(({ ruleId }) => ruleId))]
  const placesOf = (ruleId: string) => props.profile.rules.filter((one) => one.ruleId === ruleId)
  const judged = (ruleId: string) => explained.data?.rules.find((one) => one.ruleId === ruleId)
  return (
    <Card
      title={t('profile.terminal.updates')}
      actions={
        <Show when={session.may('status:read')}>
          <A
            href={updatesPath(props.profile.terminalId)}
            class="rounded text-sm font-medium text-accent hover:underline"
          >
            {t('profile.terminal.allUpdates')}
          </A>
        </Show>
      }
    >
      <Show
        when={ruleIds().length > 0}
        fallback={<p class="text-sm text-pretty text-muted">{t('profile.terminal.none')}</p>}
      >
        <ul class="divide-y divide-line">
          <For each={ruleIds()}>
            {(ruleId) => <Rule places={placesOf(ruleId)} judged={judged(ruleId)} profile={props.profile} />}
          </For>
        </ul>
      </Show>
    </Card>
  )
}

function Rule(props: { places: readonly Assigned[]; judged: Judged | undefined; profile: Profile }) {
  const i18n = useI18n()
  const { t } = i18n
  const first = () => props.places[0]
  return (
    <li class="py-4 text-sm first:pt-0 last:pb-0">
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3>
          <A
            href={rulePath(first()?.ruleId ?? '')}
            class="rounded text-base font-medium break-words text-accent hover:underline"
          >
            {first()?.name}
          </A>
        </h3>
        <Show when={props.judged}>
          {(judged) => (
            <LiveValue value={judged().outcome}>
              <Badge tone={OUTCOME_TONES[judged().outcome]} hasDot>
                {t(`updates.explain.outcome.${judged().outcome}`)}
              </Badge>
            </LiveValue>
          )}
        </Show>
      </div>
      <Show when={props.judged}>
        {(judged) => (
          <>
            <ul class="mt-0.5">
              <For each={judged().reasons.slice(0, 1)}>
                {(reason) => <li class="first-letter:uppercase">{reasonWords(reason, i18n)}</li>}
              </For>
            </ul>
            <Show when={judged().packages.length > 0}>
              <p class="digits mt-0.5 text-muted">
                {judged()
                  .packages.map((one) => `${one.component} ${one.version}`)
                  .join(', ')}
              </p>
            </Show>
          </>
        )}
      </Show>
      <ul class="mt-2 space-y-1.5">
        <For each={props.places}>{(place) => <AtPlace place={place} profile={props.profile} />}</For>
      </ul>
    </li>
  )
}

function AtPlace(props: { place: Assigned; profile: Profile }) {
  const { t } = useI18n()
  const session = useSession()
  const commands = createAssignmentCommands()
  const name = () =>
    props.place.tid === null
      ? t('profile.byTerminal')
      : `TID ${tidName({ acquirer: props.place.acquirer, tid: props.place.tid })}`
  return (
    <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-lg bg-raised px-3 py-1.5">
      <span class="min-w-0">
        <span class="digits font-medium break-words">{name()}</span>
        <span class="block text-xs break-words text-muted">
          {makerWords(props.place.assignedBy, t)} · <TimeAgo at={props.place.assignedAt} />
        </span>
      </span>
      <Show when={session.may('updates:write')}>
        <Button
          size="small"
          look="quiet"
          aria-label={`${t('profile.unassign.short')}: ${props.place.name}, ${name()}`}
          onClick={() =>
            void commands.unassign(
              props.place.name,
              props.place.tid === null ? t('profile.itself', { serial: props.profile.serial }) : name(),
              unassignOne(props.place.ruleId, props.place, props.profile.terminalId),
            )
          }
        >
          {t('profile.unassign.short')}
        </Button>
      </Show>
    </li>
  )
}
