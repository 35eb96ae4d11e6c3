import { useNavigate, useParams } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import { createSignal, Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { useIsLimited } from '../../../../app/limits'
import { makerWords } from '../../../../app/maker'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { ButtonLink } from '../../../../ui/button'
import { Skeleton } from '../../../../ui/skeleton'
import { useToasts } from '../../../../ui/toast'
import { platformsIn } from '../../../terminals/ui/words'
import type { RuleView } from '../schemas'
import { createAudience } from './audience'
import { createRuleCommands } from './commands'
import { createDryRun } from './dry-run'
import { DryRunPanel } from './dry-run-panel'
import { assignPath, newRolloutPath, RULES, rolloutsOfRule } from './places'
import { assignedWords, RuleState } from './rule-columns'
import { RuleEditor } from './rule-editor'
import { RuleFacts } from './rule-facts'
import { RuleMenu } from './rule-menu'

/** One rule: its form, and what it comes to for the terminals that have it, or for others. */
export function RulePage() {
  const params = useParams<{ ruleId: string }>()
  return (
    <Show when={params.ruleId} keyed>
      {(ruleId) => <RuleOf ruleId={ruleId} />}
    </Show>
  )
}

function RuleOf(props: { ruleId: string }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const session = useSession()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const commands = createRuleCommands()
  const query = useQuery(() => ({
    ...api.updateRules.get.query({ ruleId: props.ruleId }),
    enabled: session.may('updates:read'),
  }))
  const [isGone, setGone] = createSignal(false)
  const isLimited = useIsLimited()
  const mayWrite = () => session.may('updates:write')
  /** The form first: it would ask whether to leave it. */
  const leave = () => {
    setGone(true)
    navigate(RULES)
  }
  const saved = (rule: RuleView) => {
    toasts.show({ kind: 'good', title: t('rules.page.saved') })
    queries.setQueryData(api.updateRules.get.query({ ruleId: rule.id }).queryKey, rule)
    void queries.invalidateQueries({ queryKey: api.updateRules.key() })
  }
  return (
    <Page
      title={query.data?.name ?? t('rules.list.title')}
      permission="updates:read"
      parent={{ title: t('rules.list.title'), href: RULES }}
      badges={
        <Show when={query.data}>
          {(rule) => (
            <>
              <Badge tone="accent">{platformsIn(i18n).nameOf(rule().platform)}</Badge>
              <RuleState isEnabled={rule().isEnabled} />
            </>
          )}
        </Show>
      }
      text={
        <Show when={query.data}>
          {(rule) => (
            <>
              {t('rules.fact.assigned')}: <span class="digits">{assignedWords(rule(), i18n)}</span>
              {' · '}
              {t('rules.fact.changed')}:{' '}
              {t('rules.page.by', {
                time: format.dateTime(rule().updatedAt),
                name: makerWords(rule().updatedBy, t),
              })}
            </>
          )}
        </Show>
      }
      actions={
        <Show when={query.data}>
          {(rule) => (
            <>
              <ButtonLink href={rolloutsOfRule(rule().id)}>{t('rollouts.rule.show')}</ButtonLink>
              <Show when={mayWrite()}>
                <ButtonLink href={assignPath(rule().id)}>{t('profile.list.assign')}</ButtonLink>
                <Show when={isLimited() === false}>
                  <ButtonLink href={newRolloutPath(rule().id)}>{t('rollouts.rule.start')}</ButtonLink>
                </Show>
                <RuleMenu rule={rule()} commands={commands} hasForm onDeleted={leave} />
              </Show>
            </>
          )}
        </Show>
      }
    >
      <Show when={!isGone()} fallback={<Skeleton lines={10} />}>
        <Answer isSteady query={query} lines={10}>
          {(rule) => (
            <Show
              when={mayWrite() && rule().isWithinLimits}
              fallback={<ReadOnly rule={rule()} isBeyondLimits={mayWrite()} />}
            >
              <RuleEditor saved={rule()} onSaved={saved} onStale={async () => (await query.refetch()).data} />
            </Show>
          )}
        </Answer>
      </Show>
    </Page>
  )
}

/** @param props.isBeyondLimits that alone keeps the visitor from changing it */
function ReadOnly(props: { rule: RuleView; isBeyondLimits: boolean }) {
  const { t } = useI18n()
  const ruleId = props.rule.id
  const audience = createAudience({ saved: props.rule, platform: () => props.rule.platform })
  const dryRun = createDryRun({ ruleId, rule: () => 'saved', terminals: audience.terminals })
  return (
    <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem] xl:grid-cols-[minmax(0,1fr)_26rem]">
      <div class="space-y-4">
        <Show when={props.isBeyondLimits}>
          <p class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-pretty text-warn">
            {t('rules.page.beyondLimits')}
          </p>
        </Show>
        <RuleFacts rule={props.rule} />
      </div>
      <DryRunPanel dryRun={dryRun} audience={audience} canAsk reason={t('rules.dryRun.wrong')} />
    </div>
  )
}
