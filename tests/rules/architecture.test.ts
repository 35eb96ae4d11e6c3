import { describe, expect, it } from 'vitest'
import { RULES, sliceCycles, unusedExceptions } from './architecture'
import { moduleCircles } from './module-circles'
import { parseSources, readSources } from './source-files'

/** Design: who may import whom, and what is never written in src. */
const sources = readSources('src')

describe('the sources', () => {
  it.each(Object.entries(RULES))('%s', (_rule, rule) => {
    expect(sources.flatMap(rule)).toEqual([])
  })

  it('slices form no cycle', () => {
    expect(sliceCycles(sources)).toEqual([])
  })

  it('modules load one another in no circle, those of the bench neither', () => {
    expect(moduleCircles([...sources, ...readSources('bench')])).toEqual([])
    const circle = parseSources(
      new Map([
        ['src/core/a.ts', "import { b } from './b'"],
        ['src/core/b.ts', "import { type A, a } from './a'"],
      ]),
    )
    expect(moduleCircles(circle)).toEqual(['src/core/a.ts → src/core/b.ts → src/core/a.ts'])
  })

  it('every exception that is listed is still needed', () => {
    expect(unusedExceptions(sources)).toEqual([])
  })
})

const breaks: [rule: string, file: string, text: string][] = [
  ['every file has a place in the layout', 'src/utils/strings.ts', ''],
  ['imports go downwards', 'src/core/verb.ts', "import { audit } from '../features/audit'"],
  ['imports go downwards', 'src/db/client.ts', "const x = await import('../server/runtime')"],
  ['imports go downwards', 'src/terminal/reply.ts', "import type { Status } from '../features/audit'"],
  ['imports go downwards', 'src/terminal/plans.ts', "import { planTerminals } from '../features/actions'"],
  ['imports go downwards', 'src/features/licenses/router.ts', "import { root } from '../../trpc/root'"],
  ['imports go downwards', 'src/features/apps/index.ts', "export * from '../../server/runtime'"],
  ['imports go downwards', 'src/client/index.ts', "import { appRouter } from '../trpc/root'"],
  ['imports go downwards', 'src/client/index.ts', "import type { Verb } from '../core/verb'"],
  ['imports go downwards', 'src/config.ts', "import { newId } from './core/ids'"],
  ['slices meet through their faces', 'src/features/apps/service.ts', "import '../licenses/tables'"],
  ['slices meet through their faces', 'src/features/apps/service.ts', "import '../terminals/tables'"],
  ['slices meet through their faces', 'src/features/monitoring/pos-log/x.ts', "import '../status/decide'"],
  ['slices meet through their faces', 'src/tools/psm/main.ts', "import '../../features/terminals/csv'"],
  ['slices meet through their faces', 'src/routes/x.tsx', "import '../features/terminals/service/find'"],
  ['slices meet through their faces', 'src/trpc/root.ts', "import '../features/terminals/service/find'"],
  ['base slices stand alone', 'src/features/terminals/service/x.ts', "import '../../operators'"],
  ['base slices stand alone', 'src/features/audit/service.ts', "import '../credentials'"],
  ['building blocks know no product', 'src/ui/x.tsx', "import { api } from '../app/api'"],
  [
    'building blocks know no product',
    'src/ui/x.ts',
    "import type { View } from '../features/licenses/schemas'",
  ],
  ['building blocks know no product', 'src/i18n/x.ts', "import { Button } from '../ui/button'"],
  ['building blocks know no product', 'src/app/x.tsx', "import { P } from '../features/licenses/ui/p'"],
  ['server code imports relatively', 'src/server/x.ts', "import { newId } from '~/core/ids'"],
  ['the environment is read in config.ts only', 'src/core/log.ts', 'const level = process.env.LOG_LEVEL'],
  ['nothing prints to the console', 'src/tools/psm/main.ts', "console.log('done')"],
  ['modules keep no state', 'src/core/ids.ts', 'let last = 0'],
  ['modules keep no state', 'src/core/ids.ts', 'export var cache = new Map()'],
  ['files are short enough to be read', 'src/core/long.ts', '// one more line\n'.repeat(401)],
]

const keeps: [file: string, text: string][] = [
  ['src/features/licenses/router.ts', "import { procedure } from '../../trpc/procedures'"],
  ['src/features/terminals/service/x.ts', "import { endCredentials } from '../../credentials'"],
  ['src/terminal/plans.ts', "import type { TerminalPlan } from '../features/actions'"],
  ['src/trpc/root.ts', "import { licensesRouter } from '../features/licenses/router'"],
  ['src/client/index.ts', "import type { AppRouter } from '../trpc/root'"],
  ['src/routes/x.tsx', "import type { View } from '../features/licenses/view'"],
  ['src/features/apps/ui/form.tsx', "import { Serial } from '../../terminals/schemas'"],
  ['src/features/operators/ui/form.tsx', "import { findGroups } from '../../terminals/ui/places'"],
  ['src/features/apps/ui/form.tsx', "import { Page } from '../../../app/page'"],
  ['src/ui/x.tsx', "import { useI18n } from '../i18n'"],
  ['src/core/ids.ts', "const text = 'console.log(process.env)' // let x = process.env\nexport { text }"],
  ['src/global.d.ts', 'declare let version: string'],
]

/** With the faces the texts above name, so that an import leads where it would lead in src. */
const parseOne = (file: string, text: string) => {
  const around = sources.map((one) => [one.path, ''] as const)
  return parseSources(new Map([...around, [file, text]])).filter((one) => one.path === file)
}

describe('a rule', () => {
  it.each(breaks)('"%s" refuses %s with %j', (rule, file, text) => {
    expect(parseOne(file, text).flatMap(RULES[rule] ?? (() => []))).toEqual([expect.stringContaining(file)])
  })

  it.each(keeps)('lets %s say %j', (file, text) => {
    expect(Object.values(RULES).flatMap((rule) => parseOne(file, text).flatMap(rule))).toEqual([])
  })

  it('finds slices that need one another, over however many others', () => {
    const texts = new Map([
      ['src/features/profile/index.ts', "import '../keys'"],
      ['src/features/keys/index.ts', "import '../monitoring/status'"],
      ['src/features/monitoring/status/index.ts', "import type { Place } from '../../profile'"],
    ])
    expect(sliceCycles(parseSources(texts))).toContain('profile → keys → monitoring/status → profile')
  })
})
