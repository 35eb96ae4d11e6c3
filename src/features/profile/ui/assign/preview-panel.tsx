import { A } from '@solidjs/router'
import CircleCheck from 'lucide-solid/icons/circle-check'
import { createEffect, createSignal, Match, on, Show, Switch } from 'solid-js'
import { failureOf } from '../../../../app/failure'
import { useIsLimited } from '../../../../app/limits'
import { useI18n } from '../../../../i18n'
import { Button, Spinner } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { ErrorNote } from '../../../../ui/error-note'
import { newRolloutPath } from '../../../updates/rules/ui/places'
import { assignedPath } from '../places'
import { createAssignmentCommands } from './commands'
import type { AssignmentInput, Preview } from './preview'
import { ReportView } from './report'

/** From so many terminals on it matters that a rule alone knows no waves. */
const MANY = 20

interface Done {
  what: AssignmentInput['what']
  ruleId: string
  changes: number
}

/** What would change, and the button that does just that. */
export function PreviewPanel(props: {
  what: AssignmentInput['what']
  preview: Preview
  /** What is missing before anything can be asked. */
  hint: string
  onApplied(): void
}) {
  const i18n = useI18n()
  const { t, tn } = i18n
  const isLimited = useIsLimited()
  const apply = createApply(() => props.preview)
  const [done, setDone] = createSignal<Done>()
  createEffect(on(props.preview.input, (input) => input !== undefined && apply.forget(), { defer: true }))
  const run = async () => {
    const input = props.preview.input()
    const applied = await apply.run()
    if (input === undefined || applied === undefined) return
    setDone({ what: input.what, ruleId: input.ruleId, changes: applied.changes })
    props.onApplied()
  }
  return (
    <Card title={t('profile.report.title')} class="lg:sticky lg:top-5">
      <div aria-live="polite" aria-busy={props.preview.isWaiting()} class="space-y-4">
        <Show when={done()}>
          {(what) => (
            <div class="flex gap-3 rounded-lg bg-good-soft px-3.5 py-2.5 text-sm">
              <CircleCheck class="mt-0.5 size-4.5 shrink-0 text-good" aria-hidden="true" />
              <p class="min-w-0">
                <span class="font-medium">{tn(`profile.assign.done.${what().what}`, what().changes)}</span>{' '}
                <A href={assignedPath(what().ruleId)} class="rounded text-accent underline">
                  {t('profile.assign.showList')}
                </A>
              </p>
            </div>
          )}
        </Show>
        <Show when={apply.isMoved()}>
          <p role="status" class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-warn">
            {t('profile.report.moved')}
          </p>
        </Show>
        <Show when={apply.error()}>{(error) => <ErrorNote {...failureOf(error(), i18n)} />}</Show>
        <Switch
          fallback={
            <p class="rounded-lg border border-dashed border-edge px-4 py-5 text-center text-sm text-pretty text-muted">
              {props.hint}
            </p>
          }
        >
          <Match when={props.preview.error()}>
            {(error) => (
              <ErrorNote {...failureOf(error(), i18n)} onRetry={() => void props.preview.refetch()} />
            )}
          </Match>
          <Match when={props.preview.report()}>
            {(report) => (
              <>
                <ReportView what={props.what} report={report()} />
                <Show when={props.what === 'assign' && report().changedTerminals >= MANY}>
                  <p class="rounded-lg bg-warn-soft px-3.5 py-2.5 text-sm text-pretty text-warn">
                    {t('profile.report.atOnce')}{' '}
                    <Show when={isLimited() === false}>
                      <A href={newRolloutPath(props.preview.input()?.ruleId)} class="rounded underline">
                        {t('rollouts.rule.start')}
                      </A>
                    </Show>
                  </p>
                </Show>
                <Show when={report().changes > 0}>
                  <Button
                    class="w-full"
                    look={props.what === 'assign' ? 'primary' : 'danger'}
                    disabled={props.preview.input() === undefined}
                    isBusy={apply.isBusy()}
                    onClick={() => void run()}
                  >
                    {tn(`profile.assign.apply.${props.what}`, report().changes)}
                  </Button>
                </Show>
              </>
            )}
          </Match>
          <Match when={props.preview.isWaiting()}>
            <p class="text-sm text-muted">
              <Spinner class="mr-2 align-[-2px]" />
              {t('profile.report.waiting')}
            </p>
          </Match>
        </Switch>
      </div>
    </Card>
  )
}

/** Does what a preview said. Where that would be something else by now, the preview is asked anew and that is told. */
export function createApply(preview: () => Preview) {
  const commands = createAssignmentCommands()
  const [isBusy, setBusy] = createSignal(false)
  const [isMoved, setMoved] = createSignal(false)
  const [error, setError] = createSignal<unknown>()
  return {
    ...{ isBusy, isMoved, error },
    /** The choice is another one: what was said of the one before is over. */
    forget() {
      setMoved(false)
      setError(undefined)
    },
    /** The report of what was done; undefined where nothing was. */
    async run() {
      const [input, agreed] = [preview().input(), preview().report()]
      if (input === undefined || agreed === undefined) return undefined
      setBusy(true)
      setError(undefined)
      setMoved(false)
      try {
        const applied = await commands.apply(input, agreed.fingerprint)
        if (applied !== 'changed') return applied.report
        await preview().refetch()
        setMoved(true)
      } catch (thrown) {
        setError(thrown)
      } finally {
        setBusy(false)
      }
      return undefined
    },
  }
}
