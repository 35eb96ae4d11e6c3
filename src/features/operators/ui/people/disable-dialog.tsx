import { useQueryClient } from '@tanstack/solid-query'
import { createSignal, For, Match, Show, Switch } from 'solid-js'
import { z } from 'zod'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Checkbox } from '../../../../ui/choice-field'
import { ErrorNote } from '../../../../ui/error-note'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { Skeleton } from '../../../../ui/skeleton'
import { useToasts } from '../../../../ui/toast'
import { MOST_MADE } from '../../lists'
import type { Operator } from './operator'

type Made = Outputs['operators']['made']

/** The choice keeps its own state; the form has the submission and what the server says of it. */
const NoFields = z.object({})

/** Closes an account, and ends what would go on working without it: API keys and webhooks that its owner has made. */
export function DisableDialog(props: {
  operator: Operator
  onClose(): void
  /** The account is closed. */
  onDone(): void
}) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const toasts = useToasts()
  const queries = useQueryClient()
  const made = useQuery(() => api.operators.made.query({ operatorId: props.operator.id }))
  const [chosen, setChosen] = createSignal<ReadonlySet<string>>(new Set())
  const choose = (id: string, isChosen: boolean) => {
    const next = new Set(chosen())
    if (isChosen) next.add(id)
    else next.delete(id)
    setChosen(next)
  }
  /** The account is closed by then: what cannot be ended is told, and stays on the page of API keys. */
  const end = async () => {
    const { apiKeys, webhooks } = made.data ?? { apiKeys: null, webhooks: null }
    const ends = [
      ...(apiKeys ?? []).map(({ id }) => ({ id, run: () => api.apiKeys.revoke.run({ apiKeyId: id }) })),
      ...(webhooks ?? []).map(({ id }) => ({ id, run: () => api.webhooks.disable.run({ webhookId: id }) })),
    ].filter(({ id }) => chosen().has(id))
    for (const { run } of ends) {
      try {
        await run()
      } catch (error) {
        toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
      }
    }
    await queries.invalidateQueries({ queryKey: api.apiKeys.key() })
    await queries.invalidateQueries({ queryKey: api.webhooks.key() })
    return ends.length
  }
  const reopen = async () => {
    try {
      await api.operators.enable.run({ operatorId: props.operator.id })
      toasts.show({
        kind: 'good',
        title: t('administration.operators.enabledDone', { name: props.operator.username }),
      })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    }
    await queries.invalidateQueries({ queryKey: api.operators.key() })
  }
  const form = createForm({
    schema: NoFields,
    initial: {},
    async submit() {
      await api.operators.disable.run({ operatorId: props.operator.id })
      const ended = await end()
      toasts.show({
        kind: 'good',
        title: t('administration.operators.disabledDone', { name: props.operator.username }),
        // A revoked key does not come back with the account.
        ...(ended === 0 ? { action: { label: t('ui.undo'), run: () => void reopen() } } : {}),
      })
      props.onDone()
    },
  })
  const action = () => {
    const count = chosen().size
    return count === 0
      ? t('administration.operators.disable')
      : tn('administration.operators.disableWith', count)
  }
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('administration.operators.disableTitle', { name: props.operator.username })}
      description={t('administration.operators.disableText')}
      action={action()}
      isDangerous
    >
      <Switch fallback={<Skeleton lines={3} />}>
        <Match when={made.data}>
          {(data) => <MadeList made={data()} chosen={chosen()} onChoose={choose} />}
        </Match>
        <Match when={made.isError}>
          <ErrorNote {...failureOf(made.error, i18n)} onRetry={() => void made.refetch()} />
        </Match>
      </Switch>
    </FormDialog>
  )
}

interface Thing {
  id: string
  name: string
  note: string
}

function MadeList(props: {
  made: Made
  chosen: ReadonlySet<string>
  onChoose(id: string, isChosen: boolean): void
}) {
  const { t, format } = useI18n()
  const session = useSession()
  const keys = (): Thing[] =>
    (props.made.apiKeys ?? []).map(({ id, name, how, lastUsedAt }) => ({
      id,
      name,
      note: [
        ...(how === 'renewed' ? [t('administration.made.renewed')] : []),
        lastUsedAt === null
          ? t('administration.made.neverUsed')
          : t('administration.made.used', { ago: format.ago(lastUsedAt, Date.now()) }),
      ].join(' · '),
    }))
  const webhooks = (): Thing[] =>
    (props.made.webhooks ?? [])
      .filter(({ state }) => state === 'enabled')
      .map(({ id, name }) => ({ id, name, note: '' }))
  const group = (title: string, things: Thing[], mayEnd: boolean) => (
    <Show when={things.length > 0}>
      <fieldset class="mt-4 first:mt-0">
        <legend class="mb-1 text-sm font-medium">{title}</legend>
        <ul class="max-h-64 overflow-y-auto">
          <For each={things}>
            {(one) => (
              <li class="break-words">
                <Show
                  when={mayEnd}
                  fallback={
                    <p class="py-1 text-sm">
                      {one.name} <span class="text-xs text-muted">{one.note}</span>
                    </p>
                  }
                >
                  <Checkbox
                    label={one.name}
                    {...(one.note === '' ? {} : { hint: one.note })}
                    value={props.chosen.has(one.id)}
                    onInput={(isChosen) => props.onChoose(one.id, isChosen)}
                  />
                </Show>
              </li>
            )}
          </For>
        </ul>
        <Show when={things.length >= MOST_MADE}>
          <p class="text-xs text-muted">
            {t('administration.made.cut', { count: format.number(MOST_MADE) })}
          </p>
        </Show>
      </fieldset>
    </Show>
  )
  return (
    <Show
      when={keys().length + webhooks().length > 0}
      fallback={
        <p class="text-sm text-muted">
          {t(
            props.made.apiKeys === null || props.made.webhooks === null
              ? 'administration.made.unseen'
              : 'administration.made.nothing',
          )}
        </p>
      }
    >
      <p class="mb-3 text-sm">{t('administration.made.text')}</p>
      {group(t('administration.made.apiKeys'), keys(), session.may('api-keys:write'))}
      {group(t('administration.made.webhooks'), webhooks(), session.may('webhooks:write'))}
    </Show>
  )
}
