import type { RandomAccess } from '../../../core/zip'
import type { ApkFacts } from './facts'

export interface InspectOptions {
  /** Gives the inspection up with the signal's reason. */
  signal?: AbortSignal
}

/**
 * Looks into an APK: what it says of itself, and whether its signature holds over every byte. The file is read by ranges
 * (an upload, a blob) and never held. Runs in a thread of its own; at most two at once, some more wait.
 *
 * `apk_refused` with `why` of APK_REFUSALS; `apk_inspection_busy`; failures of the source come out unchanged.
 */
export declare function inspectApk(source: RandomAccess, options?: InspectOptions): Promise<ApkFacts>
