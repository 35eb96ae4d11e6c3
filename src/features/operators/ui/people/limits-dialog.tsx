import { createResource, Show } from 'solid-js'
import { z } from 'zod'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { ErrorNote } from '../../../../ui/error-note'
import { createForm } from '../../../../ui/form'
import { FormDialog } from '../../../../ui/form/dialog'
import { Skeleton } from '../../../../ui/skeleton'
import { createLimits } from '../limits'
import { LimitsField } from '../limits-field'
import type { Operator } from './operator'

/** The fields keep their own state; the form has the submission and what the server says of it. */
const NoFields = z.object({})

export function LimitsDialog(props: { operator: Operator; onClose(): void; onDone(text: string): void }) {
  const i18n = useI18n()
  const { t } = i18n
  const limits = createLimits()
  const [isLoaded, { refetch }] = createResource(async () => {
    await limits.load(props.operator.visibility)
    return true
  })
  const form = createForm({
    schema: NoFields,
    initial: {},
    async submit() {
      if (limits.isEmpty()) return
      await api.operators.setVisibility.run({ operatorId: props.operator.id, visibility: limits.value() })
      props.onDone(t('administration.operators.limitsDone', { name: props.operator.username }))
    },
  })
  return (
    <FormDialog
      form={form}
      onClose={() => props.onClose()}
      title={t('administration.operators.limitsTitle', { name: props.operator.username })}
      description={t('administration.operators.limitsText')}
      isLoading={isLoaded.state !== 'ready'}
    >
      <Show
        when={isLoaded.state !== 'errored'}
        fallback={<ErrorNote {...failureOf(isLoaded.error, i18n)} onRetry={() => void refetch()} />}
      >
        <Show when={isLoaded.state === 'ready'} fallback={<Skeleton lines={4} />}>
          <LimitsField limits={limits} isTried={form.isTried()} />
        </Show>
      </Show>
    </FormDialog>
  )
}
