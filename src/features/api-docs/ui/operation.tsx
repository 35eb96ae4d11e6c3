import { createSignal, For, onMount, Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import { CodeBlock } from '../../../ui/code-block'
import { AnswerPart } from './answer'
import type { Content, Operation } from './document'
import { FieldTable } from './field-table'
import { Prose } from './prose'

const METHODS: Record<string, string> = {
  GET: 'bg-info-soft text-info',
  HEAD: 'bg-info-soft text-info',
  POST: 'bg-good-soft text-good',
  PUT: 'bg-warn-soft text-warn',
  PATCH: 'bg-warn-soft text-warn',
  DELETE: 'bg-danger-soft text-danger',
}

/** One operation: a line, and all of it below once it is opened. An address with its name opens it. */
export function OperationCard(props: { operation: Operation; isNamed: boolean }) {
  const [isOpen, setOpen] = createSignal(props.isNamed)
  let box: HTMLDetailsElement | undefined
  onMount(() => props.isNamed && box?.scrollIntoView())
  return (
    <details
      ref={(element) => {
        box = element
      }}
      id={props.operation.id}
      open={isOpen()}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      class="scroll-mt-20 border-t border-line first:border-0"
    >
      <summary class="grid cursor-pointer grid-cols-[4.5rem_minmax(0,1fr)] items-baseline gap-x-3 px-4 py-2.5 hover:bg-raised">
        <span
          class={`rounded px-1.5 py-0.5 text-center text-xs font-semibold ${METHODS[props.operation.method] ?? ''}`}
        >
          {props.operation.method}
        </span>
        <h3 class="min-w-0 text-sm" lang="en">
          <code class="block font-medium break-words">
            <Path path={props.operation.path} />
          </code>
          <span class="text-muted">{props.operation.summary}</span>
        </h3>
      </summary>
      <Show when={isOpen()}>
        <Body operation={props.operation} />
      </Show>
    </details>
  )
}

/** An address breaks at its slashes where it must. */
function Path(props: { path: string }) {
  return (
    <For each={props.path.split(/(?<=.)(?=\/)/)}>
      {(part) => (
        <>
          <wbr />
          {part}
        </>
      )}
    </For>
  )
}

function Body(props: { operation: Operation }) {
  const { t } = useI18n()
  const origin = () => window.location.origin
  return (
    <div class="space-y-6 px-4 pt-1 pb-6">
      <div class="space-y-1 text-sm">
        <Prose text={props.operation.description} />
        <p class="text-muted">
          <a href={`#${props.operation.id}`} rel="external" class="rounded text-accent hover:underline">
            {t('apiDocs.link')}
          </a>
          {' · '}
          <code lang="en">{props.operation.id}</code>
        </p>
      </div>
      <CodeBlock
        label={t('apiDocs.curl')}
        copyLabel={t('apiDocs.copyCurl')}
        text={props.operation.curl(origin())}
      />
      <Show when={props.operation.parameters.length > 0}>
        <section>
          <h4 class="mb-1.5 text-sm font-medium">{t('apiDocs.parameters')}</h4>
          <FieldTable label={t('apiDocs.parameters')} fields={props.operation.parameters} />
        </section>
      </Show>
      <Show when={props.operation.body.length > 0}>
        <section class="space-y-3">
          <h4 class="text-sm font-medium">{t('apiDocs.body')}</h4>
          <For each={props.operation.body}>{(content) => <ContentPart content={content} />}</For>
        </section>
      </Show>
      <section class="space-y-3">
        <h4 class="text-sm font-medium">{t('apiDocs.answers')}</h4>
        <For each={props.operation.answers}>
          {(answer) => (
            <AnswerPart answer={answer}>
              <For each={answer.contents}>{(content) => <ContentPart content={content} />}</For>
            </AnswerPart>
          )}
        </For>
      </section>
    </div>
  )
}

function ContentPart(props: { content: Content }) {
  const { t } = useI18n()
  return (
    <div class="space-y-3">
      <p class="text-xs text-muted">
        <code>{props.content.mediaType}</code>
      </p>
      <FieldTable label={t('apiDocs.fields')} fields={props.content.fields} />
      <Show when={props.content.example}>
        {(example) => (
          <CodeBlock label={t('apiDocs.example')} copyLabel={t('apiDocs.copyExample')} text={example()} />
        )}
      </Show>
    </div>
  )
}
