import { useNavigate, useSearchParams } from '@solidjs/router'
import { useQueryClient } from '@tanstack/solid-query'
import Rocket from 'lucide-solid/icons/rocket'
import { createUniqueId, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useIsLimited } from '../../../../app/limits'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import type { ComboOption } from '../../../../ui/combo-field'
import { EmptyState } from '../../../../ui/empty-state'
import { TextField } from '../../../../ui/field'
import { createForm, Form } from '../../../../ui/form'
import { describeRefusal } from '../../../../ui/form/refusal'
import { Segmented } from '../../../../ui/segmented'
import { Skeleton } from '../../../../ui/skeleton'
import { useToasts } from '../../../../ui/toast'
import { ROLLOUTS } from '../../rules/ui/places'
import { SUBJECT_KINDS, type SubjectKind } from '../lists'
import { PaceCard } from './pace-card'
import { rolloutPath } from './places'
import { atItsField, FIELD_OF } from './refusals'
import { firstDraft, RolloutForm, rolloutOf } from './rollout-form'
import { RuleField } from './rule-field'
import { SetField } from './set-field'
import { createSplit } from './split'
import { SplitPanel } from './split-panel'
import { WavesCard } from './waves-card'

/** A rule, or a set of applications, is sent on its way, with how its terminals are divided in sight. */
export function NewRolloutPage() {
  const { t } = useI18n()
  const isLimited = useIsLimited()
  const [params] = useSearchParams<{ ruleId?: string; set?: string }>()
  const rule = useQuery(() => ({
    ...api.updateRules.get.query({ ruleId: params.ruleId ?? '' }),
    enabled: !!params.ruleId,
  }))
  const set = useQuery(() => ({
    ...api.appSets.get.query({ setId: params.set ?? '' }),
    enabled: !!params.set,
  }))
  const named = () => (params.set ? set : rule)
  const isReady = () => !(params.ruleId || params.set) || named().data !== undefined || named().isError
  return (
    <Page
      title={t('rollouts.new.title')}
      permission="updates:write"
      parent={{ title: t('rollouts.list.title'), href: ROLLOUTS }}
      text={t('rollouts.new.text')}
    >
      <Show
        when={isLimited() !== true}
        fallback={<EmptyState title={t('rollouts.new.notAllowed')} text={t('rollouts.new.notAllowedText')} />}
      >
        <Show when={isReady()} fallback={<Skeleton lines={10} />}>
          <RolloutEditor kind={params.set ? 'set' : 'rule'} named={named().data} />
        </Show>
      </Show>
    </Page>
  )
}

function RolloutEditor(props: { kind: SubjectKind; named: { id: string; name: string } | undefined }) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const id = createUniqueId()
  const toasts = useToasts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { named } = props
  const first = named === undefined ? null : { value: named.id, label: named.name }
  const nameOf = (option: ComboOption | null) =>
    option === null
      ? ''
      : t('rollouts.new.defaultName', { what: option.label, date: format.date(Date.now()) }).slice(0, 128)
  const form = createForm({
    schema: RolloutForm,
    initial: firstDraft(first, nameOf(first), props.kind),
    async submit(values) {
      const asked = rolloutOf(values)
      if (asked === undefined) return
      const { rolloutId } = await api.rollouts.start.run(asked).catch((error: unknown) => {
        throw atItsField(error)
      })
      toasts.show({ kind: 'good', title: t('rollouts.new.started') })
      void queries.invalidateQueries({ queryKey: api.rollouts.key() })
      navigate(rolloutPath(rolloutId))
    },
  })
  const subject = form.field('subject')
  const kind = form.field('kind')
  const name = form.field('name')
  /** Until somebody gives it one of its own, it is called as what it brings and the day. */
  const choose = (option: ComboOption | null) => {
    if (name.value === nameOf(subject.value)) name.onInput(nameOf(option))
    subject.onInput(option)
  }
  const chooseKind = (next: SubjectKind) => {
    choose(null)
    kind.onInput(next)
  }
  const split = createSplit(form.values)
  const refusalAt = (field: string) => {
    const refusal = split.refusal()
    return refusal?.code !== undefined && FIELD_OF[refusal.code] === field
      ? describeRefusal(refusal, i18n)
      : undefined
  }
  const terminals = () => (split.isWaiting() ? undefined : split.report()?.terminals)
  return (
    <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem] xl:grid-cols-[minmax(0,1fr)_26rem]">
      <Form form={form} id={id} class="min-w-0">
        <Card title={t('rollouts.new.what')}>
          <div class="space-y-5">
            <Segmented
              label={t('rollouts.fact.subject')}
              value={kind.value}
              segments={SUBJECT_KINDS.map((one) => ({ value: one, label: t(`rollouts.fact.${one}`) }))}
              onChange={chooseKind}
            />
            <Show
              when={kind.value === 'rule'}
              fallback={<SetField field={subject} onInput={choose} refusal={refusalAt('subject')} />}
            >
              <RuleField field={subject} onInput={choose} refusal={refusalAt('subject')} />
            </Show>
            <TextField
              {...name}
              isRequired
              label={t('rollouts.fact.name')}
              maxLength={128}
              autocomplete="off"
            />
          </div>
        </Card>
        <WavesCard form={form} refusal={refusalAt('waves')} />
        <PaceCard form={form} />
      </Form>
      <div class="space-y-4 lg:sticky lg:top-4">
        <SplitPanel draft={form.values} split={split} hasSubject={subject.value !== null} />
        <Button
          type="submit"
          form={id}
          look="primary"
          class="w-full"
          icon={<Rocket class="size-4" aria-hidden="true" />}
          isBusy={form.isSubmitting()}
        >
          <Show when={terminals()} fallback={t('rollouts.new.start')}>
            {(count) => tn('rollouts.new.startFor', count())}
          </Show>
        </Button>
      </div>
    </div>
  )
}
