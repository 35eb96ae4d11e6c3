import type { I18n } from '../../../../i18n'
import type { Tone } from '../../../../ui/badge'
import { keyOfCode } from '../../../terminals/ui/words'
import type { KeyLoadState } from '../../lists'
import type { KeyBatchView, KeyFileView } from '../schemas'

/** States in colours; words stand beside them everywhere. Without one: nothing is there, or it has ended. */
export const STATE_TONES: Partial<Record<KeyLoadState, Tone>> = {
  unapproved: 'warn',
  available: 'accent',
  offered: 'info',
  delivered: 'info',
  installed: 'good',
  failed: 'danger',
}

/** What of a batch the bars show, in their order. */
export const BATCH_COLUMNS = ['installed', 'delivered', 'waiting', 'unapproved', 'ended', 'failed'] as const
export type BatchColumn = (typeof BATCH_COLUMNS)[number]

export const BATCH_TONES: Record<BatchColumn, Tone> = {
  installed: 'good',
  delivered: 'info',
  waiting: 'accent',
  unapproved: 'warn',
  ended: 'neutral',
  failed: 'danger',
}

/** Files of a batch that no column has. Anything but nought is a mistake that somebody must find. */
export const unaccountedOf = (batch: KeyBatchView) =>
  batch.deposited - BATCH_COLUMNS.reduce((sum, name) => sum + batch[name], 0)

/** Why a file failed, or was revoked: a code in words, or an officer's own words. */
export function reasonWords(reason: string, { lookup }: Pick<I18n, 'lookup'>): string {
  return lookup(`keys.failure.${reason}`) ?? lookup(keyOfCode('reason', reason)) ?? reason
}

/** A rule by its number; one that a newer server knows shows as its number. */
export function ruleWords(number: number, { t, lookup }: Pick<I18n, 't' | 'lookup'>): string {
  return t('keys.ruleNumbered', { number, words: lookup(`keys.rule.${number}`) ?? '' })
}

/** Names of algorithms, the same in every language, by their letters in the header (ANSI X9.143:2021, table 3). */
const ALGORITHMS: Readonly<Record<string, string>> = {
  A: 'AES',
  D: 'DES',
  H: 'HMAC',
  I: 'HMAC-SHA-2',
  J: 'HMAC-SHA-3',
  T: 'TDES',
}

export const algorithmName = (code: string | null) => (code === null ? null : (ALGORITHMS[code] ?? code))

/** What a letter of a key block's header means, the letter itself behind it; nothing where there is none. */
export function headerWords(
  part: 'usage' | 'mode' | 'exportability',
  code: string | null,
  { lookup }: Pick<I18n, 'lookup'>,
): string | null {
  if (code === null) return null
  const words = lookup(`keys.${part}.${code}`)
  return words === undefined ? code : `${words} (${code})`
}

/** The check values of a file, by their slots. */
export const kcvsOf = (file: Pick<KeyFileView, 'slots'>) =>
  file.slots.flatMap(({ slot, kcv }) => (kcv === null ? [] : [{ slot, kcv }]))

/** Whether the transport key that the terminal reports is another than the registered one; the shorter length counts. */
export function transportDiffers(load: {
  transportKeyKcv: string | null
  reportedTransportKeyKcv: string | null
}): boolean {
  const [registered, reported] = [load.transportKeyKcv, load.reportedTransportKeyKcv]
  if (registered === null || reported === null) return false
  const common = Math.min(registered.length, reported.length)
  return registered.slice(0, common).toUpperCase() !== reported.slice(0, common).toUpperCase()
}
