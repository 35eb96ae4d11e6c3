import type { JSX } from 'solid-js'
import { useI18n } from '../../../../../i18n'
import { Card } from '../../../../../ui/card'
import { DataList } from '../../../../../ui/data-list'
import { Facts } from '../../../../../ui/facts'
import { TimeAgo } from '../../../../../ui/time-ago'
import type { Status } from '../../schemas'
import type { TerminalTabProps } from './tab-props'

/** What runs on a terminal, as it says itself. */
export function SoftwareTab(props: TerminalTabProps) {
  const { t } = useI18n()
  const status = () => (props.reported.status ?? {}) as Status
  return (
    <div class="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
      <Card title={t('fleet.software.title')} class="xl:col-span-2">
        <Facts
          facts={[
            { name: t('fleet.fact.os'), value: props.reported.os },
            { name: t('fleet.fact.abis'), value: status().abis?.join(', ') },
            { name: t('fleet.fact.application'), value: props.reported.appName },
            { name: t('fleet.software.version'), value: props.reported.appVersion },
            { name: t('fleet.compare.statusAt'), value: <TimeAgo at={props.reported.statusAt} /> },
          ]}
        />
      </Card>
      <List
        title={t('fleet.software.components')}
        none={t('fleet.software.noComponents')}
        head={[t('fleet.software.component'), t('fleet.software.version')]}
        rows={(status().components ?? []).map((one) => [one.name, one.version])}
      />
      <List
        title={t('fleet.software.apps')}
        none={t('fleet.software.noApps')}
        head={[t('fleet.software.package'), t('fleet.software.version'), t('fleet.software.code')]}
        rows={(status().apps ?? []).map((one) => [one.package, one.versionName, one.versionCode])}
      />
      <List
        title={t('fleet.software.keys')}
        none={t('fleet.software.noKeys')}
        head={[t('fleet.software.slot'), t('fleet.software.kcv')]}
        rows={(status().keys ?? []).map((one) => [one.slot, one.kcv])}
      />
    </div>
  )
}

function List(props: {
  title: string
  none: string
  head: readonly string[]
  rows: readonly (readonly JSX.Element[])[]
}) {
  return (
    <Card title={props.title}>
      <DataList label={props.title} none={props.none} head={props.head} rows={props.rows} />
    </Card>
  )
}
