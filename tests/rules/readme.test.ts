import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { resultsFile } from '../../bench/lib/render'
import { keptRun, withSummary } from '../../bench/lib/results'
import { settingsTable } from '../../src/config-texts'
import { allCommands } from '../../src/tools/psm/commands'

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'docs/terminal-protocol.md',
  'docs/webhooks.md',
  'docs/key-deposits.md',
  'docs/backup.md',
  'docs/roles.md',
  'docs/configuration.md',
  'docs/deno.md',
  'docs/deployment.md',
  'docs/upgrading.md',
  'docs/sizing.md',
  'bench/results.md',
]
const DECISIONS = readdirSync('docs/decisions').map((name) => `docs/decisions/${name}`)
const ALL = [...DOCUMENTS, ...DECISIONS]

const textOf = (file: string) => readFileSync(file, 'utf8').replace(/<!--[\s\S]*?-->/g, '')
const readme = textOf('README.md')
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')

describe.each(ALL)('%s', (file) => {
  const text = textOf(file)

  it('names npm commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }
    const named = found(text, /npm run (?:--silent )?([\w:-]+)/g)
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })

  it('links to files that exist', () => {
    const links = found(text, /\]\(([^)#]+)/g).filter((link) => !/^[a-z]+:/.test(link))
    expect(links.filter((link) => !existsSync(path.join(path.dirname(file), link)))).toEqual([])
  })

  it('names files and folders of the sources that exist', () => {
    const named = found(text, /`((?:src|tests|scripts|docs|drizzle|\.ci)\/[\w./-]*)`/g)
    expect(named.filter((name) => !existsSync(name) && !/NNNN/.test(name))).toEqual([])
  })
})

describe('README.md', () => {
  it('has the table of settings as the code has them', () => {
    expect(readme).toContain(settingsTable())
  })

  it('shows a tree of files and folders that exist', () => {
    const paths = treePaths(/## What is where\s+```\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')
    expect(paths).toContain('src/features/licenses/')
    expect(paths.filter((one) => !existsSync(one))).toEqual([])
  })

  it('leaves no folder of the sources out of the tree', () => {
    const paths = treePaths(/## What is where\s+```\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')
    const folders = ['src', 'src/features'].flatMap((parent) =>
      readdirSync(parent, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${parent}/${entry.name}/`),
    )
    expect(folders.filter((folder) => !paths.includes(folder))).toEqual([])
  })

  it('shows calls of psm that psm knows', () => {
    const named = found(readme, /run (?:--silent )?psm -- ([a-z-]+ [a-z-]+)/g)
    const known = allCommands.map((command) => command.name)
    expect(named.length).toBeGreaterThan(3)
    // A command is one word or two.
    const isKnown = (name: string) => known.includes(name) || known.includes(name.split(' ')[0] ?? '')
    expect(named.filter((name) => !isKnown(name))).toEqual([])
  })

  it('shows what was measured, as the page of results does', () => {
    const run = keptRun()
    if (run === undefined) throw new Error('Nothing was measured: npm run bench writes bench/results.json.')
    const whole = readFileSync('README.md', 'utf8')
    expect(withSummary(whole, run)).toBe(whole)
    expect(resultsFile(run)).toBe(readFileSync('bench/results.md', 'utf8'))
  })

  it('shows a figure of every bench, of its full size, and of none that is gone', () => {
    const names = readdirSync('bench').flatMap((file) => /^(.*)\.ts$/.exec(file)?.[1] ?? [])
    const shown = keptRun()?.benches ?? []
    expect(shown.map(({ name }) => name)).toEqual(names.sort())
    expect(shown.filter(({ isQuick }) => isQuick).map(({ name }) => name)).toEqual([])
  })

  it('lists every decision', () => {
    expect(DECISIONS.filter((file) => !readme.includes(`](${file})`))).toEqual([])
  })
})

/** Paths of an indented tree, two blanks a level, the name before the first blank. */
function treePaths(tree: string): string[] {
  const parents: string[] = []
  return tree
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const depth = (line.length - line.trimStart().length) / 2
      const name = line.trim().split(' ', 1)[0] ?? ''
      parents.splice(depth, Number.POSITIVE_INFINITY, name)
      return parents.join('')
    })
}
