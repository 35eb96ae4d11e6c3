import FlaskConical from 'lucide-solid/icons/flask-conical'
import Play from 'lucide-solid/icons/play'
import Square from 'lucide-solid/icons/square'
import { Show } from 'solid-js'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import type { JobView } from '../schemas'
import type { JobCommands } from './data'
import { jobName } from './words'

/** What may be done with a job just now: run it and try it, or stop it. */
export function JobButtons(props: {
  job: JobView
  commands: JobCommands
  size: 'small' | 'medium'
  /** After a dry run was asked for: its result is worth a look. */
  onDryRun?(): void
}) {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const name = () => jobName(props.job.name, i18n)
  const isOver = () => props.job.running === null && props.job.request === null
  const isWaiting = () => props.job.running === null
  const dryRun = async () => {
    await props.commands.dryRun(props.job)
    props.onDryRun?.()
  }
  return (
    <Show when={session.may('jobs:run')}>
      <div class="inline-flex flex-wrap justify-end gap-2 xl:flex-nowrap">
        <Show
          when={isOver()}
          fallback={
            <Button
              size={props.size}
              look="danger"
              icon={<Square class="size-4" aria-hidden="true" />}
              aria-label={t(isWaiting() ? 'jobs.page.withdrawNamed' : 'jobs.page.stopNamed', {
                name: name(),
              })}
              disabled={props.job.running?.stopAskedBy != null}
              onClick={() => void props.commands.stop(props.job)}
            >
              {t(isWaiting() ? 'jobs.page.withdraw' : 'jobs.page.stop')}
            </Button>
          }
        >
          <Show when={props.job.isDryRunnable}>
            <Button
              size={props.size}
              icon={<FlaskConical class="size-4" aria-hidden="true" />}
              aria-label={t('jobs.page.dryRunNamed', { name: name() })}
              onClick={() => void dryRun()}
            >
              {t('jobs.page.dryRun')}
            </Button>
          </Show>
          <Button
            size={props.size}
            icon={<Play class="size-4" aria-hidden="true" />}
            aria-label={t('jobs.page.runNamed', { name: name() })}
            onClick={() => void props.commands.run(props.job)}
          >
            {t('jobs.page.run')}
          </Button>
        </Show>
      </div>
    </Show>
  )
}
