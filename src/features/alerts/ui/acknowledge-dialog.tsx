import { useQueryClient } from '@tanstack/solid-query'
import { z } from 'zod'
import { api } from '../../../app/api'
import { useI18n } from '../../../i18n'
import { TextArea } from '../../../ui/field'
import { createForm } from '../../../ui/form'
import { FormDialog } from '../../../ui/form/dialog'
import { useToasts } from '../../../ui/toast'
import { ACKNOWLEDGE_OUTCOMES, AcknowledgeInput } from '../schemas'

const Fields = z.object({ note: AcknowledgeInput.shape.note.unwrap() })

/** Says that the operator looks after one alert or several, with a note for the others. */
export function AcknowledgeDialog(props: { alertIds: readonly string[]; onClose(): void; onDone(): void }) {
  const { t, tn } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const form = createForm({
    schema: Fields,
    initial: { note: '' },
    async submit({ note }) {
      const { results } = await api.alerts.acknowledge.run({
        alertIds: [...props.alertIds],
        ...(note === '' ? {} : { note }),
      })
      const counts = Object.fromEntries(
        ACKNOWLEDGE_OUTCOMES.map((outcome) => [
          outcome,
          results.filter((one) => one.outcome === outcome).length,
        ]),
      )
      const done = counts.acknowledged ?? 0
      if (done > 0) toasts.show({ kind: 'good', title: tn('alerts.acknowledge.done', done) })
      for (const outcome of ['cleared', 'outside_your_limits', 'not_found'] as const) {
        const left = counts[outcome] ?? 0
        if (left > 0) toasts.show({ kind: 'info', title: tn(`alerts.acknowledge.left.${outcome}`, left) })
      }
      await queries.invalidateQueries({ queryKey: api.alerts.key() })
      props.onDone()
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={tn('alerts.acknowledge.title', props.alertIds.length)}
      description={t('alerts.acknowledge.text')}
      action={t('alerts.action.acknowledge')}
    >
      <TextArea
        {...form.field('note')}
        label={t('alerts.acknowledge.note')}
        hint={t('alerts.acknowledge.noteHint')}
        rows={3}
      />
    </FormDialog>
  )
}
