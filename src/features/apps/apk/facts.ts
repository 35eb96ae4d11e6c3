import type { APK_REFUSALS, APK_SCHEMES, SIGNATURE_STATES } from './lists'

export type ApkRefusal = (typeof APK_REFUSALS)[number]
export type ApkScheme = (typeof APK_SCHEMES)[number]

/** What an APK says of itself, and whose signature it carries. Everything can be posted between threads. */
export interface ApkFacts {
  sizeBytes: number
  /** Of letters, digits, `_` and `.`, 255 at most: safe to show, and to name files. */
  packageName: string
  /** `versionCodeMajor` << 32 | `versionCode`, as Android compares versions; a safe integer, 0 where none is said. */
  versionCode: number
  /** Exactly as it is written; 255 characters at most. */
  versionName: string | null
  labels: ApkLabels
  icon: ApkIcon | null
  /** API level, 1 where none is said; `PREVIEW_SDK` for an Android known by a letter only. */
  minSdk: number
  /** API level; `minSdk` where none is said. */
  targetSdk: number
  /** Names as they are written, each once, in their order. */
  permissions: string[]
  /** Of `lib/<abi>/`, sorted; empty where the application has no native code and runs anywhere. */
  abis: string[]
  isDebuggable: boolean
  isTestOnly: boolean
  signature: ApkSignature
}

/** API level that stands for an Android which had no number yet (`Build.VERSION_CODES.CUR_DEVELOPMENT`). */
export const PREVIEW_SDK = 10_000

/** Names of the application; null where none is said. In no language in particular, and where it has one, in these. */
export interface ApkLabels {
  default: string | null
  en: string | null
  ru: string | null
}

/** A picture as it lies in the APK, checked to be what it says. Never SVG, never XML. */
export interface ApkIcon {
  type: 'image/png' | 'image/webp'
  bytes: Uint8Array<ArrayBuffer>
}

export interface ApkSignature {
  /** The newest scheme that the APK has. Always `verified`: an APK whose newest signature does not hold is refused. */
  scheme: ApkScheme
  /** SHA-256 of the signers' certificates by the newest scheme, lower-case hexadecimal, sorted. Mostly one. */
  signers: string[]
  /** SHA-256 of earlier certificates, oldest first, that a v3 proof of rotation makes equal to the signer. */
  lineage: string[]
  /** All that the APK has. An older Android, or one before 13 for `v3.1`, goes by an older scheme and its signers. */
  schemes: { scheme: ApkScheme; signers: string[]; state: (typeof SIGNATURE_STATES)[number] }[]
}
