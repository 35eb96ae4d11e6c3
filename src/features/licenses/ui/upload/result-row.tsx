import { A } from '@solidjs/router'
import { For, type JSX, Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge, type Tone } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { ErrorNote } from '../../../../ui/error-note'
import { describeRefusal } from '../../../../ui/form/refusal'
import { licencePath } from '../places'
import { factName, factValue, reasonWords, warningWords } from '../words'
import type { FileResult, GivenFacts, Outcome } from './import-session'
import { KnownFacts } from './known-facts'
import { MissingFacts } from './missing-facts'
import { Replacement } from './replacement'

const TONES: Record<Outcome, Tone> = {
  imported: 'good',
  duplicate: 'neutral',
  replaced: 'good',
  needs_facts: 'warn',
  needs_confirmation: 'warn',
  rejected: 'danger',
}

export interface Answers {
  answer(result: FileResult, facts: GivenFacts): Promise<void>
  confirm(result: FileResult): Promise<void>
}

/** What became of one file, and the question it still asks. */
export function ResultRow(props: { result: FileResult; answers: Answers }) {
  const i18n = useI18n()
  const { t } = i18n
  const outcome = () => props.result.outcome
  return (
    <li class="space-y-3 px-4 py-4">
      <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={TONES[outcome()]}>{t(`license.results.outcome.${outcome()}`)}</Badge>
        <span class="min-w-0 text-sm font-medium break-all">{props.result.fileName}</span>
        <Show when={props.result.licenseId}>
          {(id) => (
            <A href={licencePath(id())} class="rounded text-sm text-accent hover:underline">
              {t('license.results.view')}
            </A>
          )}
        </Show>
      </div>
      <Notes result={props.result} />
      <Switch fallback={<KnownFacts result={props.result} />}>
        <Match when={outcome() === 'rejected'}>
          <p class="text-sm text-danger">
            {reasonWords(props.result.code ?? '', i18n)}{' '}
            <span class="text-xs text-muted">{t('ui.error.code', { code: props.result.code ?? '' })}</span>
          </p>
        </Match>
        <Match when={outcome() === 'needs_facts'}>
          <MissingFacts
            result={props.result}
            onAnswer={(facts) => props.answers.answer(props.result, facts)}
          />
        </Match>
        <Match when={outcome() === 'needs_confirmation'}>
          <Confirmation result={props.result} onConfirm={() => props.answers.confirm(props.result)} />
        </Match>
      </Switch>
      <Show when={props.result.refusal}>
        {(refusal) => (
          <ErrorNote
            text={describeRefusal(refusal(), i18n)}
            code={refusal().code}
            requestId={refusal().requestId}
          />
        )}
      </Show>
    </li>
  )
}

function Confirmation(props: { result: FileResult; onConfirm: () => Promise<void> }): JSX.Element {
  const { t } = useI18n()
  const isReplacement = () => props.result.code === 'replacement'
  return (
    <div class="space-y-3">
      <KnownFacts result={props.result} />
      <p class="text-sm font-medium">
        {t(isReplacement() ? 'license.results.askReplacement' : 'license.results.askConflict')}
      </p>
      <Show when={isReplacement()}>
        <Replacement result={props.result} />
      </Show>
      <Button
        look="primary"
        isBusy={props.result.isAnswering ?? false}
        onClick={() => void props.onConfirm()}
      >
        {t(isReplacement() ? 'license.results.replace' : 'license.results.takeAnyway')}
      </Button>
    </div>
  )
}

/** What contradicts each other, and what was noticed besides. */
function Notes(props: { result: FileResult }) {
  const i18n = useI18n()
  const conflicts = () =>
    props.result.conflicts.map(({ code, fact, kept, other }) =>
      i18n.lookup(`license.results.conflict.${code}`, {
        fact: factName(fact, i18n),
        kept: factValue(fact, kept, i18n),
        other: factValue(fact, other, i18n),
      }),
    )
  const notes = () => [...conflicts(), ...props.result.warnings.map((code) => warningWords(code, i18n))]
  return (
    <Show when={notes().length > 0}>
      <ul class="list-disc space-y-1 pl-5 text-sm text-warn">
        <For each={notes()}>{(note) => <li>{note}</li>}</For>
      </ul>
    </Show>
  )
}
