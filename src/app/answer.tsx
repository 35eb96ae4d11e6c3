import { type JSX, Show } from 'solid-js'
import { useI18n } from '../i18n'
import { ErrorNote } from '../ui/error-note'
import { Skeleton } from '../ui/skeleton'
import { failureOf } from './failure'

/** What a query of one thing answers: bars until it is there, and what went wrong with the way to ask again. */
export function Answer<Data>(props: {
  query: { readonly data: Data | undefined; readonly error: unknown; refetch(): unknown }
  /** How many bars stand for it. */
  lines: number
  /** How the bars are laid out. */
  class?: string
  /** It is asked again by itself, or being changed: what is known already is not disturbed by a try that fails. */
  isSteady?: boolean
  children(data: () => NonNullable<Data>): JSX.Element
}) {
  const i18n = useI18n()
  const error = () => (props.isSteady && props.query.data !== undefined ? null : props.query.error)
  return (
    <>
      <Show when={error()}>
        {(thrown) => <ErrorNote {...failureOf(thrown(), i18n)} onRetry={() => void props.query.refetch()} />}
      </Show>
      <Show
        when={props.query.data}
        fallback={
          <Show when={!props.query.error}>
            <Skeleton lines={props.lines} {...(props.class === undefined ? {} : { class: props.class })} />
          </Show>
        }
      >
        {(data) => props.children(data)}
      </Show>
    </>
  )
}
