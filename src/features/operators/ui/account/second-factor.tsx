import ShieldCheck from 'lucide-solid/icons/shield-check'
import ShieldOff from 'lucide-solid/icons/shield-off'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { DisableDialog } from './disable-dialog'
import { EnableDialog } from './enable-dialog'
import { RenewDialog } from './renew-dialog'

/** Whether there is a second factor, and what can be done about it. */
export function SecondFactor(props: { isEnabled: boolean; isNeeded: boolean; name: string }) {
  const { t } = useI18n()
  const [open, setOpen] = createSignal<'enable' | 'disable' | 'renew'>()
  const close = () => setOpen(undefined)
  return (
    <Card
      title={t('account.factor.title')}
      actions={
        <Badge tone={props.isEnabled ? 'good' : 'warn'} hasDot>
          {t(props.isEnabled ? 'account.factor.on' : 'account.factor.off')}
        </Badge>
      }
    >
      <div class="flex items-start gap-3">
        <Show
          when={props.isEnabled}
          fallback={<ShieldOff class="size-5 shrink-0 text-warn" aria-hidden="true" />}
        >
          <ShieldCheck class="size-5 shrink-0 text-good" aria-hidden="true" />
        </Show>
        <p class="text-sm text-pretty text-muted">
          {t(props.isEnabled ? 'account.factor.onText' : 'account.factor.offText')}
          <Show when={props.isNeeded}> {t('account.factor.needed')}</Show>
        </p>
      </div>
      <div class="mt-4 flex flex-wrap gap-2">
        <Show
          when={props.isEnabled}
          fallback={
            <Button look="primary" onClick={() => setOpen('enable')}>
              {t('account.factor.enable')}
            </Button>
          }
        >
          <Button onClick={() => setOpen('renew')}>{t('account.factor.renew')}</Button>
          <Show when={!props.isNeeded}>
            <Button look="danger" onClick={() => setOpen('disable')}>
              {t('account.factor.disable')}
            </Button>
          </Show>
        </Show>
      </div>
      <Switch>
        <Match when={open() === 'enable'}>
          <EnableDialog name={props.name} onClose={close} />
        </Match>
        <Match when={open() === 'disable'}>
          <DisableDialog onClose={close} />
        </Match>
        <Match when={open() === 'renew'}>
          <RenewDialog name={props.name} onClose={close} />
        </Match>
      </Switch>
    </Card>
  )
}
