import { For } from 'solid-js'
import { type TextKey, useI18n } from '../../../../i18n'
import { Badge, type Tone } from '../../../../ui/badge'
import type { SlipResult } from '../../ingest/lists'
import type { SlipView } from '../../search/schemas'
import { useSlipWords } from './words'

const TONES: Record<SlipResult, Tone> = {
  approved: 'good',
  partial: 'warn',
  declined: 'danger',
  aborted: 'neutral',
  unknown: 'warn',
}

export function ResultBadge(props: { result: SlipResult }) {
  const { words } = useSlipWords()
  return (
    <Badge hasDot tone={TONES[props.result]}>
      {words().result[props.result]}
    </Badge>
  )
}

type Marked = Pick<SlipView, 'hadPan' | 'timeMark' | 'hasOtherTid' | 'isArchived'>

interface Mark {
  word: TextKey
  /** What it means, in a sentence. */
  text: TextKey
  tone: Tone
}

/** What is out of the ordinary about a slip. */
export function marksOf(slip: Marked): Mark[] {
  const marks: (Mark | false)[] = [
    slip.hadPan && { word: 'slips.mark.pan', text: 'slips.mark.panText', tone: 'danger' },
    slip.timeMark === 'wrong_clock' && {
      word: 'slips.mark.wrong_clock',
      text: 'slips.mark.wrong_clockText',
      tone: 'warn',
    },
    slip.timeMark === 'late' && { word: 'slips.mark.late', text: 'slips.mark.lateText', tone: 'warn' },
    slip.hasOtherTid && { word: 'slips.mark.otherTid', text: 'slips.mark.otherTidText', tone: 'warn' },
    slip.isArchived && { word: 'slips.mark.archived', text: 'slips.mark.archivedText', tone: 'info' },
  ]
  return marks.filter((one) => one !== false)
}

export function Marks(props: { slip: Marked }) {
  const { t } = useI18n()
  return (
    <For each={marksOf(props.slip)}>
      {(mark) => (
        <span title={t(mark.text)}>
          <Badge tone={mark.tone}>{t(mark.word)}</Badge>
        </span>
      )}
    </For>
  )
}
