import { createResource, createSignal, createUniqueId, Show } from 'solid-js'
import { z } from 'zod'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Dialog } from '../../../../ui/dialog'
import { ErrorNote } from '../../../../ui/error-note'
import { createForm, Form } from '../../../../ui/form'
import { Skeleton } from '../../../../ui/skeleton'
import { createLimits } from '../limits'
import { LimitsField } from '../limits-field'
import type { Operator } from './operator'

/** The fields keep their own state; the form has the submission and what the server says of it. */
const NoFields = z.object({})

export function LimitsDialog(props: { operator: Operator; onClose(): void; onDone(text: string): void }) {
  const i18n = useI18n()
  const { t } = i18n
  const id = createUniqueId()
  const limits = createLimits()
  const [isTried, setTried] = createSignal(false)
  const [isLoaded, { refetch }] = createResource(async () => {
    await limits.load(props.operator.visibility)
    return true
  })
  const form = createForm({
    schema: NoFields,
    initial: {},
    async submit() {
      setTried(true)
      if (limits.isEmpty()) return
      await api.operators.setVisibility.run({ operatorId: props.operator.id, visibility: limits.value() })
      props.onDone(t('administration.operators.limitsDone', { name: props.operator.username }))
    },
  })
  return (
    <Dialog
      isOpen
      onClose={() => props.onClose()}
      title={t('administration.operators.limitsTitle', { name: props.operator.username })}
      description={t('administration.operators.limitsText')}
      footer={
        <>
          <Button onClick={() => props.onClose()}>{t('ui.cancel')}</Button>
          <Button
            type="submit"
            form={id}
            look="primary"
            isBusy={form.isSubmitting()}
            disabled={isLoaded.state !== 'ready'}
          >
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <Show
        when={isLoaded.state !== 'errored'}
        fallback={<ErrorNote {...failureOf(isLoaded.error, i18n)} onRetry={() => void refetch()} />}
      >
        <Show when={isLoaded.state === 'ready'} fallback={<Skeleton lines={4} />}>
          <Form form={form} id={id}>
            <LimitsField limits={limits} isTried={isTried()} />
          </Form>
        </Show>
      </Show>
    </Dialog>
  )
}
