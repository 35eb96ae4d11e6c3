import { useParams } from '@solidjs/router'
import ArrowLeftRight from 'lucide-solid/icons/arrow-left-right'
import Plus from 'lucide-solid/icons/plus'
import { createSignal, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { Page } from '../../../../app/page'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import { useI18n } from '../../../../i18n'
import { Button, ButtonLink } from '../../../../ui/button'
import { StateBadge } from '../../../terminals/ui/state-badge'
import { platformsIn } from '../../../terminals/ui/words'
import { AssignDialog } from '../assign/assign-dialog'
import { ASSIGNMENTS, swapPath } from '../places'
import { tidName } from '../words'
import { TerminalProfile } from './terminal-profile'

/** The profile of one terminal: what it is to get by its place, and whatever can be done about that. */
export function ProfilePage() {
  const params = useParams<{ terminalId: string }>()
  return (
    <Show when={params.terminalId} keyed>
      {(terminalId) => <ProfileOf terminalId={terminalId} />}
    </Show>
  )
}

function ProfileOf(props: { terminalId: string }) {
  const i18n = useI18n()
  const { t } = i18n
  const session = useSession()
  const [isAssigning, setAssigning] = createSignal(false)
  const profile = useQuery(() => ({
    ...api.profile.terminal.query({ terminalId: props.terminalId }),
    enabled: session.may('updates:read'),
  }))
  const about = () => {
    const known = profile.data
    if (known === undefined) return undefined
    const tids = known.tids.map((one) => `TID ${tidName(one)}`).join(', ')
    const parts = [tids, platformsIn(i18n).nameOf(known.platform), known.model, known.merchantName]
    return [...new Set(parts.filter(Boolean))].join(' · ')
  }
  return (
    <Page
      title={profile.data?.serial ?? t('profile.terminal.title')}
      permission="updates:read"
      parent={{ title: t('profile.list.title'), href: ASSIGNMENTS }}
      badges={<Show when={profile.data}>{(known) => <StateBadge state={known().state} />}</Show>}
      text={<span class="digits">{about()}</span>}
      actions={
        <Show when={profile.data}>
          {(known) => (
            <>
              <Show when={session.may('terminals:write')}>
                <ButtonLink
                  href={swapPath(known().terminalId)}
                  icon={<ArrowLeftRight class="size-4" aria-hidden="true" />}
                >
                  {t('profile.terminal.replace')}
                </ButtonLink>
              </Show>
              <Show when={session.may('updates:write')}>
                <Button
                  look="primary"
                  icon={<Plus class="size-4" aria-hidden="true" />}
                  onClick={() => setAssigning(true)}
                >
                  {t('profile.terminal.assign')}
                </Button>
              </Show>
              <Show when={isAssigning()}>
                <AssignDialog target={known()} onClose={() => setAssigning(false)} />
              </Show>
            </>
          )}
        </Show>
      }
    >
      <TerminalProfile terminalId={props.terminalId} />
    </Page>
  )
}
