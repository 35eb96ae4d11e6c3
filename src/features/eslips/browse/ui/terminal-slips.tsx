import { A } from '@solidjs/router'
import { Match, Switch } from 'solid-js'
import { api } from '../../../../app/api'
import { failureOf } from '../../../../app/failure'
import { useQuery } from '../../../../app/query'
import { useI18n } from '../../../../i18n'
import { ButtonLink } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { DataList } from '../../../../ui/data-list'
import { ErrorNote } from '../../../../ui/error-note'
import { Skeleton } from '../../../../ui/skeleton'
import { ResultBadge } from './badges'
import { slipPath, slipsOfTerminal } from './places'
import { useSlipWords } from './words'

const SHOWN = 20

/** The latest slips of one terminal, and the way to all of them. */
export function TerminalSlips(props: { registered: { id: string } }) {
  const i18n = useI18n()
  const { t, format } = i18n
  const { words, field, amount, card } = useSlipWords()
  const slips = useQuery(() => api.eslips.search.query({ terminalId: props.registered.id, limit: SHOWN }))
  return (
    <Switch>
      <Match when={slips.isError}>
        <ErrorNote {...failureOf(slips.error, i18n)} onRetry={() => void slips.refetch()} />
      </Match>
      <Match when={slips.isPending}>
        <Skeleton lines={6} />
      </Match>
      <Match when={true}>
        <Card
          title={t('slips.terminal.title')}
          actions={
            <ButtonLink size="small" href={slipsOfTerminal(props.registered.id)}>
              {t('slips.terminal.all')}
            </ButtonLink>
          }
        >
          <DataList
            label={t('slips.terminal.title')}
            none={t('slips.terminal.none')}
            head={[
              t('slips.search.columnTime'),
              field('type'),
              field('amount'),
              field('result'),
              field('card'),
              field('rrn'),
            ]}
            rows={(slips.data?.items ?? []).map((row) => [
              <A href={slipPath(row.id)} class="rounded font-medium text-accent hover:underline">
                {format.stamp(row.filedAt)}
              </A>,
              words().type[row.type],
              amount(row.amount, row.currency),
              <ResultBadge result={row.result} />,
              card(row),
              row.rrn,
            ])}
          />
        </Card>
      </Match>
    </Switch>
  )
}
