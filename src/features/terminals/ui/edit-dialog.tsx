import { useQueryClient } from '@tanstack/solid-query'
import { Show } from 'solid-js'
import { api } from '../../../app/api'
import { useI18n } from '../../../i18n'
import { FormDialog } from '../../../ui/form/dialog'
import { useToasts } from '../../../ui/toast'
import type { TerminalView } from '../schemas'
import { createTerminalForm, TerminalFields } from './terminal-form'

interface Places {
  merchantName: string | null
  groups: readonly { id: string; name: string }[]
}

/** Changes what is registered of a terminal. */
export function EditDialog(props: {
  isOpen: boolean
  onClose: () => void
  terminal: TerminalView
  places: Places
}) {
  return (
    <Show when={props.isOpen}>
      <Edit {...props} />
    </Show>
  )
}

function Edit(props: { onClose: () => void; terminal: TerminalView; places: Places }) {
  const { t } = useI18n()
  const queries = useQueryClient()
  const toasts = useToasts()
  const { merchantId, checkInIntervalSeconds, transportKeyKcv, ...known } = props.terminal
  const made = createTerminalForm({
    initial: {
      serial: known.serial,
      platform: known.platform,
      model: known.model,
      tids: known.tids.map((one) => ({ ...one })),
      merchant: merchantId === null ? null : { value: merchantId, label: props.places.merchantName ?? '…' },
      groups: props.places.groups.map((one) => ({ value: one.id, label: one.name })),
      address: known.address,
      notes: known.notes,
      checkInSeconds: checkInIntervalSeconds === null ? '' : String(checkInIntervalSeconds),
      transportKeyKcv: transportKeyKcv ?? '',
    },
    async submit(serial, facts) {
      await api.terminals.update.run({ terminalId: known.id, ...facts })
      toasts.show({ kind: 'good', title: t('fleet.edit.done', { serial }) })
      void queries.invalidateQueries({ queryKey: api.terminals.key() })
      void queries.invalidateQueries({ queryKey: api.status.key() })
      props.onClose()
    },
  })
  return (
    <FormDialog
      form={made.form}
      size="large"
      onClose={props.onClose}
      title={t('fleet.edit.title', { serial: known.serial })}
    >
      <TerminalFields made={made} isSerialFixed />
    </FormDialog>
  )
}
