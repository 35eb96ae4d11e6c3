import { createUniqueId, For, Match, Switch } from 'solid-js'
import { z } from 'zod'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { SelectField, TextField } from '../../../../ui/field'
import { createForm, Form } from '../../../../ui/form'
import { usePlatforms } from '../../../terminals/ui/words'
import { GivenFacts as Facts } from '../../schemas'
import { factName } from '../words'
import type { FileResult, GivenFacts } from './import-session'
import { KnownFacts } from './known-facts'

/** A file that does not tell all that is needed: exactly what is missing is asked, beside what was recognised. */
export function MissingFacts(props: { result: FileResult; onAnswer: (facts: GivenFacts) => Promise<void> }) {
  const i18n = useI18n()
  const { t } = i18n
  const platforms = usePlatforms()
  const id = createUniqueId()
  // A row is made anew when its result changes.
  const { missing } = props.result
  const all = {
    serial: Facts.shape.serial.unwrap(),
    platform: Facts.shape.platform.unwrap(),
    licId: Facts.shape.licId.unwrap(),
  }
  const asked = (['serial', 'platform', 'licId'] as const).filter((fact) => missing.includes(fact))
  const schema = z.object(Object.fromEntries(asked.map((fact) => [fact, all[fact]])))
  const form = createForm<Record<string, string>, Record<string, unknown>>({
    schema: schema as unknown as z.ZodType<Record<string, unknown>, Record<string, string>>,
    initial: Object.fromEntries(asked.map((fact) => [fact, ''])),
    submit: (values) => props.onAnswer(values as GivenFacts),
  })
  return (
    <div class="space-y-3">
      <KnownFacts result={props.result} />
      <p class="text-sm font-medium" id={id}>
        {t('license.results.asks')}
      </p>
      <Form form={form}>
        <fieldset class="flex min-w-0 flex-wrap items-start gap-3" aria-labelledby={id}>
          <For each={asked}>
            {(fact) => (
              <Switch>
                <Match when={fact === 'platform'}>
                  <SelectField
                    class="min-w-48 max-sm:w-full"
                    label={factName(fact, i18n)}
                    isRequired
                    options={platforms.options()}
                    placeholder={t('license.results.chooseOne')}
                    {...form.field(fact)}
                  />
                </Match>
                <Match when={true}>
                  <TextField
                    class="min-w-48 max-sm:w-full"
                    label={factName(fact, i18n)}
                    isRequired
                    isCode
                    {...form.field(fact)}
                  />
                </Match>
              </Switch>
            )}
          </For>
          <Button
            type="submit"
            look="primary"
            class="mt-6.5 max-sm:mt-0 max-sm:w-full"
            isBusy={props.result.isAnswering ?? false}
          >
            {t('license.results.save')}
          </Button>
        </fieldset>
      </Form>
    </div>
  )
}
