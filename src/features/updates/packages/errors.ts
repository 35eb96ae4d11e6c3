import { failure } from '../../../core/errors'

export const packageNotFound = failure('not_found', 'package_not_found', 'There is no such package.')
export const packageFileNotFound = failure(
  'not_found',
  'package_file_not_found',
  'The package has no file at this position; the first one is 0.',
)
export const packageInUse = failure(
  'conflict',
  'package_in_use',
  'Update rules need the package: take it out of them first.',
)
export const packageExists = failure(
  'conflict',
  'package_exists',
  'The same package is there already, with the same files.',
)
export const packageOneFile = failure(
  'unprocessable',
  'package_one_file',
  'A package of this platform is one file, just as its maker has built it.',
)
export const packageFilesClash = failure(
  'unprocessable',
  'package_files_clash',
  'Two files of the package are the same upload, or have the same name in the same folder.',
)
export const packageFileName = failure(
  'unprocessable',
  'package_file_name',
  'The file cannot be called as it was when it was uploaded: give it a name without folders.',
)
export const packageFileEmpty = failure(
  'unprocessable',
  'package_file_empty',
  'The file has no bytes: it was cut off before it was uploaded.',
)
export const packageVersionMissing = failure(
  'unprocessable',
  'package_version_missing',
  'The package does not say its version: give it one.',
)
