import { z } from 'zod'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { Checkbox } from '../../../../ui/choice-field'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { useToasts } from '../../../../ui/toast'
import { IntervalField } from '../../../terminals/ui/interval-field'
import { TimeZoneField } from '../../../terminals/ui/time-zone-field'
import { useRefresh } from '../refresh'
import type { Profile } from './terminal-profile'

const Settings = z.object({ seconds: z.string(), timeZone: z.string(), mayRedirect: z.boolean() })

/** Changes how a terminal talks to the server; TIDs, merchant and groups are changed on its own page. */
export function SettingsDialog(props: { profile: Profile; onClose(): void }) {
  const { t } = useI18n()
  const toasts = useToasts()
  const refresh = useRefresh()
  const { terminalId, serial, checkInIntervalSeconds, timeZone, mayRedirect } = props.profile
  const form = createForm({
    schema: Settings,
    initial: {
      seconds: checkInIntervalSeconds === null ? '' : String(checkInIntervalSeconds),
      timeZone: timeZone ?? '',
      mayRedirect,
    },
    async submit({ seconds, timeZone, mayRedirect }) {
      await api.terminals.update.run({
        terminalId,
        checkInIntervalSeconds: seconds === '' ? null : Number(seconds),
        timeZone: timeZone === '' ? null : timeZone,
        mayRedirect,
      })
      toasts.show({ kind: 'good', title: t('fleet.edit.done', { serial }) })
      refresh()
      props.onClose()
    },
  })
  return (
    <FormDialog
      form={form}
      size="small"
      onClose={() => props.onClose()}
      title={t('profile.settings.title', { serial })}
      description={t('profile.settings.text')}
    >
      <IntervalField label={t('fleet.fact.interval')} {...form.field('seconds')} />
      <TimeZoneField label={t('fleet.fact.timeZone')} {...form.field('timeZone')} />
      <Checkbox label={t('fleet.fact.mayRedirect')} {...form.field('mayRedirect')} />
    </FormDialog>
  )
}
