import type { I18n } from '../../../../i18n'
import { WEEKDAYS } from '../lists'
import type { Window } from '../schemas'

type Words = Pick<I18n, 't' | 'lookup'>

/** A window in a few words, such as "Mon–Fri 02:00–05:00"; times are of each terminal's own zone. */
export function windowWords(window: Window | undefined, words: Words): string {
  if (window === undefined) return words.t('rules.anyTime')
  return `${daysWords(window.days, words)} ${window.from}–${window.to}`
}

function daysWords(days: Window['days'], { t, lookup }: Words): string {
  if (days === undefined || days.length === WEEKDAYS.length) return t('rules.everyDay')
  const name = (at: number) => lookup(`rules.weekday.${WEEKDAYS[at]}`) ?? ''
  return runsOf(WEEKDAYS.map((day) => days.includes(day)))
    .map(({ from, to }) => {
      if (from === to) return name(from)
      return to - from === 1 ? `${name(from)}, ${name(to)}` : `${name(from)}–${name(to)}`
    })
    .join(', ')
}

/** Days that follow one another within the week. */
function runsOf(isOn: readonly boolean[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = []
  isOn.forEach((on, at) => {
    const last = runs.at(-1)
    if (on && last?.to === at - 1) last.to = at
    else if (on) runs.push({ from: at, to: at })
  })
  return runs
}
