import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import { For, Show } from 'solid-js'
import { useI18n } from '../../../../../i18n'
import { Card } from '../../../../../ui/card'
import { classes } from '../../../../../ui/classes'
import { Facts } from '../../../../../ui/facts'
import { LiveValue } from '../../../../../ui/live-value'
import { TimeAgo } from '../../../../../ui/time-ago'
import { usePlatforms, useWord } from '../../../../terminals/ui/words'
import type { Status } from '../../schemas'
import { Battery, ClockError, FreeSpace, Network, Printer, Signal, vitalsOf } from '../vitals'
import type { TerminalTabProps } from './tab-props'

/** What is registered beside what the terminal says, and how it is right now. */
export function OverviewTab(props: TerminalTabProps) {
  const word = useWord()
  return (
    <div class="space-y-5">
      <Show when={props.reported.mismatches.length > 0}>
        <ul class="space-y-1 rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn">
          <For each={props.reported.mismatches}>
            {(one) => (
              <li class="flex items-start gap-2">
                <TriangleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
                {word('mismatch', one)}
              </li>
            )}
          </For>
        </ul>
      </Show>
      <CardFindings findings={props.reported.cardFindings} />
      <div class="grid grid-cols-1 gap-5 xl:grid-cols-2">
        <Compared {...props} />
        <VitalFacts {...props} />
        <Registered {...props} />
        <Equipment {...props} />
      </div>
    </div>
  )
}

