import type { I18n } from '../../../../i18n'
import type { Tone } from '../../../../ui/badge'
import type { AppVersionView, AppWarning } from '../schemas'

interface Named {
  package: string
  label: string
  labelEn: string | null
  labelRu: string | null
}

/** What an application calls itself in the visitor's language, where it has a name in that. */
export function labelOf({ label, labelEn, labelRu }: Omit<Named, 'package'>, { locale }: I18n): string {
  return (locale() === 'ru' ? labelRu : labelEn) ?? label
}

/** A version as people say it, and the number by which Android tells which is newer. */
export function versionWords(version: { versionName: string; versionCode: number }, i18n: I18n): string {
  const { versionName, versionCode } = version
  const code = i18n.t('applications.code', { code: String(versionCode) })
  return versionName === '' ? code : `${versionName} (${code})`
}

/** Of API levels (developer.android.com, "uses-sdk"); newer ones show as their number alone. */
const ANDROID: Readonly<Record<number, string>> = {
  16: '4.1',
  17: '4.2',
  18: '4.3',
  19: '4.4',
  21: '5.0',
  22: '5.1',
  23: '6.0',
  24: '7.0',
  25: '7.1',
  26: '8.0',
  27: '8.1',
  28: '9',
  29: '10',
  30: '11',
  31: '12',
  32: '12L',
  33: '13',
  34: '14',
  35: '15',
  36: '16',
}

/** `Android 7.0 (API 24)`, the same in every language. */
export function androidOf(sdk: number): string {
  const name = ANDROID[sdk]
  return name === undefined ? `API ${sdk}` : `Android ${name} (API ${sdk})`
}

export function abisWords(abis: readonly string[], { t }: Pick<I18n, 't'>): string {
  return abis.length === 0 ? t('applications.anyAbi') : abis.join(', ')
}

/** What terminals refuse, or what opens them to strangers; all else may have its reason. */
const GRAVE: readonly AppWarning['code'][] = ['debuggable', 'test_only', 'v2_missing']
export const isGrave = (code: AppWarning['code']) => GRAVE.includes(code)
export const toneOf = (code: AppWarning['code']): Tone => (isGrave(code) ? 'danger' : 'warn')

type SignatureState = AppVersionView['signature']['schemes'][number]['state']
export const STATE_TONES: Record<SignatureState, Tone> = {
  verified: 'good',
  read: 'neutral',
  broken: 'danger',
}
