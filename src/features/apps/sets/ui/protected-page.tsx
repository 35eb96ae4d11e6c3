import { useQueryClient } from '@tanstack/solid-query'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import X from 'lucide-solid/icons/x'
import { For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useIsLimited } from '../../../../app/limits'
import { makerWords } from '../../../../app/maker'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Button, IconButton } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { useConfirm } from '../../../../ui/confirm'
import { ErrorNote } from '../../../../ui/error-note'
import { TextField } from '../../../../ui/field'
import { createForm, Form } from '../../../../ui/form'
import { Skeleton } from '../../../../ui/skeleton'
import { TimeAgo } from '../../../../ui/time-ago'
import { useToasts } from '../../../../ui/toast'
import { AddProtected } from '../schemas'

type Protected = Outputs['appSets']['protected']['items'][number]

/** What no set removes from a terminal, whatever it says. */
export function ProtectedPage() {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const isLimited = useIsLimited()
  const mayWrite = () => session.may('apps:write') && isLimited() === false
  const list = useQuery(() => ({
    ...api.appSets.protected.query({}),
    enabled: session.may('apps:read'),
    reconcile: 'pattern',
  }))
  return (
    <Page title={t('sets.protected.title')} permission="apps:read" text={t('sets.protected.text')}>
      <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Card title={t('sets.protected.list')}>
          <Switch fallback={<Skeleton lines={5} />}>
            <Match when={list.error}>
              {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={() => void list.refetch()} />}
            </Match>
            <Match when={list.data?.items.length === 0}>
              <p class="text-sm text-muted">{t('sets.protected.none')}</p>
            </Match>
            <Match when={list.data}>
              {(found) => (
                <ul class="divide-y divide-line" aria-label={t('sets.protected.list')}>
                  <For each={found().items}>{(one) => <Row one={one} mayWrite={mayWrite()} />}</For>
                </ul>
              )}
            </Match>
          </Switch>
        </Card>
        <div class="space-y-5">
          <Show when={mayWrite()}>
            <AddCard />
          </Show>
          <Card title={t('sets.protected.always')}>
            <p class="flex gap-3 text-sm text-pretty text-muted">
              <ShieldCheck class="mt-0.5 size-5 shrink-0 text-good" aria-hidden="true" />
              {t('sets.protected.alwaysText')}
            </p>
          </Card>
        </div>
      </div>
    </Page>
  )
}

function Row(props: { one: Protected; mayWrite: boolean }) {
  const i18n = useI18n()
  const { t } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const remove = async () => {
    const { pattern } = props.one
    const isSure = await confirm({
      title: t('sets.protected.removeTitle', { pattern }),
      text: t('sets.protected.removeText'),
      action: t('sets.protected.remove'),
      isDangerous: true,
    })
    if (!isSure) return
    try {
      await api.appSets.unprotect.run({ pattern })
      toasts.show({ kind: 'good', title: t('sets.protected.removed', { pattern }) })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    }
    void queries.invalidateQueries({ queryKey: api.appSets.key() })
  }
  return (
    <li class="flex items-start justify-between gap-3 py-2.5 text-sm first:pt-0 last:pb-0">
      <div class="min-w-0">
        <p class="digits font-medium wrap-anywhere">{props.one.pattern}</p>
        <Show when={props.one.notes}>
          <p class="wrap-anywhere text-muted">{props.one.notes}</p>
        </Show>
        <p class="mt-0.5 text-xs text-muted">
          {makerWords(props.one.addedBy, t)} · <TimeAgo at={props.one.addedAt} />
        </p>
      </div>
      <Show when={props.mayWrite}>
        <IconButton
          size="small"
          label={`${t('sets.protected.remove')}: ${props.one.pattern}`}
          icon={<X class="size-4" aria-hidden="true" />}
          onClick={() => void remove()}
        />
      </Show>
    </li>
  )
}

function AddCard() {
  const { t } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const form = createForm({
    schema: AddProtected,
    initial: { pattern: '', notes: '' },
    async submit(values) {
      const { pattern } = await api.appSets.protect.run(values)
      toasts.show({ kind: 'good', title: t('sets.protected.added', { pattern }) })
      form.reset()
      void queries.invalidateQueries({ queryKey: api.appSets.key() })
    },
  })
  return (
    <Card title={t('sets.protected.add')}>
      <Form form={form}>
        <TextField
          {...form.field('pattern')}
          isRequired
          isCode
          label={t('sets.protected.pattern')}
          hint={t('sets.protected.patternHint')}
          autocomplete="off"
          autocapitalize="none"
        />
        <TextField
          {...form.field('notes')}
          value={form.values.notes ?? ''}
          label={t('sets.protected.why')}
          autocomplete="off"
        />
        <Button type="submit" look="primary" isBusy={form.isSubmitting()}>
          {t('sets.protected.add')}
        </Button>
      </Form>
    </Card>
  )
}
