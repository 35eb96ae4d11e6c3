import { A } from '@solidjs/router'
import Rocket from 'lucide-solid/icons/rocket'
import Send from 'lucide-solid/icons/send'
import { Show } from 'solid-js'
import { useIsLimited } from '../../../../app/limits'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import type { SetView } from '../../sets/schemas'
import type { SetCommands } from '../../sets/ui/commands'
import { comparePath, newSetRolloutPath, rolloutPathOf } from '../../sets/ui/places'
import { RolloutState } from './set-columns'

const UNDER_WAY: readonly string[] = ['running', 'paused', 'halted']

/** That the newest revision has not gone to all terminals, and the two ways out. */
export function PendingCard(props: { set: SetView; commands: SetCommands; mayChange: boolean }) {
  const { t, format } = useI18n()
  const session = useSession()
  const isLimited = useIsLimited()
  const underWay = () => {
    const { rollout } = props.set
    return rollout !== null && UNDER_WAY.includes(rollout.state) ? rollout : undefined
  }
  const mayStart = () => session.may('updates:write') && isLimited() === false
  return (
    <section
      aria-label={t('sets.pending.title')}
      class="rounded-xl border border-warn/40 bg-warn-soft p-5 text-sm"
    >
      <h2 class="font-semibold">
        {t('sets.pending.revision', {
          revision: format.number(props.set.revision),
          released: format.number(props.set.releasedRevision),
        })}
      </h2>
      <Show when={underWay()} fallback={<p class="mt-1 text-pretty">{t('sets.pending.text')}</p>}>
        {(rollout) => (
          <p class="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1">
            {t('sets.pending.underWay')}{' '}
            <A href={rolloutPathOf(rollout().id)} class="rounded font-medium underline">
              {rollout().name}
            </A>
            <RolloutState state={rollout().state} />
          </p>
        )}
      </Show>
      <div class="mt-4 flex flex-wrap gap-2">
        <Show when={props.mayChange && underWay() === undefined}>
          <Show when={mayStart()}>
            <ButtonLink
              href={newSetRolloutPath(props.set.id)}
              look="primary"
              size="small"
              icon={<Rocket class="size-4" aria-hidden="true" />}
            >
              {t('sets.pending.start')}
            </ButtonLink>
          </Show>
          <Button
            size="small"
            icon={<Send class="size-4" aria-hidden="true" />}
            onClick={() => void props.commands.release(props.set)}
          >
            {t('sets.pending.release')}
          </Button>
        </Show>
        <ButtonLink
          size="small"
          href={comparePath({
            one: props.set.id,
            oneRevision: props.set.releasedRevision,
            other: props.set.id,
          })}
        >
          {t('sets.pending.compare')}
        </ButtonLink>
      </div>
    </section>
  )
}
