import { type JSX, Match, Switch } from 'solid-js'
import { useI18n } from '../i18n'
import { ErrorNote } from '../ui/error-note'
import { HintBox } from '../ui/hint-box'
import { Waiting } from '../ui/waiting'
import { failureOf } from './failure'
import type { Question } from './question'

/** What comes of a question that follows what is typed: why it is not asked, what went wrong, the answer, or that it is on its way. */
export function QuestionAnswer<Answer>(props: {
  question: Pick<Question<unknown, Answer>, 'report' | 'error' | 'refetch'>
  /** Why nothing is asked; undefined where something is. */
  hint: string | undefined
  waiting: string
  /** Asking again may help; false where the form says what to change. */
  mayRetry?: boolean
  children(report: () => NonNullable<Answer>): JSX.Element
}) {
  const i18n = useI18n()
  const retry = () => (props.mayRetry === false ? undefined : () => void props.question.refetch())
  return (
    <Switch fallback={<Waiting text={props.waiting} />}>
      <Match when={props.hint}>{(text) => <HintBox>{text()}</HintBox>}</Match>
      <Match when={props.question.error()}>
        {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={retry()} />}
      </Match>
      <Match when={props.question.report()}>{(report) => props.children(report)}</Match>
    </Switch>
  )
}
