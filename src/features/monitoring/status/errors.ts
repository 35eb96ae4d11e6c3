import { failure } from '../../../core/errors'

export const targetChanged = failure(
  'conflict',
  'target_changed',
  'Meanwhile other terminals fit than were said. Look again before you apply it.',
)
export const tooManyTerminals = failure(
  'unprocessable',
  'too_many_terminals',
  'More terminals fit than may be changed at once. Choose fewer.',
)
