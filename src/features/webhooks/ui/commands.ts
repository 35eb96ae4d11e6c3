import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useI18n } from '../../../i18n'
import { useConfirm } from '../../../ui/confirm'
import { useToasts } from '../../../ui/toast'
import type { Message, Webhook } from './words'

/** Messages are kept for as long. */
const KEPT_MS = 30 * 24 * 3_600_000

export interface WebhookCommands {
  disable(webhook: Webhook): Promise<void>
  /** True where it is gone. */
  remove(webhook: Webhook): Promise<boolean>
  replay(webhook: Webhook, message: Message): Promise<void>
  replayFailed(webhook: Webhook): Promise<void>
  /** Says in a corner that something is done, and asks for everything anew. */
  done(title: string): Promise<void>
}

/** What may be done with a webhook besides what has a window of its own. */
export function createWebhookCommands(): WebhookCommands {
  const i18n = useI18n()
  const { t, tn } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: api.webhooks.key() })
  const attempt = async (work: () => Promise<string>): Promise<boolean> => {
    try {
      toasts.show({ kind: 'good', title: await work() })
      return true
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
      return false
    }
  }
  return {
    async disable({ id, name }) {
      const isSure = await confirm({
        title: t('webhooks.disable.title', { name }),
        text: t('webhooks.disable.text'),
        action: t('webhooks.disable.action'),
      })
      if (!isSure) return
      await attempt(async () => {
        await api.webhooks.disable.run({ webhookId: id })
        return t('webhooks.disable.done', { name })
      })
      await refresh()
    },
    async remove({ id, name, waiting }) {
      const isSure = await confirm({
        title: t('webhooks.remove.title', { name }),
        text: tn('webhooks.remove.text', waiting),
        action: t('webhooks.remove.action'),
        isDangerous: true,
        typeToConfirm: name,
      })
      if (!isSure) return false
      return attempt(async () => {
        await api.webhooks.delete.run({ webhookId: id })
        return t('webhooks.remove.done', { name })
      })
    },
    async replay({ id }, message) {
      await attempt(async () => {
        await api.webhooks.replay.run({ webhookId: id, messageId: message.id })
        return t('webhooks.replay.done')
      })
      await refresh()
    },
    async replayFailed({ id }) {
      const isSure = await confirm({
        title: t('webhooks.replay.title'),
        text: t('webhooks.replay.text'),
        action: t('webhooks.replay.failed'),
      })
      if (!isSure) return
      await attempt(async () => {
        const since = new Date(Date.now() - KEPT_MS).toISOString()
        const { replayed } = await api.webhooks.replayFailed.run({ webhookId: id, since })
        return tn('webhooks.replay.failedDone', replayed)
      })
      await refresh()
    },
    async done(title) {
      toasts.show({ kind: 'good', title })
      await refresh()
    },
  }
}
