import type { I18n } from '../../../i18n'
import type { Check } from '../schemas'

/** What a check found and what to do, in a sentence: sizes and numbers as the language writes them, jobs by their names. */
export function findingWords(
  { finding, values }: Check,
  i18n: Pick<I18n, 't' | 'lookup' | 'format'>,
): string {
  const { t, format, lookup } = i18n
  const words = Object.entries(values).map(([name, value]): [string, string] => {
    if (typeof value === 'number')
      return [name, name.endsWith('Bytes') ? format.bytes(value) : format.number(value)]
    if (name !== 'jobs') return [name, value]
    const names = value.split(', ').map((job) => lookup(`jobs.job.${job}.name`) ?? job)
    return [name, names.join(', ')]
  })
  return t(`system.finding.${finding}`, Object.fromEntries(words))
}
