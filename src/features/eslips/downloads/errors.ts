import { failure } from '../../../core/errors'

export const exportTooLarge = failure(
  'unprocessable',
  'export_too_large',
  'More slips fit than one download may have. Ask for a shorter period, or in parts.',
)
