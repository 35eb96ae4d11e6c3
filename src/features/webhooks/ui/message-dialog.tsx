import { For, Match, Show, Switch } from 'solid-js'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useQuery } from '../../../app/query'
import { useI18n } from '../../../i18n'
import { CodeBlock } from '../../../ui/code-block'
import { Dialog } from '../../../ui/dialog'
import { ErrorNote } from '../../../ui/error-note'
import { Facts } from '../../../ui/facts'
import { Skeleton } from '../../../ui/skeleton'
import { NextAttempt } from './columns'
import { AnswerView, MessageStateBadge } from './words'

/** A message: what is sent, and how each attempt ended. */
export function MessageDialog(props: { webhookId: string; messageId: string; onClose(): void }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const message = useQuery(() =>
    api.webhooks.message.query({ webhookId: props.webhookId, messageId: props.messageId }),
  )
  return (
    <Dialog isOpen onClose={() => props.onClose()} size="large" title={t('webhooks.message.title')}>
      <Switch fallback={<Skeleton lines={6} />}>
        <Match when={message.data}>
          {(data) => (
            <div class="space-y-6">
              <Facts
                class="sm:!grid-cols-3"
                facts={[
                  {
                    name: t('webhooks.state.label'),
                    value: <MessageStateBadge state={data().state} />,
                  },
                  { name: t('webhooks.message.created'), value: format.dateTime(data().createdAt) },
                  {
                    name: t('webhooks.message.next'),
                    value: <NextAttempt message={data()} />,
                  },
                ]}
              />
              <CodeBlock
                label={t('webhooks.message.id')}
                text={data().id}
                copyLabel={t('webhooks.message.copyId')}
              />
              <Show
                when={data().body}
                fallback={<p class="text-sm text-muted">{t('webhooks.message.bodyHidden')}</p>}
              >
                {(body) => (
                  <CodeBlock
                    label={t('webhooks.message.body')}
                    text={body()}
                    copyLabel={t('webhooks.message.copyBody')}
                  />
                )}
              </Show>
              <section>
                <h3 class="mb-3 text-sm font-medium">{t('webhooks.message.history')}</h3>
                <Show
                  when={data().history.length > 0}
                  fallback={<p class="text-sm text-muted">{t('webhooks.message.noAttempts')}</p>}
                >
                  <ol class="space-y-4">
                    <For each={data().history}>
                      {(attempt) => (
                        <li>
                          <p class="digits mb-1 text-xs text-muted">{format.dateTime(attempt.at)}</p>
                          <AnswerView answer={attempt} />
                        </li>
                      )}
                    </For>
                  </ol>
                </Show>
              </section>
            </div>
          )}
        </Match>
        <Match when={message.isError}>
          <ErrorNote {...failureOf(message.error, i18n)} onRetry={() => void message.refetch()} />
        </Match>
      </Switch>
    </Dialog>
  )
}
