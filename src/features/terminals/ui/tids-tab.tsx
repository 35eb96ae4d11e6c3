import { A } from '@solidjs/router'
import { createSignal, Show } from 'solid-js'
import { useSession } from '../../../app/session'
import { useI18n } from '../../../i18n'
import { Button } from '../../../ui/button'
import { Card } from '../../../ui/card'
import { DataList } from '../../../ui/data-list'
import type { TerminalView } from '../schemas'
import { IssueCodeDialog } from './issue-code-dialog'
import { mayTakeCode } from './offered'
import { OpenCodes } from './open-codes'

/** The TIDs of a terminal, and the codes by which it can be enrolled. */
export function TidsTab(props: { registered: TerminalView }) {
  const { t } = useI18n()
  const session = useSession()
  const [isIssuing, setIssuing] = createSignal(false)
  return (
    <div class="grid grid-cols-1 gap-5 xl:grid-cols-2">
      <Card title={t('fleet.tids.title')}>
        <DataList
          label={t('fleet.tids.title')}
          none={t('fleet.tids.none')}
          head={[t('fleet.fact.acquirer'), t('fleet.fact.tid'), t('fleet.fact.mid')]}
          rows={props.registered.tids.map(({ acquirer, tid, mid }) => [acquirer, <Tid tid={tid} />, mid])}
        />
      </Card>
      <Show when={session.may('terminals:enroll')}>
        <Card
          title={t('fleet.codes.title')}
          actions={
            <Show when={mayTakeCode(props.registered)}>
              <Button size="small" onClick={() => setIssuing(true)}>
                {t('fleet.page.issueCode')}
              </Button>
            </Show>
          }
        >
          <OpenCodes terminalId={props.registered.id} />
        </Card>
        <IssueCodeDialog
          isOpen={isIssuing()}
          onClose={() => setIssuing(false)}
          serial={props.registered.serial}
        />
      </Show>
    </div>
  )
}

/** A TID leads to its slips. */
function Tid(props: { tid: string }) {
  const session = useSession()
  return (
    <Show when={session.may('eslips:read')} fallback={props.tid}>
      <A
        href={`/eslip/search?period=any&tid=${encodeURIComponent(props.tid)}`}
        class="rounded text-accent hover:underline"
      >
        {props.tid}
      </A>
    </Show>
  )
}
