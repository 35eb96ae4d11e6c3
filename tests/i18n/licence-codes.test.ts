import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ambiguous, FACT_NAMES, unreadable } from '../../src/features/licenses/recognise/facts'
import { IMPORT_OUTCOMES, LICENCE_STATES } from '../../src/features/licenses/schemas'
import { en } from '../../src/i18n/en'
import { ru } from '../../src/i18n/ru'
import { readSources } from '../rules/source-files'

const sources = readSources('src/features/licenses')
  .filter(({ path }) => !path.includes('/ui/'))
  .map(({ path }) => readFileSync(path, 'utf8'))
const source = sources.join('\n')

/** The texts of a union type, such as `export type BundleError = 'zip_broken' | …`. */
function membersOf(type: string): string[] {
  const [, body = ''] = new RegExp(`export type ${type} =([^\\n]*(?:\\n\\s+[|].*)*)`).exec(source) ?? []
  return [...body.matchAll(/'(\w+)'/g)].map(([, member = '']) => member)
}

/** Codes that files are rejected with directly. */
const rejections = [...source.matchAll(/rejected\([^)]*?'(\w+)'\)/g)].map(([, code = '']) => code)
/** Warnings that only the import knows, each alone in its list. */
const importWarnings = [...source.matchAll(/\? \['(\w+)'\]/g)].map(([, code = '']) => code)
const [, conflictCodes = ''] = /code: ('given_[^\n]+)/.exec(source) ?? []

const dictionaries = { en: en.license, ru: ru.license }

describe.each(Object.entries(dictionaries))('what the licences say, in %s', (_locale, words) => {
  it('has words for every reason why a file, a manifest or a ZIP is not taken', () => {
    const bundle = [...membersOf('BundleEntryError'), ...membersOf('BundleError')]
    const manifest = membersOf('ManifestProblemCode')
    expect(bundle.length).toBeGreaterThan(12)
    expect(manifest.length).toBeGreaterThan(5)
    expect(rejections).toEqual(expect.arrayContaining(['empty_file', 'file_too_large']))
    const codes = [...bundle, ...manifest, ...rejections].filter((code) => code !== 'outside_your_limits')
    expect(codes.filter((code) => !(code in words.reason))).toEqual([])
    expect(Object.keys(words.reason).filter((code) => !codes.includes(code))).toEqual([])
  })

  it('has words for everything that was noticed while reading', () => {
    const recognition = membersOf('RecognitionWarning')
    expect(recognition).toContain('damaged_content')
    expect(importWarnings).toEqual(expect.arrayContaining(['terminal_not_registered', 'deleted_before']))
    const codes = [
      ...recognition,
      ...FACT_NAMES.flatMap((name) => [ambiguous(name), unreadable(name)]),
      ...importWarnings,
    ]
    expect(codes.filter((code) => !(code in words.warning))).toEqual([])
    expect(Object.keys(words.warning).filter((code) => !(codes as string[]).includes(code))).toEqual([])
  })

  it('has words for each conflict, outcome, fact, source and state', () => {
    const conflicts = [...conflictCodes.matchAll(/'(\w+)'/g)].map(([, code = '']) => code)
    expect(conflicts.length).toBe(2)
    expect(Object.keys(words.results.conflict).sort()).toEqual(conflicts.sort())
    expect(Object.keys(words.results.outcome)).toEqual([...IMPORT_OUTCOMES])
    expect(Object.keys(words.results.count)).toEqual([...IMPORT_OUTCOMES])
    expect(FACT_NAMES.filter((name) => !(name in words.fact))).toEqual([])
    expect(Object.keys(words.source).sort()).toEqual(membersOf('FactSource').sort())
    expect(Object.keys(words.state)).toEqual([...LICENCE_STATES])
  })
})
