import { apkRefused } from '../errors'
import { PREVIEW_SDK } from '../facts'
import { type ResValue, VALUE } from './chunks'
import type { Resources } from './resources'
import { readXml, type XmlElement } from './xml'

/** Ids of attributes in `android.R.attr`. */
const ATTRIBUTE = {
  label: 0x01010001,
  icon: 0x01010002,
  name: 0x01010003,
  debuggable: 0x0101000f,
  minSdkVersion: 0x0101020c,
  versionCode: 0x0101021b,
  versionName: 0x0101021c,
  targetSdkVersion: 0x01010270,
  testOnly: 0x01010272,
  versionCodeMajor: 0x01010576,
} as const

/** What the manifest says, with its references into the resources resolved, but for those that depend on the language. */
export interface Manifest {
  packageName: string
  versionCode: number
  versionName: string | null
  minSdk: number
  targetSdk: number
  permissions: string[]
  isDebuggable: boolean
  isTestOnly: boolean
  label: ResValue | string | null
  icon: ResValue | null
}

const PACKAGE_NAME = /^(?=.{1,255}$)[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$/
const MOST_PERMISSIONS = 2000
const LONGEST_TEXT = 255

/** Reads a binary AndroidManifest.xml. `split` for parts of a bundle, `bad_manifest` where it cannot be installed as it is. */
export function readManifest(bytes: Buffer, resources: Resources | undefined): Manifest {
  const seen: Seen = { permissions: new Set() }
  for (const element of readXml(bytes)) look(element, seen, resources)
  const { root, application, sdk } = seen
  if (root === undefined) throw new Error('no manifest element')
  if (root.text('split') !== null || root.has('configForSplit')) throw apkRefused('split')
  const packageName = root.text('package') ?? ''
  if (!PACKAGE_NAME.test(packageName)) throw apkRefused('bad_manifest', 'package')
  const minSdk = sdk?.level(ATTRIBUTE.minSdkVersion) ?? 1
  return {
    packageName,
    versionCode: versionCodeOf(root),
    versionName: root.text(ATTRIBUTE.versionName),
    minSdk,
    targetSdk: sdk?.level(ATTRIBUTE.targetSdkVersion) ?? minSdk,
    permissions: [...seen.permissions],
    isDebuggable: application?.flag(ATTRIBUTE.debuggable) ?? false,
    isTestOnly: application?.flag(ATTRIBUTE.testOnly) ?? false,
    label: application?.any(ATTRIBUTE.label) ?? null,
    icon: application?.reference(ATTRIBUTE.icon) ?? null,
  }
}

interface Seen {
  root?: Attributes
  application?: Attributes
  sdk?: Attributes
  permissions: Set<string>
}

/** Android looks at the children of `manifest`; of several it takes the first application and the last of the levels. */
function look(element: XmlElement, seen: Seen, resources: Resources | undefined): void {
  const attributes = new Attributes(element, resources)
  if (element.depth === 1 && element.name === 'manifest') seen.root ??= attributes
  if (element.depth !== 2 || seen.root === undefined) return
  if (element.name === 'application') seen.application ??= attributes
  if (element.name === 'uses-sdk') seen.sdk = attributes
  if (element.name !== 'uses-permission' && element.name !== 'uses-permission-sdk-23') return
  const name = attributes.text(ATTRIBUTE.name)
  if (name !== null && name !== '') seen.permissions.add(name)
  if (seen.permissions.size > MOST_PERMISSIONS) throw apkRefused('bad_manifest', 'permissions')
}

function versionCodeOf(root: Attributes): number {
  const major = root.number(ATTRIBUTE.versionCodeMajor) ?? 0
  const code = major * 2 ** 32 + (root.number(ATTRIBUTE.versionCode) ?? 0)
  if (!Number.isSafeInteger(code)) throw apkRefused('bad_manifest', 'versionCode')
  return code
}

/** Attributes of an element: of `android:` by their ids, others by their names. */
class Attributes {
  constructor(
    readonly element: XmlElement,
    readonly resources: Resources | undefined,
  ) {}

  has(key: number | string): boolean {
    return this.#find(key) !== undefined
  }

  /** A string, written in place or in the resources. */
  text(key: number | string): string | null {
    const found = this.any(key)
    return typeof found === 'string' || found === null ? found : textOf(found, this.resources)
  }

  /** A string as such, anything else as its value. */
  any(key: number | string): string | ResValue | null {
    const found = this.#find(key)
    if (found === undefined) return null
    if (found.value.type !== VALUE.string) return found.value
    const text = found.text()
    return text === null ? null : cleanText(text)
  }

  reference(key: number): ResValue | null {
    const found = this.#find(key)
    return found?.value.type === VALUE.reference ? found.value : null
  }

  /** A whole number of 32 bits without sign. */
  number(key: number): number | null {
    const value = this.#resolved(key)
    if (value === null) return null
    if (value.type >= VALUE.decimal && value.type <= VALUE.hexadecimal) return value.data
    return null
  }

  flag(key: number): boolean {
    const value = this.#resolved(key)
    return value !== null && value.type >= VALUE.decimal && value.data !== 0
  }

  /** An API level; one that is a letter belongs to an Android before its release. */
  level(key: number): number | null {
    const number = this.number(key)
    if (number !== null) return number
    const text = this.text(key)
    if (text === null) return null
    return /^\d{1,5}$/.test(text) ? Number(text) : PREVIEW_SDK
  }

  #resolved(key: number): ResValue | null {
    const value = this.#find(key)?.value
    if (value?.type !== VALUE.reference) return value ?? null
    return this.resources?.values(value.data)[0]?.value ?? null
  }

  #find(key: number | string) {
    return this.element.attributes.find((one) =>
      typeof key === 'number' ? one.id === key : one.id === 0 && one.name() === key,
    )
  }
}

function textOf(value: ResValue, resources: Resources | undefined): string | null {
  if (resources === undefined || value.type !== VALUE.reference) return null
  const values = resources.values(value.data)
  const found = values.find(({ config }) => config.language === '' && !config.isSpecial) ?? values[0]
  const text = found === undefined ? null : resources.text(found.value)
  return text === null ? null : cleanText(text)
}

/** Exactly as written, but for what cannot be kept: halves of letters, NUL, and what is beyond 255 characters. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '').slice(0, LONGEST_TEXT).toWellFormed()
}
