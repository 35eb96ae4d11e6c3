import type { ApkLabels } from '../facts'
import type { ResValue } from './chunks'
import { VALUE } from './chunks'
import { cleanText } from './manifest'
import type { Configured, Resources } from './resources'

/** The application's name in no language in particular, in English and in Russian. */
export function readLabels(label: ResValue | string | null, resources: Resources | undefined): ApkLabels {
  if (typeof label === 'string') return { default: label, en: null, ru: null }
  if (label?.type !== VALUE.reference || resources === undefined) return { default: null, en: null, ru: null }
  const values = resources.values(label.data)
  const of = (language: string) => pick(values, language, resources)
  const [en, ru] = [of('en'), of('ru')]
  return { default: of('') ?? en ?? firstOf(values, resources), en, ru }
}

/** For the language as such; else for one of its countries. */
function pick(values: readonly Configured[], language: string, resources: Resources): string | null {
  const fitting = values.filter(
    ({ config }) => config.language === language && !PSEUDO_LOCALES.includes(config.country),
  )
  return firstOf(
    [...fitting].sort((one, other) => special(one) - special(other)),
    resources,
  )
}

/** English with accents, and from right to left: what translators test with. */
const PSEUDO_LOCALES = ['XA', 'XB']

const special = ({ config }: Configured) => (config.isSpecial ? 1 : 0)

function firstOf(values: readonly Configured[], resources: Resources): string | null {
  for (const { value } of values) {
    const text = resources.text(value)
    if (text !== null && text !== '') return cleanText(text)
  }
  return null
}
