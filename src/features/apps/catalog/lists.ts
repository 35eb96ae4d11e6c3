/**
 * What is doubtful about a version; an operator decides all the same, so it warns and refuses nothing. `debuggable`:
 * whoever reaches the terminal by cable can take over the application. `test_only`: no terminal installs it the usual way.
 * `v1_only`: made for Android 7 or newer and signed by the old scheme alone, which covers single files and not the whole.
 * `v2_missing`: made for Android 11 or newer, which takes nothing that is signed by the old scheme alone. `v1_missing`: made for
 * Androids before 7 too, which know the old scheme alone. `old_signature_broken`: an older Android goes by a signature of
 * this scheme, and refuses it.
 */
export const APP_WARNINGS = [
  'debuggable',
  'test_only',
  'v2_missing',
  'v1_only',
  'v1_missing',
  'old_signature_broken',
] as const

/** Android 7.0: the first that knows a scheme which covers the whole file. */
export const FIRST_SDK_WITH_V2 = 24
/** Android 11: an application with this target SDK is refused there unless it is signed by such a scheme. */
export const FIRST_SDK_THAT_WANTS_V2 = 30
