import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Machine } from './machine'
import type { Measured, Run } from './measured'
import { BEGIN, END, resultsFile, summary } from './render'

const FILES = { data: 'bench/results.json', page: 'bench/results.md', readme: 'README.md' }

/** @returns undefined where nothing was measured yet */
export function keptRun(root = '.'): Run | undefined {
  const file = path.join(root, FILES.data)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Run) : undefined
}

/**
 * Keeps what was measured: as data, as a page, and as the table of the README. What other benches have found stays, if it
 * was on a machine like this one.
 * @param isOneOfAll what was found on another machine goes: the others follow
 */
export function keep(machine: Machine, measured: Measured, isOneOfAll: boolean): void {
  const before = keptRun()
  const isSame = before === undefined || JSON.stringify(before.machine) === JSON.stringify(machine)
  if (!isSame && !isOneOfAll)
    throw new Error(
      `${FILES.data} is of another machine (${JSON.stringify(before.machine)}): run all benches on this one, or leave --write out.`,
    )
  const others = isSame ? (before?.benches ?? []).filter(({ name }) => name !== measured.name) : []
  const run: Run = { machine, benches: [...others, measured].sort((a, b) => (a.name < b.name ? -1 : 1)) }
  writeFileSync(FILES.data, `${JSON.stringify(run, null, 2)}\n`)
  writeFileSync(FILES.page, resultsFile(run))
  writeFileSync(FILES.readme, withSummary(readFileSync(FILES.readme, 'utf8'), run))
}

/** The README with the summary between its marks. */
export function withSummary(readme: string, run: Run): string {
  const from = readme.indexOf(BEGIN)
  const to = readme.indexOf(END)
  if (from === -1 || to < from) throw new Error(`The README has no ${BEGIN} and ${END}.`)
  return `${readme.slice(0, from + BEGIN.length)}\n\n${summary(run)}\n\n${readme.slice(to)}`
}
