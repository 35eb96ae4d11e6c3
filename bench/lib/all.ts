import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { commit, loadAverage, machineFacts } from './machine'
import { duration, summary } from './render'
import { keep, type Measured } from './results'

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
  const machine = machineFacts()
  const benches = await runAll(
    names,
    args.filter((arg) => arg !== '--write'),
  )
  if (args.includes('--help')) return
  if (isAll) process.stdout.write(`\n${summary({ machine, benches })}\n\n`)
  // A run of all says which benches failed; one by itself takes nobody's place where it failed.
  const isWanted = args.includes('--write') || (isAll && !args.includes('--quick'))
  if (isWanted && (isAll || process.exitCode === undefined))
    process.stderr.write(`Written: ${keep(machine, benches, isAll).join(', ')}\n`)
}

/** One that fails is named, and the others go on. */
async function runAll(names: readonly string[], args: readonly string[]): Promise<Measured[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-results-'))
  const startedAt = performance.now()
  const benches: Measured[] = []
  try {
    for (const [at, name] of names.entries()) {
      if (names.length > 1)
        process.stderr.write(
          `[${at + 1} of ${names.length}] ${name}, after ${duration((performance.now() - startedAt) / 1000)}\n`,
        )
      benches.push(await runOne(name, args, path.join(folder, `${name}.json`)))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return benches
}

async function runOne(name: string, args: readonly string[], file: string): Promise<Measured> {
  const [begin, from] = [loadAverage(), new Date()]
  const program = path.join(path.dirname(process.argv[1] ?? ''), `${name}.mjs`)
  const child = spawn(process.execPath, [program, ...args, '--result', file], { stdio: 'inherit' })
  const end = await new Promise<string | number>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 1)),
  )
  if (end === 0 && !args.includes('--help')) return JSON.parse(readFileSync(file, 'utf8')) as Measured
  if (end !== 0) {
    process.stderr.write(`${name} FAILED (${end})\n`)
    process.exitCode = 1
  }
  return {
    ...{ name, title: '', isQuick: args.includes('--quick'), commit: commit(), sizes: {}, setUp: [] },
    figures: [{ name: 'all of it', unit: '', missing: `the bench failed (${end})` }],
    startedAt: from.toISOString(),
    seconds: (Date.now() - from.getTime()) / 1000,
    load: { begin, end: loadAverage() },
  }
}

await main(process.argv.slice(2))
