import { Index, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { useI18n } from '../../../../i18n'
import { ComboManyField, type ComboOption } from '../../../../ui/combo-field'
import { createOrdered } from '../../../../ui/form/ordered'
import type { FieldState } from '../../../../ui/form/state'
import { HintBox } from '../../../../ui/hint-box'
import { modelsWords, nameOf, packagePlatform } from '../../packages/ui/words'
import type { StepDraft } from './rule-form'
import { StepRow } from './step-row'

const SUGGESTED = 50

const fits = (one: { component: string; version: string }, word: string) =>
  nameOf(one).toLowerCase().includes(word)

/** Which packages, in which order, from which versions. */
export function StepsField(props: {
  field: FieldState<StepDraft[]>
  platform: string
  /** What the server says of one step: that no terminal could take it where it stands. */
  faultAt(place: number): string | undefined
}) {
  const i18n = useI18n()
  const { t, format } = i18n
  const found = new Map<string, StepDraft>()
  const ordered = createOrdered({
    field: () => props.field,
    keyOf: (step) => step.packageId,
    moved: (step, place, all) =>
      t('rules.form.moved', { name: nameOf(step), place: format.number(place), all: format.number(all) }),
  })
  const steps = ordered.items

  const load = async (search: string): Promise<ComboOption[]> => {
    // The server looks for one part of a name: the last word, mostly the version, tells most.
    const words = search.toLowerCase().split(/\s+/)
    const { items } = await api.packages.list.fetch({
      platform: packagePlatform(props.platform),
      search: words.pop()?.slice(0, 64),
      limit: SUGGESTED,
    })
    const chosen = new Set(steps().map((step) => step.packageId))
    return items
      .filter((one) => !chosen.has(one.id) && words.every((word) => fits(one, word)))
      .map((one) => {
        const { id, component, version, models, fromVersion, sizeBytes } = one
        found.set(id, {
          ...{ packageId: id, component, version, models, fromVersion, sizeBytes },
          ...{ fromMin: '', fromMax: '', waitsForEarlier: false },
        })
        const base = fromVersion === null ? [] : [t('rules.form.fromBase', { version: fromVersion })]
        const hint = [modelsWords(models, i18n), ...base, format.bytes(sizeBytes)].join(' · ')
        return { value: id, label: nameOf(one), hint }
      })
  }
  const add = (chosen: readonly ComboOption[]) =>
    ordered.add(chosen.flatMap(({ value }) => found.get(value) ?? []))

  return (
    <div class="space-y-3">
      <p class="text-sm font-medium">{t('rules.form.steps')}</p>
      <Show when={steps().length > 0} fallback={<HintBox>{t('rules.form.noSteps')}</HintBox>}>
        <ol class="divide-y divide-line rounded-lg border border-line" aria-label={t('rules.form.steps')}>
          <Index each={steps()}>
            {(step, place) => <StepRow step={step()} {...ordered.at(place)} fault={props.faultAt(place)} />}
          </Index>
        </ol>
      </Show>
      <p class="sr-only" role="status">
        {ordered.said()}
      </p>
      <ComboManyField
        label={t('rules.form.add')}
        value={[]}
        onInput={add}
        onBlur={props.field.onBlur}
        load={load}
        placeholder={t(props.platform === '' ? 'rules.form.platformFirst' : 'rules.form.addPlaceholder')}
        disabled={props.platform === ''}
        {...(props.field.error === undefined ? {} : { error: props.field.error })}
      />
    </div>
  )
}
