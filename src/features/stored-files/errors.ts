import { failure } from '../../core/errors'

export const fileBeingStored = failure(
  'conflict',
  'file_being_stored',
  'Another call is storing this file just now. Ask again: it goes on with what is stored.',
)
