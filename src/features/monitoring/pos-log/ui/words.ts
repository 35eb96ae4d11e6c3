import type { Outputs } from '../../../../client'
import type { I18n } from '../../../../i18n'
import type { Tone } from '../../../../ui/badge'
import { keyOfCode } from '../../../terminals/ui/words'
import { POS_KINDS } from '../lists'

export type Entry = Outputs['posLog']['list']['items'][number]
export type Gap = Outputs['posLog']['list']['gaps'][number]

/** What the log tells, in words. */
export function posWordsIn({ t, tn, lookup, format }: I18n) {
  const kind = (name: string) => {
    const known = POS_KINDS.find((one) => one === name)
    return known === undefined ? name : t(`posLog.kind.${known}`)
  }
  return {
    kind,
    /** What was asked: "Check-in", "12 slips". */
    message: ({ kind: name, items }: Pick<Entry, 'kind' | 'items'>) =>
      name === 'eslips' && items !== null ? tn('posLog.slips', items) : kind(name),
    /** In words where there are some for what the protocol says. */
    about: ({ kind: name, about }: Pick<Entry, 'kind' | 'about'>): string | undefined => {
      if (about === null) return undefined
      if (name === 'check-in' && about === 'status') return t('posLog.withStatus')
      const branch = { 'check-in': 'actionKind', 'action-result': 'actionState' } as const
      const words = branch[name as keyof typeof branch]
      if (words === undefined) return about
      return about
        .split(' ')
        .map((code) => lookup(keyOfCode(words, code)) ?? lookup(keyOfCode('reason', code)) ?? code)
        .join(', ')
    },
    codeMeaning: (code: string) => lookup(`posLog.code.${code}`),
    size: ({ requestBytes, answerBytes }: Pick<Entry, 'requestBytes' | 'answerBytes'>) =>
      `${format.bytes(requestBytes)} / ${format.bytes(answerBytes)}`,
    duration: (durationMs: number) =>
      durationMs < 10_000
        ? t('posLog.milliseconds', { count: format.number(durationMs) })
        : format.duration(durationMs / 1000),
  }
}

export function toneOf(status: number): Tone {
  if (status >= 500) return 'danger'
  if (status >= 400) return 'warn'
  return status === 204 || status === 304 ? 'neutral' : 'good'
}
