import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { commit, loadAverage, machineFacts } from './machine'
import type { Measured } from './measured'
import { duration, summary } from './render'
import { keep } from './results'

const HELP = (
  names: readonly string[],
) => `npm run bench                  runs all benches, one after the other, prints one table, and writes it to
                               bench/results.md and the README
npm run bench -- --quick       the same with smaller sizes; writes nothing
npm run bench -- NAME          runs one and prints what it finds; with --write it takes its place in bench/results.md
npm run bench -- NAME --help   its sizes

Names: ${names.join(', ')}
`

/** Called as `all.mjs NAMES… -- args…`; the benches lie beside this program. */
async function main([...given]: string[]): Promise<void> {
  const names = given.splice(0, given.indexOf('--'))
  const args = given.slice(1)
  const isAll = names.length > 1
  if (args.includes('--help') && isAll) {
    process.stdout.write(HELP(names))
    return
  }
  const isWanted = args.includes('--write') || (isAll && !args.includes('--quick'))
  const passed = args.filter((arg) => arg !== '--write')
  const machine = machineFacts()
  const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-results-'))
  const startedAt = performance.now()
  const benches: Measured[] = []
  try {
    for (const [at, name] of names.entries()) {
      const elapsed = duration((performance.now() - startedAt) / 1000)
      if (isAll) process.stderr.write(`[${at + 1} of ${names.length}] ${name}, after ${elapsed}\n`)
      const measured = await runOne(
        name,
        [...passed, ...(isAll ? ['--shared', folder] : [])],
        path.join(folder, `${name}.json`),
      )
      if (measured === undefined) continue
      benches.push(measured)
      // One by itself takes nobody's place where it failed. Of all, what is done is kept though a later one hangs.
      if (isWanted && (isAll || process.exitCode === undefined)) keep(machine, measured, isAll)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  if (isAll) process.stdout.write(`\n${summary({ machine, benches })}\n\n`)
  if (isWanted) process.stderr.write('bench/results.md, bench/results.json and the README have it.\n')
}

/** One that fails is named, and the others go on. Undefined where it was only asked for help. */
async function runOne(name: string, args: readonly string[], file: string): Promise<Measured | undefined> {
  const [begin, from] = [loadAverage(), new Date()]
  const program = path.join(path.dirname(process.argv[1] ?? ''), `${name}.mjs`)
  const child = spawn(process.execPath, [program, ...args, '--result', file], { stdio: 'inherit' })
  const end = await new Promise<string | number>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 1)),
  )
  if (end === 0)
    return args.includes('--help') ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Measured)
  process.stderr.write(`${name} FAILED (${end})\n`)
  process.exitCode = 1
  return {
    ...{ name, title: '', isQuick: args.includes('--quick'), commit: commit(), sizes: {}, setUp: [] },
    figures: [{ name: 'all of it', unit: '', missing: `the bench failed (${end})` }],
    startedAt: from.toISOString(),
    seconds: (Date.now() - from.getTime()) / 1000,
    load: { begin, end: loadAverage() },
  }
}

await main(process.argv.slice(2))
