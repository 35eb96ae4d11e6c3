/**
 * What is doubtful about a version; an operator decides all the same, so it warns and refuses nothing. `debuggable`:
 * whoever reaches the terminal by cable can take over the application. `test_only`: no terminal installs it the usual way.
 * `v1_only`: made for Android 7 or newer and signed by the old scheme alone, which covers single files and not the whole.
 * `old_signature_broken`: an older Android goes by a signature of this scheme, and refuses it.
 */
export const APP_WARNINGS = ['debuggable', 'test_only', 'v1_only', 'old_signature_broken'] as const

/** Android 7.0: the first that knows a scheme which covers the whole file. */
export const FIRST_SDK_WITH_V2 = 24
