import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { useConfirm } from '../../../../ui/confirm'
import { useToasts } from '../../../../ui/toast'
import type { ApiKey } from './words'

export interface KeyCommands {
  revoke(apiKey: ApiKey): Promise<void>
  /** Says in a corner that something is done, and asks for everything anew. */
  done(title: string): Promise<void>
}

/** What may be done with a key besides what has a window of its own. */
export function createKeyCommands(): KeyCommands {
  const i18n = useI18n()
  const { t, format } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const refresh = async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: api.apiKeys.key() }),
      queries.invalidateQueries({ queryKey: api.audit.key() }),
    ])
  }
  const useWords = ({ lastUsedAt, lastUsedAddress }: ApiKey) =>
    lastUsedAt === null
      ? t('apiKeys.revoke.unused')
      : t('apiKeys.revoke.used', {
          ago: format.ago(lastUsedAt, Date.now()),
          address: lastUsedAddress ?? t('ui.none'),
        })
  return {
    async revoke(apiKey) {
      const { id, name } = apiKey
      const isSure = await confirm({
        title: t('apiKeys.revoke.title', { name }),
        text: `${t('apiKeys.revoke.text')} ${useWords(apiKey)}`,
        action: t('apiKeys.revoke.action'),
        isDangerous: true,
      })
      if (!isSure) return
      try {
        await api.apiKeys.revoke.run({ apiKeyId: id })
        toasts.show({ kind: 'good', title: t('apiKeys.revoke.done', { name }) })
      } catch (error) {
        toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
      } finally {
        await refresh()
      }
    },
    async done(title) {
      toasts.show({ kind: 'good', title })
      await refresh()
    },
  }
}
