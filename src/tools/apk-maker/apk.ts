import {
  type Attribute,
  android,
  binaryXml,
  type Element,
  type ResourceTypes,
  type ResourceValue,
  resourceTable,
  type TableStyle,
  type XmlStyle,
} from './binary-files'
import { type ApkSigner, type SchemeBlocks, signApk, signJar } from './signing'
import { makeZip, type ZipEntry } from './zip'

/** What an APK says of itself; each has a value where nothing is given. */
export interface ApkSample {
  packageName?: string
  versionCode?: number
  versionName?: string
  minSdk?: number | string
  targetSdk?: number
  permissions?: readonly string[]
  isDebuggable?: boolean
  isTestOnly?: boolean
  /** For no language in particular, and for some. */
  labels?: readonly ResourceValue[]
  /** Files of the icon, by density. */
  icon?: readonly { path: string; density: number; bytes: Buffer }[]
  abis?: readonly string[]
  /** More attributes of `manifest`. */
  root?: readonly Attribute[]
  more?: readonly ZipEntry[]
  xml?: XmlStyle
  table?: TableStyle
  /** In place of what is written of the above. */
  manifest?: Buffer
  resources?: Buffer
}

/** Resources of every APK made here. */
export const LABEL_ID = 0x7f010000
export const ICON_ID = 0x7f020000

/** Entries of an APK as build tools make them, not signed yet. */
export function apkEntries(sample: ApkSample = {}): ZipEntry[] {
  const { icon = [], labels = [{ value: 'Loyalty' }], abis = [], more = [] } = sample
  const types: ResourceTypes = [[labels], [icon.map(({ path, density }) => ({ density, value: path }))]]
  return [
    { path: 'AndroidManifest.xml', bytes: sample.manifest ?? binaryXml(manifestOf(sample), sample.xml) },
    {
      path: 'resources.arsc',
      bytes: sample.resources ?? resourceTable(types, sample.table),
      isStored: true,
    },
    { path: 'classes.dex', bytes: Buffer.from('dex\n035\0 that runs nothing') },
    ...abis.map((abi) => ({ path: `lib/${abi}/libpay.so`, bytes: Buffer.from(`ELF of ${abi}`) })),
    ...icon.map(({ path, bytes }) => ({ path, bytes, isStored: true })),
    ...more,
  ]
}

/** `AndroidManifest.xml`, before it is made binary. */
export function manifestOf(sample: ApkSample = {}): Element {
  const { versionCode = 41, versionName = '4.1', minSdk = 24, targetSdk = 29, permissions = [] } = sample
  return {
    name: 'manifest',
    attributes: [
      android('versionCode', versionCode),
      android('versionName', versionName),
      { name: 'package', value: sample.packageName ?? 'com.example.loyalty' },
      ...(sample.root ?? []),
    ],
    children: [
      {
        name: 'uses-sdk',
        attributes: [android('minSdkVersion', minSdk), android('targetSdkVersion', targetSdk)],
      },
      ...permissions.map((name) => ({ name: 'uses-permission', attributes: [android('name', name)] })),
      {
        name: 'application',
        attributes: [
          android('label', { reference: LABEL_ID }),
          android('icon', { reference: ICON_ID }),
          ...(sample.isDebuggable === undefined ? [] : [android('debuggable', sample.isDebuggable)]),
          ...(sample.isTestOnly === undefined ? [] : [android('testOnly', sample.isTestOnly)]),
        ],
      },
    ],
  }
}

/** An APK signed by v2, and by whatever else is asked for. */
export function makeApk(sample: ApkSample, signer: ApkSigner, schemes?: SchemeBlocks): Buffer {
  return signApk(makeZip(apkEntries(sample)), schemes ?? { v2: [{ signer }] })
}

/** An APK signed by v1 alone, as before Android 7. */
export function makeV1Apk(sample: ApkSample, signer: ApkSigner, also?: string): Buffer {
  const entries = apkEntries(sample)
  return makeZip([...entries, ...signJar(entries, signer, also)])
}
