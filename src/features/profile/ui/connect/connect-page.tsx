import { A, useSearchParams } from '@solidjs/router'
import { createEffect, createSignal, on, Show } from 'solid-js'
import { Page } from '../../../../app/page'
import { useI18n } from '../../../../i18n'
import { Button } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { Segmented } from '../../../../ui/segmented'
import { setsFinder, useSetOf } from '../../../apps/sets/ui/finders'
import { setPath } from '../../../apps/sets/ui/places'
import type { ConnectionReport } from '../../schemas'
import { createChoice } from '../choose/choice'
import { ChoiceFields } from '../choose/choice-fields'
import type { Preview } from '../choose/preview'
import { PreviewCard } from '../choose/preview-card'
import { SubjectField } from '../choose/subject-field'
import { type ConnectionInput, createConnectionApply, createConnectionPreview, NOT_DONE } from './commands'
import { ConnectionReportView } from './connection-report'

const WHATS = ['connect', 'disconnect'] as const

/** Connects terminals to a set of applications, or takes theirs from them: what comes of it stands beside it before anything is done. */
export function ConnectPage() {
  const i18n = useI18n()
  const { t } = i18n
  const [given, setGiven] = useSearchParams<{ set: string; what: string }>()
  // What is typed and chosen is in signals: the address follows, and its changes hold nothing of that up.
  const [what, setWhat] = createSignal(WHATS.find((one) => one === given.what) ?? 'connect')
  const [setId, setSetId] = createSignal(given.set)
  const set = useSetOf(setId)
  const choice = createChoice()
  const choose = (next: string | undefined) => {
    setSetId(next)
    setGiven({ set: next }, { scroll: false, replace: true })
  }
  const preview = createConnectionPreview(() => {
    const [chosenSet, chosen] = [what() === 'disconnect' ? null : setId(), choice.value()]
    return chosenSet === undefined || chosen === undefined ? undefined : { setId: chosenSet, choice: chosen }
  })
  return (
    <Page title={t('connections.title')} permission="apps:write" text={t('connections.text')}>
      <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_24rem] xl:grid-cols-[minmax(0,1fr)_30rem]">
        <Card>
          <div class="space-y-5">
            <Segmented
              label={t('profile.assign.what')}
              value={what()}
              segments={WHATS.map((one) => ({ value: one, label: t(`connections.do.${one}`) }))}
              onChange={setWhat}
            />
            <Show
              when={what() === 'connect'}
              fallback={<p class="text-sm text-pretty text-muted">{t('connections.disconnectText')}</p>}
            >
              <SubjectField
                label={t('sets.one')}
                load={setsFinder(i18n)}
                value={set()}
                onInput={choose}
                id={setId()}
                pathOf={setPath}
                show={t('rollouts.page.openSet')}
              />
            </Show>
            <ChoiceFields choice={choice} />
          </div>
        </Card>
        <ConnectPanel
          preview={preview}
          isConnecting={what() === 'connect'}
          hint={what() === 'connect' && setId() === undefined ? t('connections.missingSet') : choice.hint()}
          onApplied={() => {
            // A list is used up by what was done with it.
            if (choice.kind() === 'csv') choice.setSent(undefined)
            else void preview.refetch()
          }}
        />
      </div>
    </Page>
  )
}

interface Done {
  setId: string | null
  changes: number
}

/** What would change, and the button that does just that. */
function ConnectPanel(props: {
  preview: Preview<ConnectionInput, ConnectionReport>
  isConnecting: boolean
  hint: string
  onApplied(): void
}) {
  const { t, tn } = useI18n()
  const apply = createConnectionApply(() => props.preview)
  const [done, setDone] = createSignal<Done>()
  createEffect(on(props.preview.input, (input) => input !== undefined && apply.forget(), { defer: true }))
  const run = async () => {
    const input = props.preview.input()
    const applied = await apply.run()
    if (input === undefined || applied === undefined || applied === NOT_DONE) return
    setDone({ setId: input.setId, changes: applied.changes })
    props.onApplied()
  }
  return (
    <PreviewCard
      preview={props.preview}
      apply={apply}
      hint={props.hint}
      isDone={done() !== undefined}
      done={
        <Show when={done()}>
          {(what) => (
            <>
              <span class="font-medium">
                {tn(
                  what().setId === null ? 'connections.done.disconnect' : 'connections.done.connect',
                  what().changes,
                )}
              </span>{' '}
              <Show when={what().setId}>
                {(setId) => (
                  <A href={setPath(setId())} class="rounded text-accent underline">
                    {t('connections.watch')}
                  </A>
                )}
              </Show>
            </>
          )}
        </Show>
      }
    >
      {(report) => (
        <>
          <ConnectionReportView isConnecting={props.isConnecting} report={report()} />
          <Show when={report().changes > 0}>
            <Button
              class="w-full"
              look={props.isConnecting ? 'primary' : 'danger'}
              disabled={props.preview.input() === undefined}
              isBusy={apply.isBusy()}
              onClick={() => void run()}
            >
              {tn(
                props.isConnecting ? 'connections.apply.connect' : 'connections.apply.disconnect',
                report().changes,
              )}
            </Button>
          </Show>
        </>
      )}
    </PreviewCard>
  )
}
