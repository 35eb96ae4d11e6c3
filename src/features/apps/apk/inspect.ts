import { besideProgram } from '../../../core/beside-program'
import { Turnstile } from '../../../core/turnstile'
import type { RandomAccess } from '../../../core/zip'
import { apkInspectionBusy } from './errors'
import type { ApkFacts } from './facts'
import { readApk } from './read-apk'
import { readInThread } from './thread'

export interface InspectOptions {
  /** Gives the inspection up with the signal's reason. */
  signal?: AbortSignal
}

/** Each takes a processor for as long as its file is long. */
const turnstile = new Turnstile({
  atOnce: 2,
  waiting: 20,
  busy: () => apkInspectionBusy({ retryAfterSeconds: 5 }),
})

/**
 * Looks into an APK: what it says of itself, and whether its signature holds over every byte. The file is read by ranges
 * (an upload, a blob) and never held. Runs in a thread of its own where the build has laid one out, sources run it where
 * they are; at most two at once, some more wait. Ten seconds of work, and a second more for each 50 MiB.
 *
 * `apk_refused` with `why` of APK_REFUSALS; `apk_inspection_busy`; failures of the source come out unchanged.
 */
export function inspectApk(source: RandomAccess, options: InspectOptions = {}): Promise<ApkFacts> {
  return turnstile.pass(() => {
    options.signal?.throwIfAborted()
    const program = besideProgram('tools/apk-reader.mjs')
    return program === undefined ? readApk(source) : readInThread(program, source, options)
  })
}
