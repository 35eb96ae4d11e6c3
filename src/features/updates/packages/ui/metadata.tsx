import { useI18n } from '../../../../i18n'
import { type Fact, Facts } from '../../../../ui/facts'
import type { Inspected } from '../schemas'

const LONG = 'block text-xs break-all'

/** What an OTA archive says of itself, in words. */
export function Metadata(props: { inspected: Inspected }) {
  const { t, lookup, format } = useI18n()
  const facts = (): Fact[] => {
    const { inspected: said } = props
    const otaType = { AB: t('packages.metadata.otaTypeAb'), BLOCK: t('packages.metadata.otaTypeBlock') }
    const isIncremental = said.fromBuild !== undefined || said.fromIncremental !== undefined
    const known: [name: Parameters<typeof t>[0], value: Fact['value']][] = [
      ['packages.metadata.devices', said.devices?.join(', ')],
      ['packages.metadata.buildIncremental', said.buildIncremental],
      ['packages.fact.kind', t(isIncremental ? 'packages.metadata.incremental' : 'packages.metadata.full')],
      ['packages.metadata.fromIncremental', said.fromIncremental],
      ['packages.metadata.otaType', otaType[said.otaType as 'AB'] ?? said.otaType],
      ['packages.metadata.timestamp', said.timestamp && format.dateTime(said.timestamp * 1000)],
      ['packages.metadata.securityPatch', dayOf(said.securityPatch)],
      [
        'packages.metadata.downgrade',
        said.isDowngrade === undefined
          ? undefined
          : t(said.isDowngrade ? 'packages.metadata.yes' : 'packages.metadata.no'),
      ],
      ['packages.metadata.build', said.build && <span class={LONG}>{said.build}</span>],
      ['packages.metadata.fromBuild', said.fromBuild && <span class={LONG}>{said.fromBuild}</span>],
    ]
    return known
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => ({ name: lookup(name) ?? name, value }))
  }
  /** A day without a zone, as AOSP writes it. */
  const dayOf = (day: string | undefined) => {
    const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '') ?? []
    return year === undefined ? day : format.date(new Date(Number(year), Number(month) - 1, Number(date)))
  }
  return <Facts facts={facts()} />
}
