import type { ApkFacts } from '../apk'
import { FIRST_SDK_THAT_WANTS_V2, FIRST_SDK_WITH_V2 } from '../catalog/lists'
import type { AppWarning } from '../catalog/schemas'
import type { IntakeOutcome } from './lists'

/** A version of the application that is there already. */
export interface KnownVersion {
  versionCode: number
  sizeBytes: number
  sha256: string
  signers: readonly string[]
  earlierSigners: readonly string[]
}

export interface Known {
  /** The one with the highest version code. */
  newest: KnownVersion | undefined
  /** The one with the same version code. */
  same: KnownVersion | undefined
}

type Signed = Pick<ApkFacts, 'versionCode' | 'sizeBytes' | 'signature'>

/**
 * Pure: what an APK comes to beside the versions that are there. An APK is known by its bytes; before those were hashed,
 * one of the same length may be the same.
 */
export function decideIntake(
  apk: Signed,
  sha256: string | undefined,
  { newest, same }: Known,
): IntakeOutcome {
  if (same !== undefined) {
    const isSame = sha256 === undefined ? apk.sizeBytes === same.sizeBytes : sha256 === same.sha256
    return isSame ? 'same_version' : 'version_exists'
  }
  if (newest === undefined) return 'new_application'
  return isContinued(apk, newest) ? 'new_version' : 'signer_differs'
}

/**
 * Android updates an application where the signers are the same, or where the newer one proves that it took the place of
 * the older one's (APK Signature Scheme v3, proof of rotation). Which of the two proves it goes by the version code.
 */
function isContinued(apk: Signed, newest: KnownVersion): boolean {
  const { signers, lineage } = apk.signature
  if (isEqual(signers, newest.signers)) return true
  const [older, proven] =
    apk.versionCode > newest.versionCode ? [newest.signers, lineage] : [signers, newest.earlierSigners]
  return older.length === 1 && proven.includes(older[0] ?? '')
}

function isEqual(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join() === [...others].sort().join()
}

/** Pure: what an operator should know before a terminal gets it. */
export function judgeApk({
  isDebuggable,
  isTestOnly,
  minSdk,
  targetSdk,
  signature,
}: Pick<ApkFacts, 'isDebuggable' | 'isTestOnly' | 'minSdk' | 'targetSdk' | 'signature'>): AppWarning[] {
  const warnings: AppWarning[] = []
  if (isDebuggable) warnings.push({ code: 'debuggable', detail: '' })
  if (isTestOnly) warnings.push({ code: 'test_only', detail: '' })
  if (signature.scheme === 'v1' && targetSdk >= FIRST_SDK_THAT_WANTS_V2)
    warnings.push({ code: 'v2_missing', detail: '' })
  else if (signature.scheme === 'v1' && minSdk >= FIRST_SDK_WITH_V2)
    warnings.push({ code: 'v1_only', detail: '' })
  const hasV1 = signature.schemes.some(({ scheme }) => scheme === 'v1')
  if (!hasV1 && minSdk < FIRST_SDK_WITH_V2) warnings.push({ code: 'v1_missing', detail: '' })
  for (const { scheme, state } of signature.schemes)
    if (state === 'broken') warnings.push({ code: 'old_signature_broken', detail: scheme })
  return warnings
}
