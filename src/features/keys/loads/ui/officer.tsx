import { useQueryClient } from '@tanstack/solid-query'
import Ban from 'lucide-solid/icons/ban'
import RotateCcw from 'lucide-solid/icons/rotate-ccw'
import ShieldCheck from 'lucide-solid/icons/shield-check'
import { createSignal, type JSX, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { useConfirm } from '../../../../ui/confirm'
import { useToasts } from '../../../../ui/toast'
import { isApprovable } from '../../decide'
import type { KeyFileView, KeyLoadView } from '../schemas'
import { RevokeDialog } from './revoke-dialog'

/** What there is to be done for keys is read anew, and the log of what was done. */
export function useKeysChanged() {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: api.keyLoads.key() })
    void queries.invalidateQueries({ queryKey: api.audit.key() })
  }
}

/** One call at a time; what it throws is told. */
function createRun() {
  const i18n = useI18n()
  const toasts = useToasts()
  const changed = useKeysChanged()
  const [isBusy, setBusy] = createSignal(false)
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await work()
    } catch (error) {
      toasts.show({ kind: 'danger', title: failureOf(error, i18n).text })
    } finally {
      setBusy(false)
      changed()
    }
  }
  return { isBusy, run }
}

/** Approves or revokes one file; whoever may not is told who may. */
export function FileActions(props: { file: KeyFileView }) {
  const { t, format } = useI18n()
  const session = useSession()
  const confirm = useConfirm()
  const toasts = useToasts()
  const changed = useKeysChanged()
  const { isBusy, run } = createRun()
  const [isRevoking, setRevoking] = createSignal(false)
  const sequence = () => format.number(props.file.sequence)
  const waits = () =>
    isApprovable(
      {
        state: props.file.state,
        notAfter: props.file.notAfter === null ? null : new Date(props.file.notAfter),
      },
      new Date(),
    )
  const isLive = () =>
    props.file.state !== 'revoked' && (!props.file.isPurged || props.file.state === 'failed')
  const approve = async () => {
    const { id, serial } = props.file
    const isConfirmed = await confirm({
      title: t('keys.act.approve.title', { sequence: sequence(), serial }),
      text: t('keys.act.approve.text'),
      action: t('keys.act.approve.label'),
    })
    if (!isConfirmed) return
    await run(async () => {
      const { refused } = await api.keyLoads.approve.run({ fileIds: [id] })
      const [first] = refused
      if (first === undefined)
        toasts.show({ kind: 'good', title: t('keys.act.approve.done', { sequence: sequence() }) })
      else toasts.show({ kind: 'danger', title: t(`keys.act.refused.${first.code}`) })
    })
  }
  return (
    <>
      <Show when={waits()}>
        <Show when={session.may('keys:approve')} fallback={<Hint>{t('keys.act.approve.forbidden')}</Hint>}>
          <Button
            look="primary"
            size="small"
            isBusy={isBusy()}
            icon={<ShieldCheck class="size-4" aria-hidden="true" />}
            onClick={() => void approve()}
          >
            {t('keys.act.approve.label')}
          </Button>
        </Show>
      </Show>
      <Show when={isLive()}>
        <Show when={session.may('keys:revoke')} fallback={<Hint>{t('keys.act.revoke.forbidden')}</Hint>}>
          <Button
            look="danger"
            size="small"
            icon={<Ban class="size-4" aria-hidden="true" />}
            onClick={() => setRevoking(true)}
          >
            {t('keys.act.revoke.label')}
          </Button>
        </Show>
      </Show>
      <Show when={isRevoking()}>
        <RevokeDialog
          file={props.file}
          onClose={() => setRevoking(false)}
          onRevoked={() => {
            setRevoking(false)
            toasts.show({ kind: 'good', title: t('keys.act.revoke.done', { sequence: sequence() }) })
            changed()
          }}
        />
      </Show>
    </>
  )
}

/** Lets a terminal have keys again after failures, where there is something to be let go of. */
export function AllowAgain(props: { load: KeyLoadView }) {
  const { t } = useI18n()
  const session = useSession()
  const confirm = useConfirm()
  const toasts = useToasts()
  const { isBusy, run } = createRun()
  const isFailed = () => props.load.file?.state === 'failed'
  const isHeld = () => !isFailed() || props.load.file?.isPurged === false
  const isNeeded = () => {
    const { failures, suspendedAt, alarm } = props.load
    return isFailed() || failures > 0 || suspendedAt !== null || alarm !== null
  }
  const allow = async () => {
    const { terminalId, serial } = props.load
    const isConfirmed = await confirm({
      title: t('keys.act.allow.title', { serial }),
      text: t('keys.act.allow.text'),
      action: t('keys.act.allow.label'),
    })
    if (!isConfirmed) return
    await run(async () => {
      await api.keyLoads.allow.run({ terminalId })
      toasts.show({ kind: 'good', title: t('keys.act.allow.done', { serial }) })
    })
  }
  return (
    <Show when={isNeeded()}>
      <Show when={isHeld()} fallback={<Hint>{t('keys.act.allow.notHeld')}</Hint>}>
        <Show when={session.may('keys:allow')} fallback={<Hint>{t('keys.act.allow.forbidden')}</Hint>}>
          <Button
            size="small"
            isBusy={isBusy()}
            icon={<RotateCcw class="size-4" aria-hidden="true" />}
            onClick={() => void allow()}
          >
            {t('keys.act.allow.label')}
          </Button>
        </Show>
      </Show>
    </Show>
  )
}

const Hint = (props: { children: JSX.Element }) => <p class="text-xs text-muted">{props.children}</p>
