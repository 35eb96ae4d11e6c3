import { failure } from '../../core/errors'

export const assignmentChanged = failure(
  'conflict',
  'assignment_changed',
  'Meanwhile it would change other terminals than the preview said. Look at the preview again.',
)
export const swapNotFound = failure('not_found', 'swap_not_found', 'There is no such swap.')
export const swapSameTerminal = failure(
  'unprocessable',
  'swap_same_terminal',
  'A terminal cannot be replaced by itself.',
)
export const swapOtherPlatform = failure(
  'conflict',
  'swap_other_platform',
  'The new terminal is of another platform: what is assigned may not be for it. Confirm that it is meant.',
)
export const swapNewHasTids = failure(
  'conflict',
  'swap_new_has_tids',
  'The new terminal has TIDs already: it stands somewhere else.',
)
export const swapNewNotReady = failure(
  'conflict',
  'swap_new_not_ready',
  'The new terminal is suspended, retired or revoked: resume or re-open it first.',
)
export const swapOldEnded = failure(
  'conflict',
  'swap_old_ended',
  'The old terminal is retired or revoked already: its place is free.',
)
export const swapDoneAlready = failure(
  'conflict',
  'swap_done_already',
  'This terminal was replaced already and has nothing left to hand over.',
)
export const swapUndoOver = failure('conflict', 'swap_undo_over', 'This swap can no longer be taken back.')
export const swapChanged = failure(
  'conflict',
  'swap_changed',
  'One of the terminals was changed since they were swapped: taking it back would undo that too.',
)
