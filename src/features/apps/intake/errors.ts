import { failure } from '../../../core/errors'

export const appVersionExists = failure(
  'conflict',
  'app_version_exists',
  'The application has this version code already, with other bytes: its maker must give the new one a higher code.',
)
export const appSignerDiffers = failure(
  'conflict',
  'app_signer_differs',
  'Another signer made this version than those before: a terminal takes it only after the application and its data are removed. An administrator may let it in with a reason.',
)
