import ChevronLeft from 'lucide-solid/icons/chevron-left'
import ChevronRight from 'lucide-solid/icons/chevron-right'
import CircleCheck from 'lucide-solid/icons/circle-check'
import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { ButtonLink, IconButton } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { EmptyState } from '../../../../ui/empty-state'
import { Segmented } from '../../../../ui/segmented'
import { IMPORT_OUTCOMES } from '../../schemas'
import { LICENCES, NUMBERS } from '../places'
import { BulkAnswers } from './bulk-answers'
import { type FileResult, type ImportSession, isOpen, type Outcome } from './import-session'
import { type Answers, ResultRow } from './result-row'

const PAGE = 25
type Shown = 'open' | 'all' | Outcome

/** What needs a person: questions and refusals. */
const isProblem = (one: FileResult) => isOpen(one) || one.outcome === 'rejected'

/** What became of all files: how many of each kind, those that need somebody first, a page of them at a time. */
export function Results(props: { session: ImportSession }) {
  const { t, tn, format } = useI18n()
  const [shown, setShown] = createSignal<Shown>('open')
  const [page, setPage] = createSignal(0)
  let heading: HTMLParagraphElement | undefined

  const counts = createMemo(() => {
    const found = new Map<Outcome, number>()
    for (const { outcome } of props.session.results()) found.set(outcome, (found.get(outcome) ?? 0) + 1)
    return found
  })
  const summary = () =>
    IMPORT_OUTCOMES.filter((outcome) => counts().has(outcome))
      .map((outcome) => tn(`license.results.count.${outcome}`, counts().get(outcome) ?? 0))
      .join(', ')
  /** What came of a single file: there is one licence to look at. */
  const only = () =>
    props.session.results().length === 1 ? props.session.results()[0]?.licenseId : undefined
  const problems = createMemo(() => props.session.results().filter(isProblem))
  const files = createMemo(() => {
    const kind = shown()
    if (kind === 'open') return problems()
    const all = props.session.results()
    return kind === 'all' ? all : all.filter(({ outcome }) => outcome === kind)
  })
  const pages = () => Math.max(1, Math.ceil(files().length / PAGE))
  const first = () => Math.min(page(), pages() - 1) * PAGE
  const shownIds = createMemo(() =>
    files()
      .slice(first(), first() + PAGE)
      .map(({ id }) => id),
  )
  // A result is a new object with each answer; its row, with what somebody is typing there, must not be a new one.
  const byId = createMemo(() => new Map(props.session.results().map((one) => [one.id, one])))
  createEffect(on(shown, () => setPage(0), { defer: true }))

  /** An answered file leaves the list, and the focus with it: on to the next question. */
  const goOn = () => {
    if (document.activeElement !== null && document.activeElement !== document.body) return
    const next = heading?.parentElement?.querySelector<HTMLElement>('li select, li input, li button')
    ;(next ?? heading)?.focus()
  }
  // The button that started it all is gone by now.
  onMount(() => {
    const timer = setTimeout(goOn, 100)
    onCleanup(() => clearTimeout(timer))
  })
  const answers: Answers = {
    answer: (result, facts) => props.session.answer([result], facts).then(goOn),
    confirm: (result) => props.session.confirm([result]).then(goOn),
  }
  const segments = createMemo(() => [
    { value: 'open' as Shown, label: `${t('license.results.open')} ${format.number(problems().length)}` },
    ...IMPORT_OUTCOMES.filter((outcome) => counts().has(outcome)).map((outcome) => ({
      value: outcome as Shown,
      label: `${t(`license.results.outcome.${outcome}`)} ${format.number(counts().get(outcome) ?? 0)}`,
    })),
    {
      value: 'all' as Shown,
      label: `${t('license.results.all')} ${format.number(props.session.results().length)}`,
    },
  ])
  return (
    <Card title={t('license.results.title')}>
      <p
        ref={(element) => {
          heading = element
        }}
        tabIndex={-1}
        role="status"
        class="mb-4 text-sm outline-none"
      >
        {summary()}
      </p>
      <div class="mb-4 overflow-x-auto">
        <Segmented
          label={t('license.results.filter')}
          value={shown()}
          segments={segments()}
          onChange={setShown}
        />
      </div>
      <BulkAnswers session={props.session} onDone={goOn} />
      <Show
        when={files().length > 0}
        fallback={
          <Show
            when={shown() === 'open' && !props.session.isBusy()}
            fallback={<p class="py-6 text-center text-sm text-muted">{t('license.results.leftOver')}</p>}
          >
            <EmptyState
              icon={<CircleCheck class="size-6 text-good" aria-hidden="true" />}
              title={t('license.results.allWell')}
              text={t('license.results.allWellText', { counts: summary() })}
            >
              <Show when={only()}>
                {(licenseId) => (
                  <ButtonLink href={`${LICENCES}/${licenseId()}`}>{t('license.results.view')}</ButtonLink>
                )}
              </Show>
              <ButtonLink href={LICENCES} look="primary">
                {t('license.results.toLicences')}
              </ButtonLink>
              <ButtonLink href={NUMBERS}>{t('license.results.toNumbers')}</ButtonLink>
            </EmptyState>
          </Show>
        }
      >
        <ul class="divide-y divide-line rounded-xl border border-line">
          <For each={shownIds()}>
            {(id) => (
              <Show when={byId().get(id)}>
                {(result) => <ResultRow result={result()} answers={answers} />}
              </Show>
            )}
          </For>
        </ul>
        <Show when={pages() > 1}>
          <nav
            class="mt-3 flex items-center justify-end gap-2 text-sm text-muted"
            aria-label={t('license.results.title')}
          >
            <span class="digits">
              {t('license.results.range', {
                from: format.number(first() + 1),
                to: format.number(Math.min(first() + PAGE, files().length)),
                all: format.number(files().length),
              })}
            </span>
            <IconButton
              size="small"
              label={t('license.results.older')}
              icon={<ChevronLeft class="size-4" aria-hidden="true" />}
              disabled={first() === 0}
              onClick={() => setPage(first() / PAGE - 1)}
            />
            <IconButton
              size="small"
              label={t('license.results.newer')}
              icon={<ChevronRight class="size-4" aria-hidden="true" />}
              disabled={first() + PAGE >= files().length}
              onClick={() => setPage(first() / PAGE + 1)}
            />
          </nav>
        </Show>
      </Show>
    </Card>
  )
}
