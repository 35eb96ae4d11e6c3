import { failure } from '../../../core/errors'
import { MOST_LINES } from './lists'

export const setNotFound = failure('not_found', 'app_set_not_found', 'There is no such set of applications.')
export const revisionNotFound = failure(
  'not_found',
  'app_set_revision_not_found',
  'The set has no such revision.',
)
export const setNameTaken = failure(
  'conflict',
  'app_set_name_taken',
  'There is a set with this name already.',
)
export const setChanged = failure(
  'conflict',
  'app_set_changed',
  'Somebody has changed the set since it was read: read it again first.',
)
export const setConnected = failure(
  'conflict',
  'app_set_connected',
  'Terminals are connected to the set: connect them to another one, or disconnect them first.',
)
export const setInRollout = failure(
  'conflict',
  'app_set_in_rollout',
  'A rollout of this set is under way: let it finish, or stop it first.',
)
export const setReleased = failure(
  'conflict',
  'app_set_released',
  'The newest revision of the set is out already: there is nothing to bring to anybody.',
)
export const setWaiting = failure(
  'conflict',
  'app_set_waiting',
  'A revision of the set waits for a rollout or its release: bring it out first, then let changes go at once.',
)
export const setAppsMissing = failure(
  'unprocessable',
  'app_set_apps_missing',
  'Applications or versions that the set names are not there.',
)
export const setNamesTwice = failure(
  'unprocessable',
  'app_set_names_twice',
  `The set names an application twice. It names each once, and ${MOST_LINES} at most.`,
)
export const setRemovesProtected = failure(
  'unprocessable',
  'app_set_removes_protected',
  'The set wants an application gone that is on the list of what is never removed.',
)
export const previewBusy = failure(
  'unavailable',
  'app_preview_busy',
  'As many previews are under way as this server makes at once. Try again in some seconds.',
)
export const patternTooBroad = failure(
  'unprocessable',
  'app_pattern_too_broad',
  'A protected name is a package such as com.example.pos, or the beginning of some such as com.example.*.',
)
