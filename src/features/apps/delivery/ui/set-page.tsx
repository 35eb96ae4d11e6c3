import { useNavigate, useParams, useSearchParams } from '@solidjs/router'
import { keepPreviousData } from '@tanstack/solid-query'
import Pencil from 'lucide-solid/icons/pencil'
import Plug from 'lucide-solid/icons/plug'
import { createSignal, Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { makerWords } from '../../../../app/maker'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { ButtonLink } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { Facts } from '../../../../ui/facts'
import { Skeleton } from '../../../../ui/skeleton'
import { Tabs } from '../../../../ui/tabs'
import { conditionFacts } from '../../../updates/rules/ui/condition-facts'
import type { AppsTally, SetView } from '../../sets/schemas'
import { createSetCommands, type SetCommands } from '../../sets/ui/commands'
import { connectPath, editSetPath, SETS } from '../../sets/ui/places'
import { SetLines } from '../../sets/ui/set-lines'
import { SetMenu } from '../../sets/ui/set-menu'
import { PendingCard } from './pending-card'
import { ProgressCard } from './progress-card'
import { Revisions } from './revisions'
import { terminalsWords, UnreleasedBadge } from './set-columns'
import { createSetTerminalState, SetTerminalList } from './set-terminal-list'

const MOVING_MS = 4_000
const REFRESH_MS = 30_000

/** Something is on its way: told, being fetched, or waiting for its turn. */
const isMoving = (tally: AppsTally | undefined) =>
  tally?.outcomes.some(({ outcome }) => outcome === 'offered' || outcome === 'underway') ?? false

/** One set: what it says, what of it waits, and how far its terminals are. It changes without a reload. */
export function SetPage() {
  const params = useParams<{ setId: string }>()
  return (
    <Show when={params.setId} keyed>
      {(setId) => <SetOf setId={setId} />}
    </Show>
  )
}

function SetOf(props: { setId: string }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const session = useSession()
  const navigate = useNavigate()
  const commands = createSetCommands()
  const [isGone, setGone] = createSignal(false)
  const mayWrite = () => session.may('apps:write')
  const set = useQuery(() => ({
    ...api.appSets.get.query({ setId: props.setId }),
    enabled: session.may('apps:read') && !isGone(),
    refetchInterval: REFRESH_MS,
  }))
  const leave = () => {
    setGone(true)
    navigate(SETS)
  }
  return (
    <Page
      title={set.data?.name ?? t('sets.one')}
      permission="apps:read"
      parent={{ title: t('sets.list.title'), href: SETS }}
      badges={
        <Show when={set.data}>
          {(known) => (
            <>
              <Badge>{t('sets.page.revision', { revision: format.number(known().revision) })}</Badge>
              <UnreleasedBadge set={known()} />
              <Show when={known().goesInWaves}>
                <Badge tone="info">{t('sets.page.inWaves')}</Badge>
              </Show>
            </>
          )}
        </Show>
      }
      text={
        <Show when={set.data}>
          {(known) => (
            <>
              {t('sets.fact.terminals')}:{' '}
              <span class="digits">{terminalsWords(known().terminals, i18n)}</span>
              {' · '}
              {t('rules.fact.changed')}:{' '}
              {t('rules.page.by', {
                time: format.dateTime(known().updatedAt),
                name: makerWords(known().updatedBy, t),
              })}
            </>
          )}
        </Show>
      }
      actions={
        <Show when={set.data}>
          {(known) => (
            <>
              <Show when={mayWrite()}>
                <ButtonLink href={connectPath(known().id)} icon={<Plug class="size-4" aria-hidden="true" />}>
                  {t('sets.page.connect')}
                </ButtonLink>
                <Show when={known().isWithinLimits}>
                  <ButtonLink
                    href={editSetPath(known().id)}
                    look="primary"
                    icon={<Pencil class="size-4" aria-hidden="true" />}
                  >
                    {t('sets.page.edit')}
                  </ButtonLink>
                </Show>
              </Show>
              <SetMenu set={known()} commands={commands} mayWrite={mayWrite()} onDeleted={leave} />
            </>
          )}
        </Show>
      }
    >
      <Show when={!isGone()} fallback={<Skeleton lines={10} />}>
        <Answer isSteady query={set} lines={10}>
          {(known) => <Contents set={known()} commands={commands} mayWrite={mayWrite()} />}
        </Answer>
      </Show>
    </Page>
  )
}

function Contents(props: { set: SetView; commands: SetCommands; mayWrite: boolean }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const state = createSetTerminalState()
  const [params, setParams] = useSearchParams<{ tab?: string }>()
  const tab = () => (params.tab === 'revisions' ? 'revisions' : 'terminals')
  const open = (value: string) =>
    setParams({ tab: value === 'revisions' ? value : undefined }, { replace: true, scroll: false })
  const progress = useQuery(() => ({
    ...api.terminalApps.progress.query({ setId: props.set.id }),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (isMoving(query.state.data) ? MOVING_MS : REFRESH_MS),
  }))
  const everyMs = () => (isMoving(progress.data) ? MOVING_MS : REFRESH_MS)
  const mayChange = () => props.mayWrite && props.set.isWithinLimits
  let lists: HTMLDivElement | undefined
  return (
    <div class="space-y-5">
      <Show when={props.mayWrite && !props.set.isWithinLimits}>
        <p class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-pretty text-warn">
          {t('sets.page.beyondLimits')}
        </p>
      </Show>
      <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem] xl:grid-cols-[minmax(0,1fr)_26rem]">
        <div class="min-w-0 space-y-5">
          <Show when={props.set.revision > props.set.releasedRevision}>
            <PendingCard set={props.set} commands={props.commands} mayChange={mayChange()} />
          </Show>
          <Card title={t('sets.page.lines')}>
            <SetLines lines={props.set.newest.lines} label={t('sets.page.lines')} />
            <p class="mt-4 border-t border-line pt-4 text-sm text-pretty text-muted">
              {t(props.set.newest.removesOthers ? 'sets.page.removesOthers' : 'sets.page.keepsOthers')}
            </p>
          </Card>
          <Card title={t('rules.form.when')}>
            <Facts facts={conditionFacts(props.set.newest.conditions, i18n)} />
          </Card>
          <Show when={props.set.notes}>
            <Card title={t('rules.fact.notes')}>
              <p class="text-sm break-words whitespace-pre-line">{props.set.notes}</p>
            </Card>
          </Show>
        </div>
        <ProgressCard
          set={props.set}
          tally={progress.data}
          error={progress.error}
          onRetry={() => void progress.refetch()}
          onChoose={(outcome) => {
            open('terminals')
            state.setFilters({ outcome })
            lists?.scrollIntoView({ behavior: 'smooth' })
          }}
        />
      </div>
      <div
        ref={(element) => {
          lists = element
        }}
        class="scroll-mt-4"
      >
        <Tabs
          label={props.set.name}
          value={tab()}
          onChange={open}
          items={[
            {
              value: 'terminals',
              label: t('sets.fact.terminals'),
              content: () => (
                <SetTerminalList
                  set={props.set}
                  state={state}
                  everyMs={everyMs()}
                  mayWrite={props.mayWrite}
                />
              ),
            },
            {
              value: 'revisions',
              label: t('sets.page.revisions'),
              count: format.number(props.set.revision),
              content: () => <Revisions set={props.set} commands={props.commands} mayChange={mayChange()} />,
            },
          ]}
        />
      </div>
    </div>
  )
}
