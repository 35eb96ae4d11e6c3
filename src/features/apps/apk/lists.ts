/** Why a file is no APK that psManager takes: the `why` of `apk_refused`. Words: `apk.refusal` of src/i18n. */
export const APK_REFUSALS = [
  /** Not a ZIP, or one without anything of an application. */
  'not_an_apk',
  /** The end is missing, or the directory points past it. */
  'truncated',
  /** Something lies where nothing may lie: between directory and end, or entries over one another. */
  'foreign_bytes',
  'too_many_entries',
  'duplicate_entry',
  /** A name that leaves the archive, or that readers take for different ones. */
  'bad_entry_name',
  'encrypted_entry',
  'unknown_compression',
  /** Directory, local header and bytes do not tell the same size, place or checksum. */
  'wrong_size',
  'too_large_when_unpacked',
  'no_manifest',
  'bad_manifest',
  'bad_resources',
  'split',
  'unsigned',
  'bad_signature',
  /** A newer signature that the older one speaks of was taken out. */
  'signature_stripped',
  /** Needs algorithms that no released Android knows, or a scheme that is newer than this reader. */
  'unknown_signature',
  'too_slow',
  'too_much_memory',
] as const

/** Of APK signatures, oldest first (source.android.com, "Application signing"). */
export const APK_SCHEMES = ['v1', 'v2', 'v3', 'v3.1'] as const

/**
 * What is known of a signature. `verified`: every byte it covers was compared with its digests, and the digests with the
 * key. `read`: of v1 beside a newer one, where the minimal SDK makes every terminal go by the newer: its files were
 * verified, entries were not compared. `broken`: it does not hold; only an older scheme can be, beside a verified one.
 */
export const SIGNATURE_STATES = ['verified', 'read', 'broken'] as const
