import type { I18n } from '../i18n'

/**
 * Whoever made something, as a person reads it. The command line and the demo data are named by their program and the
 * account it ran under: these get a word.
 */
export function makerWords(name: string, t: I18n['t']): string {
  const [, program, account = ''] = /^(psm|seed): (.+)$/.exec(name) ?? []
  if (program === undefined) return name
  return t(program === 'seed' ? 'app.maker.demo' : 'app.maker.tool', { name: account })
}
