import type { Tone } from '../../../../ui/badge'
import type { Outcome } from '../lists'

/** What a rule comes to, in colours; words stand beside them everywhere. */
export const OUTCOME_TONES: Record<Outcome, Tone> = {
  done: 'good',
  offered: 'info',
  underway: 'accent',
  waits: 'warn',
  blocked: 'danger',
  excluded: 'neutral',
}
