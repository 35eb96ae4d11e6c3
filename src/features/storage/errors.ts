import { failure } from '../../core/errors'

export const badBlobCursor = failure(
  'invalid_input',
  'bad_blob_cursor',
  'This is no place to go on from: give it as it was told, such as license:sha256/ab/….',
)
