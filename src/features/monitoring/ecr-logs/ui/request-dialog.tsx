import { useQueryClient } from '@tanstack/solid-query'
import { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import { DateField } from '../../../../ui/field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { useToasts } from '../../../../ui/toast'
import { LONGEST_REQUEST_DAYS } from '../lists'

const DAY_MS = 86_400_000
const SUGGESTED = 20

/** Days as the fields give them: empty for none. */
const Asked = z.object({
  terminal: z.custom<ComboOption | null>(),
  first: z.string().min(1),
  last: z.string().min(1),
})

/** Asks a terminal for its log of some days. */
export function RequestDialog(props: { onClose(): void; terminal?: ComboOption }) {
  const { t } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const today = dayOf(new Date())
  const form = createForm({
    schema: Asked,
    initial: { terminal: props.terminal ?? null, first: today, last: today },
    async submit({ terminal, first, last }) {
      if (terminal === null || wrongDays() !== undefined) return
      await api.ecrLogs.request.run({
        terminalId: terminal.value,
        from: new Date(startOf(first)).toISOString(),
        to: new Date(startOf(last) + DAY_MS).toISOString(),
      })
      toasts.show({ kind: 'good', title: t('ecrLogs.request.done', { serial: terminal.label }) })
      await queries.invalidateQueries({ queryKey: api.ecrLogs.key() })
      props.onClose()
    },
  })
  const wrongDays = () => {
    const days = (startOf(form.field('last').value) - startOf(form.field('first').value)) / DAY_MS + 1
    if (days < 1) return t('ecrLogs.request.wrongDays')
    return days > LONGEST_REQUEST_DAYS
      ? t('ecrLogs.request.tooMany', { days: LONGEST_REQUEST_DAYS })
      : undefined
  }
  const noTerminal = () => form.isTried() && form.field('terminal').value === null
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('ecrLogs.request.title')}
      description={t('ecrLogs.request.text')}
      action={t('ecrLogs.request.action')}
    >
      <div class="grid gap-5">
        <ComboField
          {...form.field('terminal')}
          label={t('ecrLogs.column.terminal')}
          placeholder={t('ecrLogs.request.find')}
          load={findTerminals}
          isRequired
          {...(noTerminal() ? { error: t('ecrLogs.request.noTerminal') } : {})}
        />
        <div class="grid gap-5 sm:grid-cols-2">
          <DateField {...form.field('first')} label={t('ecrLogs.filter.first')} isRequired />
          <DateField
            {...form.field('last')}
            label={t('ecrLogs.filter.last')}
            isRequired
            {...(form.isTried() && wrongDays() !== undefined ? { error: wrongDays() } : {})}
          />
        </div>
      </div>
    </FormDialog>
  )
}

async function findTerminals(search: string): Promise<ComboOption[]> {
  const { items } = await api.terminals.list.fetch({ search, limit: SUGGESTED })
  return items.map((one) => ({
    value: one.id,
    label: one.serial,
    hint: one.tids.map(({ tid }) => tid).join(', '),
  }))
}

const startOf = (day: string) => new Date(`${day}T00:00`).getTime()

function dayOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
