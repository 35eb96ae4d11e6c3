import { Show } from 'solid-js'
import { useI18n } from '../../../i18n'
import { Badge, type Tone } from '../../../ui/badge'
import { Spinner } from '../../../ui/button'
import { classes } from '../../../ui/classes'
import { useNow } from '../../../ui/now'
import { ProgressBar } from '../../../ui/progress-bar'
import type { JobOutcome, JobRun } from '../schemas'
import { jobName, runLength } from './words'

const TONES: Record<JobOutcome, Tone> = {
  running: 'info',
  done: 'good',
  failed: 'danger',
  stopped: 'warn',
  lost_lease: 'warn',
  lost: 'danger',
}

export function OutcomeBadges(props: { run: Pick<JobRun, 'outcome' | 'isDryRun'>; class?: string }) {
  const { t } = useI18n()
  return (
    <span class={classes('inline-flex flex-wrap items-center gap-1.5', props.class)}>
      <Badge hasDot tone={TONES[props.run.outcome]}>
        {t(`jobs.outcome.${props.run.outcome}`)}
      </Badge>
      <Show when={props.run.isDryRun}>
        <Badge tone="accent">{t('jobs.run.dry')}</Badge>
      </Show>
    </span>
  )
}

/** A run that is under way: since when, how far, at what. */
export function RunningState(props: { run: JobRun; class?: string }) {
  const i18n = useI18n()
  const { t, lookup, format } = i18n
  const now = useNow()
  const share = () => {
    const { done, total } = props.run.progress ?? { done: 0 }
    return total === undefined || total <= 0 ? undefined : done / total
  }
  const words = () => {
    const { progress } = props.run
    if (progress === null) return ''
    const { done, total, step } = progress
    const count =
      total === undefined
        ? t('jobs.run.doneSoFar', { done: format.number(done) })
        : t('jobs.run.doneOf', { done: format.number(done), total: format.number(total) })
    const percent = share()
    return [
      step === undefined ? undefined : (lookup(`jobs.step.${step}`) ?? step),
      count,
      percent === undefined ? undefined : format.percent(Math.min(1, percent)),
    ]
      .filter(Boolean)
      .join(' · ')
  }
  return (
    <div class={props.class}>
      <div class="flex flex-wrap items-center gap-x-2 gap-y-1 max-sm:justify-end">
        <OutcomeBadges run={props.run} />
        <span class="digits text-xs text-muted">
          {t('jobs.run.since', { duration: runLength(props.run, i18n, now()) })}
        </span>
      </div>
      <Show
        when={share()}
        fallback={
          <Show when={words()}>
            <p class="digits mt-1.5 flex items-center gap-2 text-xs text-muted">
              <Spinner class="size-3" />
              {words()}
            </p>
          </Show>
        }
      >
        {(value) => (
          <>
            <ProgressBar
              class="mt-2"
              label={t('jobs.run.progress', { name: jobName(props.run.name, i18n) })}
              value={value()}
              words={words()}
            />
            <p class="digits mt-1 text-xs text-muted">{words()}</p>
          </>
        )}
      </Show>
      <Show when={props.run.stopAskedBy}>
        {(by) => <p class="mt-1 text-xs text-warn">{t('jobs.run.stopping', { name: by() })}</p>}
      </Show>
    </div>
  )
}
