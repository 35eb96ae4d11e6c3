import { useQueryClient } from '@tanstack/solid-query'
import { createSignal } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useI18n } from '../../../../i18n'
import { useConfirm } from '../../../../ui/confirm'
import { refusalOf } from '../../../../ui/form/refusal'
import { useToasts } from '../../../../ui/toast'
import type { RolloutView } from '../schemas'
import { failedOf, totalOf } from './numbers'
import type { Command } from './offered'

/**
 * Steers a rollout. What it was when the button was pressed is what is steered: where it has changed until the answer,
 * nothing is done, and it is shown anew.
 */
export function createRolloutCommands() {
  const i18n = useI18n()
  const { t, tn, format } = i18n
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const [busy, setBusy] = createSignal<Command>()

  const refresh = () => queries.invalidateQueries({ queryKey: api.rollouts.key() })
  const failed = (error: unknown) => {
    const isStale = ['rollout_changed', 'rollout_state_refused'].includes(refusalOf(error).code ?? '')
    if (isStale)
      toasts.show({ kind: 'info', title: t('rollouts.do.changed'), text: t('rollouts.do.changedText') })
    else toasts.show({ kind: 'danger', title: t('rollouts.do.failed'), text: failureOf(error, i18n).text })
  }
  /** `run` says in words what was done. */
  const act = async (command: Command, run: () => Promise<string>) => {
    setBusy(command)
    try {
      toasts.show({ kind: 'good', title: await run() })
    } catch (error) {
      failed(error)
    } finally {
      await refresh()
      setBusy(undefined)
    }
  }
  const refOf = ({ id, revision }: RolloutView) => ({ rolloutId: id, revision })

  const asksToResume = (rollout: RolloutView) => {
    const { failed } = totalOf(rollout.waves)
    const code = rollout.reason?.code
    return confirm({
      title: t('rollouts.do.resumeTitle', { name: rollout.name }),
      text: [
        ...(code === 'rule_changed' || code === 'set_changed' ? [t('rollouts.do.resumeChanged')] : []),
        ...(code === 'rule_disabled' || code === 'rule_over' ? [t('rollouts.do.resumeOff')] : []),
        failed > 0 ? tn('rollouts.do.resumeExcused', failed) : t('rollouts.do.resumeNoFailures'),
      ].join(' '),
      action: t('rollouts.do.resume'),
    })
  }
  const asksToStop = ({ name, waves }: RolloutView) => {
    const { active, waiting, succeeded } = totalOf(waves)
    return confirm({
      title: t('rollouts.do.stopTitle', { name }),
      text: t('rollouts.do.stopText', {
        active: format.number(active),
        waiting: format.number(waiting),
        succeeded: format.number(succeeded),
      }),
      action: t('rollouts.do.stopAction'),
      isDangerous: true,
    })
  }
  const asksToRetry = (rollout: RolloutView) => {
    const { state } = rollout
    return confirm({
      title: tn('rollouts.do.retryTitle', failedOf(rollout)),
      text: [
        t('rollouts.do.retryText'),
        ...(state === 'halted' ? [t('rollouts.do.retryHalted')] : []),
        ...(state === 'paused' ? [t('rollouts.do.retryPaused')] : []),
      ].join(' '),
      action: tn('rollouts.do.retryAction', failedOf(rollout)),
    })
  }

  const commands: Record<Command, (rollout: RolloutView) => Promise<void>> = {
    pause: (rollout) =>
      act('pause', async () => {
        await api.rollouts.pause.run(refOf(rollout))
        return t('rollouts.do.paused', { name: rollout.name })
      }),
    async resume(rollout) {
      const ref = refOf(rollout)
      if (rollout.state === 'halted' && !(await asksToResume(rollout))) return
      await act('resume', async () => {
        await api.rollouts.resume.run(ref)
        return t('rollouts.do.resumed', { name: rollout.name })
      })
    },
    async stop(rollout) {
      const ref = refOf(rollout)
      if (!(await asksToStop(rollout))) return
      await act('stop', async () => {
        await api.rollouts.stop.run(ref)
        return t('rollouts.do.stopped', { name: rollout.name })
      })
    },
    async retry(rollout) {
      const ref = refOf(rollout)
      if (!(await asksToRetry(rollout))) return
      await act('retry', async () => {
        const { terminals } = await api.rollouts.retryFailed.run(ref)
        return tn('rollouts.do.retried', terminals)
      })
    },
  }
  return { busy, run: (command: Command, rollout: RolloutView) => void commands[command](rollout) }
}
