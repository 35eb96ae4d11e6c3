import { failure } from '../../../core/errors'

export const analysisNotCounted = failure(
  'unavailable',
  'analysis_not_counted',
  'These terminals are being counted for the first time. Ask again in a minute.',
)
