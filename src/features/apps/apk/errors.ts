import { failure } from '../../../core/errors'
import type { ApkRefusal } from './facts'

const refused = failure(
  'unprocessable',
  'apk_refused',
  'The file is no APK that a terminal could be given; `why` tells what is wrong with it.',
)

/** `apk_refused`, with `why` of APK_REFUSALS and, where it helps, what part of the file it is about. */
export const apkRefused = (why: ApkRefusal, detail = '', options?: ErrorOptions) =>
  refused({ values: { why, detail } }, options)

export const apkInspectionBusy = failure(
  'unavailable',
  'apk_inspection_busy',
  'Other APKs are being looked into just now. Ask again in some seconds.',
)
