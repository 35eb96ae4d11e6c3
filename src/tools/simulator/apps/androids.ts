import { hash } from 'node:crypto'
import type { PLATFORMS, PlatformId } from '../../../core/platforms'
import { namedSigner } from '../../apk-maker/signing'
import { V2, V3, V3_1 } from './signer'

/** One application on a terminal. */
export interface InstalledApp {
  package: string
  versionCode: number
  versionName?: string | undefined
  signerSha256?: string | undefined
  /** What it takes of the room for applications; nothing where it came with the system. */
  sizeBytes: number
  /** It came with the terminal, which does not let go of it. */
  isSystem?: boolean
}

export interface Android {
  /** As `Build.SUPPORTED_ABIS` has them. */
  abis: string[]
  /** Signatures it knows, by the order in which it looks for them. */
  schemes: number[]
  system: InstalledApp[]
}

type AndroidPlatform = Extract<(typeof PLATFORMS)[number], { apps: true }>['id']

const ANDROIDS: Record<AndroidPlatform, Android> = {
  'wiseasy-wpos3': {
    // Android 7.1.2, API level 25
    abis: ['armeabi-v7a', 'armeabi'],
    schemes: [V2],
    system: systemOf('wiseasy', 25, '7.1.2', ['com.android.browser']),
  },
  'feitian-f20': {
    // Android 14, API level 34
    abis: ['arm64-v8a', 'armeabi-v7a', 'armeabi'],
    schemes: [V3_1, V3, V2],
    system: systemOf('feitian', 34, '14', ['com.android.permissioncontroller']),
  },
}

/** Undefined for a platform that has no applications. */
export function androidOf(platform: PlatformId): Android | undefined {
  return ANDROIDS[platform as AndroidPlatform]
}

function systemOf(maker: string, apiLevel: number, release: string, more: string[]): InstalledApp[] {
  const names = [
    ...['com.android.settings', 'com.android.systemui', 'com.android.launcher3', 'com.android.webview'],
    ...['com.android.packageinstaller', 'com.android.providers.settings', ...more],
  ]
  const signer = { signerSha256: hash('sha256', `platform key of ${maker}`), sizeBytes: 0, isSystem: true }
  return names.map((name) => ({ package: name, versionCode: apiLevel, versionName: release, ...signer }))
}

export const PAYMENT_PACKAGE = 'com.example.pspos'
/** By which its maker is found ({@link namedSigner}): the demonstration's APKs of it upgrade the one from the box. */
export const PAYMENT_MAKER = 'psPos'
const PAYMENT_SIGNER = namedSigner(PAYMENT_MAKER).sha256

/** The payment application as one of the terminal's applications. */
export function paymentApp(versionName: string): InstalledApp {
  return {
    package: PAYMENT_PACKAGE,
    versionCode: paymentVersionCode(versionName),
    versionName,
    signerSha256: PAYMENT_SIGNER,
    sizeBytes: 0,
    isSystem: true,
  }
}

/** `3.14.2` is 31402. */
export function paymentVersionCode(versionName: string): number {
  const [major = 0, minor = 0, patch = 0] = versionName.split('.').map(Number)
  return major * 10_000 + minor * 100 + patch
}

/** What cashiers install by themselves. */
export const GAMES: readonly InstalledApp[] = [
  { package: 'com.example.blocks', versionCode: 12, versionName: '1.2', sizeBytes: 38_000_000 },
  { package: 'com.example.solitaire', versionCode: 305, versionName: '3.0.5', sizeBytes: 61_000_000 },
  { package: 'com.example.racing', versionCode: 7041, versionName: '7.4.1', sizeBytes: 190_000_000 },
].map((game) => ({ ...game, signerSha256: hash('sha256', `signer of ${game.package}`) }))
