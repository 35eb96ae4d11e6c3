import { useI18n } from '../../../../i18n'
import { SegmentBar } from '../../../../ui/segment-bar'
import type { WaveCounts } from '../lists'
import type { Counted } from './numbers'
import { COUNT_TONES, countsWords } from './words'

/** Failures at the far end, where they grow towards what succeeds. */
const DRAWN = ['succeeded', 'active', 'waiting', 'excused', 'failed'] as const satisfies readonly Counted[]

/** Terminals by where they stand, in colours; those that left are in none. */
export function CountsBar(props: { counts: WaveCounts; class?: string }) {
  const i18n = useI18n()
  return (
    <SegmentBar
      class={`h-3 ${props.class ?? ''}`}
      label={`${i18n.t('rollouts.page.bar')}: ${countsWords(props.counts, i18n)}`}
      segments={DRAWN.map((name) => ({
        tone: COUNT_TONES[name],
        count: props.counts[name],
      }))}
    />
  )
}
