import { failure } from '../../core/errors'

export const licenceNotFound = failure('not_found', 'license_not_found', 'There is no such licence.')
export const noLicence = failure('not_found', 'no_license', 'There is no licence for this terminal.')
export const licenceSuperseded = failure(
  'conflict',
  'license_superseded',
  'Another licence has taken its place meanwhile: replace that one instead.',
)
export const notDeleted = failure(
  'conflict',
  'license_not_deleted',
  'Only a deleted licence can be taken back.',
)
