import { useI18n } from '../../../../i18n'
import type { Tone } from '../../../../ui/chart'
import { type CodeKind, usePlatforms, useWord } from '../../../terminals/ui/words'
import type { AnalysisChart } from '../schemas'

/** Dimensions whose values are codes, with the room of their words; the values of all others are what terminals say. */
const CODES: Record<string, CodeKind> = {
  connectivity: 'connectivity',
  state: 'state',
  network: 'network',
  license: 'licenseState',
  update: 'actionState',
  failure: 'reason',
}

/** Values that mean good or bad have the colours they have everywhere. */
const TONES: Record<string, Record<string, Tone>> = {
  connectivity: { online: 'good', late: 'warn', lost: 'danger', never: 'edge' },
  state: { active: 'good', expected: 'info', suspended: 'warn', revoked: 'danger', retired: 'edge' },
  license: { held: 'good', expiring: 'warn', expired: 'danger', waiting: 'info', none: 'edge' },
  update: { confirmed: 'good', failed: 'danger', rejected: 'warn', withdrawn: 'muted', none: 'edge' },
}

type Slice = AnalysisChart['slices'][number]

/** What charts and their values are called. */
export function useAnalysisWords() {
  const { t, lookup } = useI18n()
  const word = useWord()
  const platforms = usePlatforms()
  return {
    /** Of what a newer server tells apart there are no words yet. */
    titleOf: (dimension: string) => lookup(`analysis.dimension.${dimension}`) ?? dimension,
    noteOf: (dimension: string) => lookup(`analysis.note.${dimension}`),
    labelOf(dimension: string, { value }: Slice): string {
      if (value === null) return t(dimension === 'appSet' ? 'fleet.filter.withoutSet' : 'analysis.unreported')
      if (dimension === 'platform') return platforms.nameOf(value)
      if (dimension === 'update' && value === 'none') return t('fleet.filter.neverUpdated')
      const kind = CODES[dimension]
      return kind === undefined ? value : word(kind, value)
    },
    toneOf: (dimension: string, { value }: Slice): Tone | undefined =>
      value === null ? 'edge' : TONES[dimension]?.[value],
  }
}
