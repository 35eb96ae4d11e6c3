import { api } from '../../../../app/api'
import { RemoveButton as Remove, type Removed } from '../../../../app/remove-button'
import { useI18n } from '../../../../i18n'
import type { Question } from '../../../../ui/confirm'
import { SetLinks } from './set-links'

/** Deletes an application or a version of it, or says which sets are in the way. */
export function RemoveButton(props: {
  /** Sets that install it. */
  sets: readonly { id: string; name: string }[]
  question: Omit<Question, 'isDangerous'>
  remove(): Promise<Omit<Removed, 'changed'>>
  onStale(): void
}) {
  const { t, tn } = useI18n()
  return (
    <Remove
      label={t('applications.page.delete')}
      question={props.question}
      isNeeded={props.sets.length > 0}
      needed={{
        title: t('applications.page.inUseTitle'),
        text: tn('applications.page.inUseText', props.sets.length),
        close: t('applications.page.close'),
      }}
      remove={async () => ({ ...(await props.remove()), changed: [api.apps.key(), api.appVersions.key()] })}
      failed={t('applications.page.deleteFailed')}
      onStale={() => props.onStale()}
    >
      <SetLinks sets={props.sets} />
    </Remove>
  )
}