/** A terminal that gives card numbers away is to be put right, though they were cut before anything was kept. */
function CardFindings(props: { findings: TerminalTabProps['reported']['cardFindings'] }) {
  const { t, format } = useI18n()
  const word = useWord()
  return (
    <Show when={props.findings.length > 0}>
      <section
        class="rounded-xl bg-danger-soft px-4 py-3 text-sm text-danger"
        aria-labelledby="card-findings"
      >
        <h2 id="card-findings" class="flex items-start gap-2 font-medium">
          <TriangleAlert class="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {t('fleet.cardFindings.title')}
        </h2>
        <p class="mt-1 ml-6">{t('fleet.cardFindings.text')}</p>
        <ul class="mt-2 ml-6 space-y-1">
          <For each={props.findings}>
            {(one) => (
              <li>
                {t('fleet.cardFindings.row', {
                  source: word('cardSource', one.source),
                  count: format.number(one.count),
                  first: format.dateTime(one.firstAt),
                  last: format.dateTime(one.lastAt),
                })}
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  )
}

/** The status as the terminal sent it; the server has checked its shape. */
const statusOf = (props: TerminalTabProps): Status => (props.reported.status ?? {}) as Status

function Compared(props: TerminalTabProps) {
  const { t } = useI18n()
  const tidsSaid = () => {
    const { tids, tid } = statusOf(props)
    return tids?.map((one) => one.tid) ?? (tid === undefined ? [] : [tid])
  }
  const rows = () => [
    {
      name: t('fleet.fact.serial'),
      registered: props.registered.serial,
      said: statusOf(props).serial,
      isWrong: props.reported.mismatches.includes('serial'),
    },
    {
      name: t('fleet.fact.model'),
      registered: props.registered.model,
      said: props.reported.model,
      isWrong: props.reported.mismatches.includes('model'),
    },
    {
      name: t('fleet.fact.tid'),
      registered: props.registered.tids.map((one) => one.tid).join(', '),
      said: tidsSaid().join(', '),
      isWrong: props.reported.mismatches.includes('tid'),
    },
  ]
  return (
    <Card title={t('fleet.compare.title')}>
      <table class="w-full table-fixed text-sm">
        <thead>
          <tr class="text-left text-xs text-muted">
            <th scope="col" class="w-22 border-b border-line py-2 pr-3 font-medium">
              <span class="sr-only">{t('fleet.compare.fact')}</span>
            </th>
            <th scope="col" class="border-b border-line py-2 pr-3 font-medium">
              {t('fleet.compare.registered')}
            </th>
            <th scope="col" class="border-b border-line py-2 font-medium">
              {t('fleet.compare.reported')}
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {(row) => (
              <tr class={classes('border-b border-line last:border-0', row.isWrong && 'bg-warn-soft')}>
                <th scope="row" class="py-2 pr-3 text-left text-xs font-normal text-muted">
                  {row.name}
                </th>
                <td class="digits py-2 pr-3 break-words">{row.registered || t('ui.none')}</td>
                <td class={classes('digits py-2 break-words', row.isWrong && 'font-medium text-warn')}>
                  {row.said || t('ui.none')}
                  <Show when={row.isWrong}>
                    <TriangleAlert
                      class="ml-1.5 inline size-4 align-[-3px]"
                      aria-label={t('fleet.compare.differs')}
                    />
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <p class="mt-3 text-xs text-muted">
        {t('fleet.compare.statusAt')} <TimeAgo at={props.reported.statusAt} />
      </p>
    </Card>
  )
}

function VitalFacts(props: TerminalTabProps) {
  const { t, format } = useI18n()
  const vitals = () => vitalsOf(props.reported)
  const count = (value: number | undefined) => (
    <LiveValue value={value}>{value === undefined ? t('ui.none') : format.number(value)}</LiveValue>
  )
  return (
    <Card title={t('fleet.vitals.title')}>
      <Facts
        facts={[
          { name: t('fleet.fact.signal'), value: <Signal dbm={vitals().signalDbm} /> },
          { name: t('fleet.fact.battery'), value: <Battery battery={vitals().battery} /> },
          { name: t('fleet.fact.freeSpace'), value: <FreeSpace bytes={vitals().freeBytes} /> },
          {
            name: t('fleet.fact.uptime'),
            value: (
              <LiveValue value={vitals().uptimeSeconds}>
                {vitals().uptimeSeconds === undefined
                  ? t('ui.none')
                  : format.duration(vitals().uptimeSeconds ?? 0)}
              </LiveValue>
            ),
          },
          { name: t('fleet.fact.clock'), value: <ClockError skewMs={props.reported.clockSkewMs} /> },
          { name: t('fleet.vitals.transactions'), value: count(vitals().counters?.transactions) },
          { name: t('fleet.vitals.declined'), value: count(vitals().counters?.declined) },
          { name: t('fleet.vitals.unsettled'), value: count(vitals().counters?.unsettled) },
        ]}
      />
    </Card>
  )
}

function Registered(props: TerminalTabProps) {
  const { t, format } = useI18n()
  const platforms = usePlatforms()
  const seconds = () => props.registered.checkInIntervalSeconds
  return (
    <Card title={t('fleet.registered.title')}>
      <Facts
        facts={[
          { name: t('fleet.fact.platform'), value: platforms.nameOf(props.registered.platform) },
          { name: t('fleet.fact.merchant'), value: props.reported.merchantName },
          { name: t('fleet.fact.groups'), value: props.reported.groups.map((one) => one.name).join(', ') },
          { name: t('fleet.fact.address'), value: props.registered.address },
          {
            name: t('fleet.fact.interval'),
            value: seconds() === null ? t('fleet.form.intervalDefault') : format.duration(seconds() ?? 0),
          },
          { name: t('fleet.fact.notes'), value: props.registered.notes },
          { name: t('fleet.registered.at'), value: format.dateTime(props.registered.registeredAt) },
          {
            name: t('fleet.registered.enrolledAt'),
            value: props.registered.enrolledAt && format.dateTime(props.registered.enrolledAt),
          },
        ]}
      />
    </Card>
  )
}

function Equipment(props: TerminalTabProps) {
  const { t } = useI18n()
  const ecr = () => {
    const said = statusOf(props).ecr
    if (said === undefined) return undefined
    return [t(said.connected ? 'fleet.ecr.connected' : 'fleet.ecr.none'), said.protocol]
      .filter(Boolean)
      .join(' · ')
  }
  return (
    <Card title={t('fleet.equipment.title')}>
      <Facts
        facts={[
          { name: t('fleet.fact.network'), value: <Network network={props.reported.network} /> },
          { name: t('fleet.fact.printer'), value: <Printer state={props.reported.printer} /> },
          { name: t('fleet.fact.ecr'), value: ecr() },
          { name: t('fleet.fact.transportKey'), value: statusOf(props).transportKeyKcv },
        ]}
      />
    </Card>
  )
}
