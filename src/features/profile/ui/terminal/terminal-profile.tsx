import { createSignal, Show } from 'solid-js'
import { Answer } from '../../../../app/answer'
import { api } from '../../../../app/api'
import { useQuery } from '../../../../app/query'
import { useSession } from '../../../../app/session'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { Facts } from '../../../../ui/facts'
import { ConnectionHistory } from '../../../apps/sets/ui/connection-history'
import { tidName } from '../words'
import { AssignedRules } from './assigned-rules'
import { ProfileHistory } from './history'
import { OwnSet } from './own-set'
import { ReplacedNote } from './replaced-note'
import { SettingsDialog } from './settings-dialog'

export type Profile = Outputs['profile']['terminal']

const REFRESH_MS = 15_000

/** What one terminal has by the place it stands at: its updates with what becomes of them, its settings, and what was before. */
export function TerminalProfile(props: { terminalId: string }) {
  const session = useSession()
  const profile = useQuery(() => ({
    ...api.profile.terminal.query({ terminalId: props.terminalId }),
    refetchInterval: REFRESH_MS,
  }))
  return (
    <Answer isSteady query={profile} lines={10} class="max-w-3xl">
      {(known) => (
        <div class="space-y-5">
          <ReplacedNote terminalId={props.terminalId} />
          <div class="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <div class="space-y-5">
              <AssignedRules profile={known()} />
              <OwnSet terminalId={props.terminalId} />
            </div>
            <div class="space-y-5">
              <Place profile={known()} />
              <ProfileHistory terminalId={props.terminalId} />
              <Show when={session.may('apps:read')}>
                <ConnectionHistory terminalId={props.terminalId} />
              </Show>
            </div>
          </div>
        </div>
      )}
    </Answer>
  )
}

function Place(props: { profile: Profile }) {
  const { t, format } = useI18n()
  const session = useSession()
  const [isEditing, setEditing] = createSignal(false)
  const seconds = () => props.profile.checkInIntervalSeconds
  return (
    <Card
      title={t('profile.terminal.place')}
      actions={
        <Show when={session.may('terminals:write')}>
          <Button size="small" onClick={() => setEditing(true)}>
            {t('profile.settings.edit')}
          </Button>
        </Show>
      }
    >
      <Facts
        class="xl:!grid-cols-2"
        facts={[
          { name: t('fleet.fact.tid'), value: props.profile.tids.map(tidName).join(', ') },
          {
            name: t('fleet.fact.mid'),
            value: props.profile.tids
              .map(({ mid }) => mid)
              .filter(Boolean)
              .join(', '),
          },
          { name: t('fleet.fact.merchant'), value: props.profile.merchantName },
          { name: t('fleet.fact.groups'), value: props.profile.groups.map(({ name }) => name).join(', ') },
          { name: t('fleet.fact.address'), value: props.profile.address },
          {
            name: t('fleet.fact.timeZone'),
            value: props.profile.timeZone ?? t('profile.settings.zoneDefault'),
          },
          {
            name: t('fleet.fact.interval'),
            value: seconds() === null ? t('fleet.form.intervalDefault') : format.duration(seconds() ?? 0),
          },
          {
            name: t('profile.settings.redirect'),
            value: t(
              props.profile.mayRedirect ? 'profile.settings.fromStore' : 'profile.settings.fromServer',
            ),
          },
        ]}
      />
      <Show when={isEditing()}>
        <SettingsDialog profile={props.profile} onClose={() => setEditing(false)} />
      </Show>
    </Card>
  )
}
