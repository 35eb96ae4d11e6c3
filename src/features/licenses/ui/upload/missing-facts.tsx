import { createMemo, createUniqueId, For, Match, Switch } from 'solid-js'
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

const ASKABLE = ['serial', 'platform', 'licId'] as const
type Askable = (typeof ASKABLE)[number]
const NOTHING_TYPED: Record<Askable, string> = { serial: '', platform: '', licId: '' }

/**
 * A file that does not tell all that is needed: exactly what is missing is asked, beside what was recognised. What was typed stays while the
 * result changes: an answer to other files may tell one of the facts, and an answer to this one may be refused.
 */
export function MissingFacts(props: { result: FileResult; onAnswer: (facts: GivenFacts) => Promise<void> }) {
  const i18n = useI18n()
  const { t } = i18n
  const platforms = usePlatforms()
  const id = createUniqueId()
  const asked = createMemo(() => ASKABLE.filter((fact) => props.result.missing.includes(fact)))
  /** As the fact's own schema has it, while the fact is asked for. */
  const ifAsked = (fact: Askable) =>
    z.string().check(({ value, issues }) => {
      if (!asked().includes(fact)) return
      const { error } = Facts.shape[fact].unwrap().safeParse(value)
      issues.push(
        ...(error?.issues ?? []).map((issue) => ({ ...issue, input: value }) as z.core.$ZodRawIssue),
      )
    })
  const form = createForm({
    schema: z.object({
      serial: ifAsked('serial'),
      platform: ifAsked('platform'),
      licId: ifAsked('licId'),
    }),
    initial: NOTHING_TYPED,
    submit: (values) =>
      props.onAnswer(Object.fromEntries(asked().map((fact) => [fact, values[fact]])) as GivenFacts),
  })
  return (
    <div class="space-y-3">
      <KnownFacts result={props.result} />
      <p class="text-sm font-medium" id={id}>
        {t('license.results.asks')}
      </p>
      <Form form={form}>
        <fieldset class="flex min-w-0 flex-wrap items-start gap-3" aria-labelledby={id}>
          <For each={asked()}>
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
