import ChevronDown from 'lucide-solid/icons/chevron-down'
import { createMemo, Show } from 'solid-js'
import { z } from 'zod'
import { useI18n } from '../../../../i18n'
import { DateField, SelectField, TextField } from '../../../../ui/field'
import type { FormState } from '../../../../ui/form/state'
import { usePlatforms } from '../../../terminals/ui/words'
import { GivenFacts as Facts } from '../../schemas'
import { FACTS, type Fact, factName } from '../words'
import type { GivenFacts } from './import-session'

const blankOr = (schema: z.ZodOptional<z.ZodString>) => z.union([z.literal(''), schema.unwrap()])

/** The facts of a form: text that is empty where nothing is given. */
export const GivenForm = z.object({
  serial: blankOr(Facts.shape.serial),
  platform: z.string(),
  licId: blankOr(Facts.shape.licId),
  product: blankOr(Facts.shape.product),
  issuedAt: z.string(),
  validUntil: z.string(),
})
export type GivenForm = Record<Fact, string>
export const NOTHING_GIVEN: GivenForm = {
  serial: '',
  platform: '',
  licId: '',
  product: '',
  issuedAt: '',
  validUntil: '',
}

/** What was filled in. */
export function givenOf(values: GivenForm): GivenFacts {
  const filled = FACTS.filter((fact) => values[fact].trim() !== '')
  return Object.fromEntries(filled.map((fact) => [fact, values[fact].trim()])) as GivenFacts
}

/** Facts that hold for all files of an upload, folded away: most files tell themselves. */
export function GivenFactsFields(props: { form: FormState<GivenForm> }) {
  const i18n = useI18n()
  const { t } = i18n
  const platforms = usePlatforms()
  const filled = createMemo(() => FACTS.filter((fact) => props.form.values[fact].trim() !== ''))
  return (
    <details class="group rounded-xl border border-line">
      <summary class="flex list-none items-center gap-x-3 rounded-xl px-4 py-3 text-sm">
        <ChevronDown
          class="size-4 shrink-0 text-muted transition-transform group-open:rotate-180"
          aria-hidden="true"
        />
        <span class="font-medium">{t('license.upload.given')}</span>
        <Show when={filled().length > 0} fallback={<span class="text-muted">{t('ui.optional')}</span>}>
          <span class="text-accent">
            {t('license.upload.givenSome', {
              names: filled()
                .map((fact) => factName(fact, i18n))
                .join(', '),
            })}
          </span>
        </Show>
      </summary>
      <div class="px-4 pb-5">
        <p class="mb-4 text-sm text-muted">{t('license.upload.givenHint')}</p>
        <div class="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          <TextField label={t('license.fact.serial')} isCode {...props.form.field('serial')} />
          <SelectField
            label={t('license.fact.platform')}
            options={platforms.options()}
            placeholder={t('ui.none')}
            {...props.form.field('platform')}
          />
          <TextField label={t('license.fact.licId')} isCode {...props.form.field('licId')} />
          <TextField label={t('license.fact.product')} {...props.form.field('product')} />
          <DateField label={t('license.fact.issuedAt')} {...props.form.field('issuedAt')} />
          <DateField label={t('license.fact.validUntil')} {...props.form.field('validUntil')} />
        </div>
      </div>
    </details>
  )
}
