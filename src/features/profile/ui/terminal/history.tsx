import { A } from '@solidjs/router'
import { api } from '../../../../app/api'
import { createGrowingList, GrowingList } from '../../../../app/growing-list'
import { makerWords } from '../../../../app/maker'
import type { Outputs } from '../../../../client'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Timeline } from '../../../../ui/timeline'
import { rulePath } from '../../../updates/packages/ui/places'
import { tidName } from '../words'

type Told = Outputs['profile']['history']['items'][number]

const PAGE = 20

/** What was assigned to a terminal and its TIDs, and taken away, by whom and when. */
export function ProfileHistory(props: { terminalId: string }) {
  const { t } = useI18n()
  const history = createGrowingList(() => ({
    key: [...api.profile.history.key(), props.terminalId],
    limit: PAGE,
    ask: (page, signal) => api.profile.history.fetch({ terminalId: props.terminalId, ...page }, signal),
  }))
  const place = ({ tid, acquirer }: Told) =>
    tid === null ? t('profile.byTerminal') : `TID ${tidName({ acquirer, tid })}`
  return (
    <Card title={t('profile.history.title')}>
      <GrowingList
        list={history}
        lines={4}
        none={() => <p class="text-sm text-muted">{t('profile.history.none')}</p>}
      >
        <Timeline
          entries={history.items().map((one) => ({
            id: one.id,
            at: one.at,
            tone: one.what === 'assigned' ? 'good' : 'neutral',
            title: (
              <>
                {t(one.what === 'assigned' ? 'profile.history.assigned' : 'profile.history.unassigned')}{' '}
                <A href={rulePath(one.ruleId)} class="rounded text-accent underline">
                  {one.ruleName}
                </A>
              </>
            ),
            details: `${place(one)} · ${makerWords(one.byName, t)}`,
          }))}
          {...history.paging}
        />
      </GrowingList>
    </Card>
  )
}
