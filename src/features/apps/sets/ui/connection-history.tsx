import { A } from '@solidjs/router'
import { api } from '../../../../app/api'
import { createGrowingList, GrowingList } from '../../../../app/growing-list'
import { makerWords } from '../../../../app/maker'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Timeline } from '../../../../ui/timeline'
import { setPath } from './places'

const PAGE = 20

/** Which sets a terminal has had, since when, and by whom. */
export function ConnectionHistory(props: { terminalId: string }) {
  const { t } = useI18n()
  const history = createGrowingList(() => ({
    key: [...api.terminalApps.history.key(), props.terminalId],
    limit: PAGE,
    ask: (page, signal) => api.terminalApps.history.fetch({ terminalId: props.terminalId, ...page }, signal),
  }))
  return (
    <Card title={t('sets.terminal.history')}>
      <GrowingList
        list={history}
        lines={4}
        none={() => <p class="text-sm text-muted">{t('sets.terminal.noHistory')}</p>}
      >
        <Timeline
          entries={history.items().map((one) => ({
            id: one.id,
            at: one.at,
            tone: one.what === 'connected' ? 'good' : 'neutral',
            title: (
              <>
                {t(one.what === 'connected' ? 'sets.terminal.connected' : 'sets.terminal.disconnected')}{' '}
                <A href={setPath(one.setId)} class="rounded text-accent underline">
                  {one.setName}
                </A>
              </>
            ),
            details: makerWords(one.byName, t),
          }))}
          {...history.paging}
        />
      </GrowingList>
    </Card>
  )
}
