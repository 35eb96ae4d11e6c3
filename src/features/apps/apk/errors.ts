import { failure } from '../../../core/errors'
import type { ApkRefusal } from './facts'

const refused = failure(
  'unprocessable',
  'apk_refused',
  'The file is no APK that a terminal could be given; `why` tells what is wrong with it.',
)

const LONGEST_DETAIL = 200

/**
 * `apk_refused`, with `why` of APK_REFUSALS and, where it helps, what part of the file it is about: mostly a name out of
 * it, cut and without what cannot be shown.
 */
export const apkRefused = (why: ApkRefusal, detail = '', options?: ErrorOptions) => {
  const shown = detail.slice(0, LONGEST_DETAIL).replace(/\p{C}/gu, '\ufffd')
  return refused({ values: { why, detail: shown } }, options)
}

export const apkInspectionBusy = failure(
  'unavailable',
  'apk_inspection_busy',
  'Other APKs are being looked into just now. Ask again in some seconds.',
)
