import { useSearchParams } from '@solidjs/router'
import { createEffect, createSignal, For, Match, on, Show, Switch } from 'solid-js'
import { useI18n } from '../../../i18n'
import { ButtonLink } from '../../../ui/button'
import { Card } from '../../../ui/card'
import { EmptyState } from '../../../ui/empty-state'
import { ErrorNote } from '../../../ui/error-note'
import { SearchField } from '../../../ui/search-field'
import { Segmented } from '../../../ui/segmented'
import { Skeleton } from '../../../ui/skeleton'
import { AnswerPart } from './answer'
import { type ApiDocument, generalAnswers, groupsOf, search, securityOf } from './document'
import { Frame } from './frame'
import { OperationCard } from './operation'
import { Prose } from './prose'

const FILES = { rest: '/api/openapi.json', terminals: '/api/terminal.openapi.json' } as const
type Which = keyof typeof FILES

/** The published documents, readable: for whoever writes a program, signed in or not. */
export function ApiDocsPage() {
  const { t } = useI18n()
  const [query, setQuery] = useSearchParams<{ of?: string; q?: string }>()
  const which = (): Which => (query.of === 'terminals' ? 'terminals' : 'rest')
  const [document, setDocument] = createSignal<ApiDocument>()
  const [isBroken, setBroken] = createSignal(false)

  const load = async (file: string) => {
    setDocument(undefined)
    setBroken(false)
    try {
      const answer = await fetch(file)
      if (!answer.ok) throw new Error(`${file}: ${answer.status}`)
      const found = (await answer.json()) as ApiDocument
      if (FILES[which()] === file) setDocument(found)
    } catch {
      setBroken(true)
    }
  }
  createEffect(on(which, (one) => void load(FILES[one])))

  return (
    <Frame
      title={t('apiDocs.title')}
      text={t('apiDocs.text')}
      actions={
        <ButtonLink isDownload href={FILES[which()]}>
          {t('apiDocs.download')}
        </ButtonLink>
      }
    >
      <div class="mb-5 flex flex-wrap items-center gap-3">
        <Segmented
          label={t('apiDocs.which')}
          value={which()}
          segments={[
            { value: 'rest', label: t('apiDocs.rest') },
            { value: 'terminals', label: t('apiDocs.terminals') },
          ]}
          onChange={(of) => setQuery({ of: of === 'rest' ? undefined : of, q: undefined })}
        />
        <SearchField
          class="w-80 max-sm:w-full"
          label={t('apiDocs.search')}
          value={query.q ?? ''}
          onSearch={(q) => setQuery({ q: q || undefined }, { replace: true })}
        />
      </div>
      <Switch fallback={<Skeleton lines={12} />}>
        <Match when={isBroken()}>
          <ErrorNote text={t('apiDocs.broken')} onRetry={() => void load(FILES[which()])} />
        </Match>
        <Match when={document()}>{(found) => <Contents document={found()} text={query.q ?? ''} />}</Match>
      </Switch>
    </Frame>
  )
}

function Contents(props: { document: ApiDocument; text: string }) {
  const { t } = useI18n()
  const groups = groupsOf(props.document)
  const found = () => search(groups, props.text)
  const named = decodeURIComponent(window.location.hash.slice(1))
  return (
    <div class="space-y-6">
      <Show when={props.text === ''}>
        <Introduction document={props.document} />
        <Show when={groups.length > 1}>
          <nav aria-label={t('apiDocs.groups')}>
            <ul class="flex flex-wrap gap-2 text-sm">
              <For each={groups}>
                {({ tag }) => (
                  <li>
                    <a
                      href={`#${anchorOf(tag)}`}
                      rel="external"
                      lang="en"
                      class="block rounded-full bg-raised px-3 py-1 hover:text-accent"
                    >
                      {tag}
                    </a>
                  </li>
                )}
              </For>
            </ul>
          </nav>
        </Show>
      </Show>
      <For
        each={found()}
        fallback={<EmptyState title={t('apiDocs.nothing')} text={t('apiDocs.nothingText')} />}
      >
        {(group) => (
          <section id={anchorOf(group.tag)} class="scroll-mt-20">
            <h2 class="text-lg font-semibold" lang="en">
              {group.tag || props.document.info.title}
            </h2>
            <Prose text={group.description} class="mb-3 max-w-3xl text-sm text-muted" />
            <div class="overflow-hidden rounded-xl border border-line bg-surface">
              <For each={group.operations}>
                {(operation) => <OperationCard operation={operation} isNamed={operation.id === named} />}
              </For>
            </div>
          </section>
        )}
      </For>
    </div>
  )
}

const anchorOf = (tag: string) => `tag-${tag.toLowerCase().replaceAll(' ', '-')}`

function Introduction(props: { document: ApiDocument }) {
  const { t } = useI18n()
  const general = () => generalAnswers(props.document)
  return (
    <Card title={`${props.document.info.title} ${props.document.info.version}`}>
      <div class="max-w-3xl space-y-3 text-sm">
        <Prose text={props.document.info.description} />
        <Prose text={securityOf(props.document)} />
        <Show when={general().length > 0}>
          <details>
            <summary class="cursor-pointer rounded font-medium">{t('apiDocs.refusals')}</summary>
            <div class="mt-3 space-y-2">
              <For each={general()}>{(answer) => <AnswerPart answer={answer} />}</For>
            </div>
          </details>
        </Show>
      </div>
    </Card>
  )
}
