import { useQueryClient } from '@tanstack/solid-query'
import Ellipsis from 'lucide-solid/icons/ellipsis'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { buttonClasses } from '../../../../ui/button'
import { useConfirm } from '../../../../ui/confirm'
import { DropdownMenu, type MenuEntry } from '../../../../ui/menu'
import { useToasts } from '../../../../ui/toast'
import { auditByPath } from '../../../audit/ui/places'
import { newPassword } from './new-password'
import type { Operator } from './operator'

export type OpenDialog = 'role' | 'limits' | 'history' | 'disable'

/** What may be done with one operator: by this menu where one question is enough, else by a dialog of the page. */
export function OperatorActions(props: {
  operator: Operator
  onOpen(dialog: OpenDialog): void
  onPassword(password: string): void
}) {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const confirm = useConfirm()
  const toasts = useToasts()
  const queries = useQueryClient()
  const name = () => props.operator.username
  const ref = () => ({ operatorId: props.operator.id })

  const run = async (work: () => Promise<unknown>, done?: string) => {
    try {
      await work()
      if (done !== undefined) toasts.show({ kind: 'good', title: done })
    } catch (error) {
      const { text, code } = failureOf(error, i18n)
      toasts.show({ kind: 'danger', title: text, ...(code === undefined ? {} : { text: code }) })
    } finally {
      await queries.invalidateQueries({ queryKey: api.operators.key() })
    }
  }
  const resetPassword = async () => {
    const isSure = await confirm({
      title: t('administration.operators.resetTitle', { name: name() }),
      text: t('administration.operators.resetText'),
      action: t('administration.operators.resetPassword'),
    })
    if (!isSure) return
    const password = newPassword()
    await run(async () => {
      await api.operators.resetPassword.run({ ...ref(), password })
      props.onPassword(password)
    })
  }
  const resetFactor = async () => {
    const isSure = await confirm({
      title: t('administration.operators.resetFactorTitle', { name: name() }),
      text: t('administration.operators.resetFactorText'),
      action: t('administration.operators.resetFactor'),
      isDangerous: true,
    })
    if (isSure)
      await run(
        () => api.operators.resetTwoFactor.run(ref()),
        t('administration.operators.resetFactorDone', { name: name() }),
      )
  }
  const enable = () =>
    run(() => api.operators.enable.run(ref()), t('administration.operators.enabledDone', { name: name() }))
  const unlock = () =>
    run(() => api.operators.unlock.run(ref()), t('administration.operators.unlocked', { name: name() }))

  const changes = (): MenuEntry[] => [
    { label: t('administration.operators.setRole'), onSelect: () => props.onOpen('role') },
    { label: t('administration.operators.setLimits'), onSelect: () => props.onOpen('limits') },
    { separator: true },
    ...(props.operator.lockedUntil === null
      ? []
      : [{ label: t('administration.operators.unlock'), onSelect: () => void unlock() }]),
    { label: t('administration.operators.resetPassword'), onSelect: () => void resetPassword() },
    {
      label: t('administration.operators.resetFactor'),
      isDisabled: !props.operator.twoFactorEnabled,
      onSelect: () => void resetFactor(),
    },
    { separator: true },
    props.operator.state === 'active'
      ? {
          label: t('administration.operators.disable'),
          isDanger: true,
          onSelect: () => props.onOpen('disable'),
        }
      : { label: t('administration.operators.enable'), onSelect: () => void enable() },
  ]
  const items = (): MenuEntry[] => [
    ...(session.may('operators:write') ? changes() : []),
    ...(session.may('audit:read')
      ? [
          { label: t('administration.operators.history'), onSelect: () => props.onOpen('history') },
          {
            label: t('administration.operators.allDone'),
            href: auditByPath({ id: props.operator.id, name: name() }),
          },
        ]
      : []),
  ]
  return (
    <DropdownMenu
      label={t('administration.operators.menu', { name: name() })}
      items={items()}
      class={buttonClasses('quiet', 'small', 'aspect-square !px-0')}
    >
      <Ellipsis class="size-4" aria-hidden="true" />
    </DropdownMenu>
  )
}
