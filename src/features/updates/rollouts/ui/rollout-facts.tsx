import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Facts } from '../../../../ui/facts'
import type { RolloutView } from '../schemas'

/** At what pace a rollout goes, and when it gives a terminal up. */
export function RolloutFacts(props: { rollout: RolloutView }) {
  const { t, format } = useI18n()
  const minutes = (value: number) => format.duration(value * 60)
  const retries = () =>
    props.rollout.maxRetries === 0
      ? t('rollouts.page.noRetries')
      : t('rollouts.page.retryFrom', {
          count: format.number(props.rollout.maxRetries),
          wait: minutes(props.rollout.retryMinutes),
        })
  return (
    <Card title={t('rollouts.page.facts')}>
      <Facts
        class="xl:!grid-cols-2"
        facts={[
          {
            name: t('rollouts.fact.maxActive'),
            value:
              props.rollout.maxActive === null
                ? t('rollouts.page.noLimit')
                : format.number(props.rollout.maxActive),
          },
          { name: t('rollouts.fact.silent'), value: minutes(props.rollout.silentMinutes) },
          { name: t('rollouts.fact.retries'), value: retries() },
        ]}
      />
    </Card>
  )
}
