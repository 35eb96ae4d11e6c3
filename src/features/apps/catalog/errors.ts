import { failure } from '../../../core/errors'

export const appNotFound = failure('not_found', 'app_not_found', 'There is no such application.')
export const appVersionNotFound = failure(
  'not_found',
  'app_version_not_found',
  'There is no such version of an application.',
)
export const appIconNotFound = failure(
  'not_found',
  'app_icon_not_found',
  'The version has no icon that browsers can show.',
)
export const appVersionInUse = failure(
  'conflict',
  'app_version_in_use',
  'Sets of applications install this version: take it out of them first.',
)
export const appInUse = failure(
  'conflict',
  'app_in_use',
  'Sets of applications install versions of this application: take it out of them first.',
)
