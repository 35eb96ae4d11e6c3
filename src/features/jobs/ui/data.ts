import { useQueryClient } from '@tanstack/solid-query'
import { api } from '../../../app/api'
import { failureOf } from '../../../app/failure'
import { useI18n } from '../../../i18n'
import { useConfirm } from '../../../ui/confirm'
import { useToasts } from '../../../ui/toast'
import type { JobView } from '../schemas'
import { jobMeaning, jobName } from './words'

const LIVE_MS = 2_000
const IDLE_MS = 10_000

/** How soon to ask again: often while something is under way, seldom else; not at all while nobody looks. */
export function beatOf(jobs: readonly JobView[] | undefined): number {
  return jobs?.some((job) => job.running !== null || job.request !== null) ? LIVE_MS : IDLE_MS
}

export interface JobCommands {
  run(job: JobView): Promise<void>
  dryRun(job: JobView): Promise<void>
  /** Stops what runs, or takes back what was asked for. */
  stop(job: JobView): Promise<void>
}

/** What may be done with a job: asked back where it changes something, told in a corner once it is done. */
export function createJobCommands(): JobCommands {
  const i18n = useI18n()
  const { t } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const attempt = async (work: () => Promise<unknown>, title: string) => {
    try {
      await work()
      toasts.show({ kind: 'good', title })
    } catch (error) {
      const { text, code } = failureOf(error, i18n)
      toasts.show({ kind: 'danger', title: text, ...(code === undefined ? {} : { text: code }) })
    } finally {
      await queries.invalidateQueries({ queryKey: api.jobs.key() })
    }
  }
  return {
    async run({ name }) {
      const words = jobName(name, i18n)
      const isSure = await confirm({
        title: t('jobs.page.runTitle', { name: words }),
        text: t('jobs.page.runText', { meaning: jobMeaning(name, i18n) }).trim(),
        action: t('jobs.page.run'),
      })
      if (isSure) await attempt(() => api.jobs.runNow.run({ name }), t('jobs.page.asked', { name: words }))
    },
    dryRun: ({ name }) =>
      attempt(
        () => api.jobs.runNow.run({ name, isDryRun: true }),
        t('jobs.page.dryAsked', { name: jobName(name, i18n) }),
      ),
    async stop({ name, running }) {
      const words = jobName(name, i18n)
      const stop = () => api.jobs.stop.run({ name })
      if (running === null) return attempt(stop, t('jobs.page.withdrawn', { name: words }))
      const isSure = await confirm({
        title: t('jobs.page.stopTitle', { name: words }),
        text: t('jobs.page.stopText'),
        action: t('jobs.page.stop'),
        isDangerous: true,
      })
      if (isSure) await attempt(stop, t('jobs.page.stopAsked', { name: words }))
    },
  }
}
