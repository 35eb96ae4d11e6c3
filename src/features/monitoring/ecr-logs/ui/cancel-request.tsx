import { useQueryClient } from '@tanstack/solid-query'
import { createSignal } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { useToasts } from '../../../../ui/toast'
import type { EcrLogRequestView } from '../schemas'

/** Takes an open request back. Nothing is lost by it: the same period can be asked for again. */
export function CancelRequest(props: { request: EcrLogRequestView }) {
  const i18n = useI18n()
  const { t } = i18n
  const toasts = useToasts()
  const queries = useQueryClient()
  const [isBusy, setBusy] = createSignal(false)
  const cancel = async () => {
    setBusy(true)
    try {
      await api.ecrLogs.cancelRequest.run({ requestId: props.request.id })
      toasts.show({ kind: 'good', title: t('ecrLogs.request.isCancelled') })
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    } finally {
      setBusy(false)
      void queries.invalidateQueries({ queryKey: api.ecrLogs.key() })
    }
  }
  return (
    <Button size="small" isBusy={isBusy()} onClick={() => void cancel()}>
      {t('ecrLogs.request.cancel')}
    </Button>
  )
}
