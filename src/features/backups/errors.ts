import { failure } from '../../core/errors'

export const backupUnderWay = failure(
  'conflict',
  'backup_under_way',
  'A backup of this database is being made just now: wait for its end.',
)
export const holdLost = failure(
  'unavailable',
  'backup_hold_lost',
  'The connection that kept files from being deleted was lost, so the backup may miss some: make it again, what is there already is taken over.',
)
