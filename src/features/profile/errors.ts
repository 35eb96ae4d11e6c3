import { failure } from '../../core/errors'

export const assignmentChanged = failure(
  'conflict',
  'assignment_changed',
  'Meanwhile it would change other terminals than the preview said. Look at the preview again.',
)
