import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { LOCALES } from '../../src/i18n/locales'
import { fileOfRoom } from '../../src/i18n/rooms'
import { ensureBuilt } from '../support/built-server'
import { ROOT } from '../support/sources'

const BUILD = path.join(ROOT, '.output/public/_build')
const HANDLER = 'virtual:$vinxi/handler/client'
const DESK = 'src/app/desk.tsx'
/** What whoever exceeds a limit should know. */
const TOO_MUCH =
  'Telephones pay for every byte before they show anything. See what the list below names that this page does not need at once: load a dialog by `lazy` and `Later`, keep zod and charts out of what is drawn first, let a module of many parts be several. Only where all of it is needed, raise the limit, and say why.'

type Manifest = Record<string, { file: string; isEntry?: boolean; imports?: string[] }>
let manifest: Manifest

beforeAll(async () => {
  await ensureBuilt()
  manifest = JSON.parse(readFileSync(path.join(BUILD, '.vite/manifest.json'), 'utf8'))
}, 600_000)

/** The scripts that these load before anything is drawn, with what each weighs on the wire in kB, the heaviest first. */
function scriptsOf(...begin: string[]): { file: string; kB: number }[] {
  const reached = new Set(begin)
  for (const key of reached) for (const next of manifest[key]?.imports ?? []) reached.add(next)
  const files = new Set([...reached].map((key) => manifest[key]?.file ?? `no script of ${key}`))
  return [...files].map((file) => ({ file, kB: sentBytes(file) / 1000 })).sort((a, b) => b.kB - a.kB)
}

/** As browsers get it: the build compresses all but the smallest beforehand. */
function sentBytes(file: string): number {
  const compressed = path.join(BUILD, `${file}.br`)
  return statSync(existsSync(compressed) ? compressed : path.join(BUILD, file)).size
}

const pageOf = (file: string) =>
  Object.keys(manifest).find((key) => key.startsWith(`src/routes/${file}.tsx`)) ?? file
const wordsOf = (locale: (typeof LOCALES)[number], ...rooms: Parameters<typeof fileOfRoom>[1][]) =>
  rooms.map((room) => fileOfRoom(locale, room))

function expectLight(scripts: { file: string; kB: number }[], mostKb: number, mostScripts: number): void {
  const list = scripts.map(({ file, kB }) => `${kB.toFixed(1)} kB ${file}`).join('\n')
  const kB = scripts.reduce((sum, one) => sum + one.kB, 0)
  expect(kB, `${TOO_MUCH}\n${list}`).toBeLessThan(mostKb)
  expect(
    scripts.length,
    `Every script is a request. Put what belongs together into one piece in src/server/chunks-of-pages.ts.\n${list}`,
  ).toBeLessThanOrEqual(mostScripts)
}

describe.each(LOCALES)('what a browser loads at once, in %s', (locale) => {
  it('is little at the sign-in page', () => {
    const words = wordsOf(locale, 'base', 'account', 'errors')
    expectLight(scriptsOf(HANDLER, pageOf('sign-in'), ...words), 54, 10)
  })

  it('is not much at Monitoring › Status', () => {
    const words = wordsOf(locale, 'base', 'fleet', 'errors')
    expectLight(scriptsOf(HANDLER, DESK, pageOf('monitoring/status/index'), ...words), 130, 24)
  })
})

describe('what a browser loads at once', () => {
  it('has no schemas where there is no form', () => {
    const sizes = scriptsOf(HANDLER, DESK, pageOf('monitoring/status/index'))
    const withSchemas = sizes.filter(({ file }) =>
      readFileSync(path.join(BUILD, file), 'utf8').includes('ZodObject'),
    )
    expect(withSchemas).toEqual([])
  })

  it('is on every page less than what a slow network brings in two seconds', () => {
    const pages = Object.keys(manifest).filter(
      (key) => key.startsWith('src/routes/') && manifest[key]?.isEntry,
    )
    expect(pages.length).toBeGreaterThan(50)
    for (const page of pages) expectLight(scriptsOf(HANDLER, DESK, page), 240, 70)
  })
})
