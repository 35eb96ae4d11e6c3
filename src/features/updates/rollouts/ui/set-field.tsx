import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { ComboField, type ComboOption } from '../../../../ui/combo-field'
import type { FieldState } from '../../../../ui/form/state'
import { setsFinder } from '../../../apps/sets/ui/finders'
import { setPath } from '../../../apps/sets/ui/places'
import { SubjectNote, UnderWayNote } from './subject-notes'

/** The set that is rolled out, and what stands in its way already. */
export function SetField(props: {
  field: FieldState<ComboOption | null>
  onInput(set: ComboOption | null): void
  refusal: string | undefined
}) {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const setId = () => props.field.value?.value
  const set = useQuery(() => ({
    ...api.appSets.get.query({ setId: setId() ?? '' }),
    enabled: setId() !== undefined,
  }))
  const known = () => (setId() === undefined ? undefined : set.data)
  const error = () => props.field.error ?? props.refusal
  return (
    <div>
      <ComboField
        {...props.field}
        onInput={props.onInput}
        isRequired
        label={t('rollouts.fact.set')}
        hint={t('rollouts.new.setHint')}
        load={setsFinder(i18n)}
        {...(error() === undefined ? {} : { error: error() ?? '' })}
      />
      <Show when={known()}>
        {(shown) => (
          <>
            <p class="mt-1.5 text-sm">
              <A href={setPath(shown().id)} target="_blank" class="rounded text-accent underline">
                {t('rollouts.page.openSet')}
              </A>
              <span class="digits text-muted">
                {' · '}
                {t('sets.page.revision', { revision: format.number(shown().revision) })}
                {' · '}
                {tn('rollouts.terminals', shown().terminals)}
              </span>
            </p>
            <Show when={shown().revision === shown().releasedRevision}>
              <SubjectNote>{t('errors.app_set_released')}</SubjectNote>
            </Show>
          </>
        )}
      </Show>
      <UnderWayNote kind="set" subjectId={setId()} />
    </div>
  )
}
