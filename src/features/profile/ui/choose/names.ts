import { Serial, Tid } from '../../../terminals/schemas'

export type NameKind = 'tid' | 'serial'

export interface PastedNames {
  /** Each once, in the order of the text. */
  names: string[]
  /** What cannot be a name of the kind. */
  wrong: string[]
}

/** Reads names out of whatever somebody pasted: a column of a spreadsheet, a line of a letter, with any signs between. */
export function readNames(text: string, kind: NameKind): PastedNames {
  const schema = kind === 'tid' ? Tid : Serial
  const all = [...new Set(text.split(/[\s,;]+/).filter(Boolean))]
  const names = all.filter((one) => schema.safeParse(one).success)
  const good = new Set(names)
  return { names, wrong: all.filter((one) => !good.has(one)) }
}

/** Serial numbers as the list the server reads. */
export function csvOfSerials(serials: readonly string[]): string {
  return ['serial', ...serials.map((one) => `"${one.replaceAll('"', '""')}"`)].join('\n')
}
