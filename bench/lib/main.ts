import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Findings } from './figure'
import { commit, loadAverage } from './machine'
import type { Measured } from './measured'
import { report } from './render'

interface Option {
  /** Empty where it is off. */
  default: string
  /** With --quick. */
  quick?: string
  meaning: string
}

interface Bench<Name extends string> {
  name: string
  /** What it measures, in a sentence. */
  title: string
  options: Readonly<Record<Name, Option>>
  /** @param shared a folder for what another bench of the same run can use again; undefined where it runs by itself */
  run(values: Readonly<Record<Name, string>>, shared: string | undefined): Promise<Findings>
}

/** Runs a bench by its command line and prints what it has found; `--result FILE` and `--shared DIR` are for whoever runs all of them. */
export async function main<Name extends string>(bench: Bench<Name>): Promise<void> {
  const { name, title } = bench
  const options: [Name, Option][] = Object.entries<Option>(bench.options).map(([option, more]) => [
    option as Name,
    more,
  ])
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(options.map(([option]) => [option, { type: 'string' as const }])),
      quick: { type: 'boolean', default: false },
      result: { type: 'string' },
      shared: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const told = values as Record<string, string | boolean | undefined>
  if (told.help === true) {
    process.stdout.write(helpOf(bench, options))
    return
  }
  const isQuick = told.quick === true
  const sizes = Object.fromEntries(
    options.map(([option, more]) => [
      option,
      told[option] ?? (isQuick ? (more.quick ?? more.default) : more.default),
    ]),
  ) as Record<Name, string>
  const begin = loadAverage()
  const startedAt = new Date().toISOString()
  const from = performance.now()
  const findings = await bench.run(sizes, typeof told.shared === 'string' ? told.shared : undefined)
  const measured: Measured = {
    ...{ name, title, isQuick, commit: commit(), startedAt },
    sizes: Object.fromEntries(Object.entries<string>(sizes).filter(([, value]) => value !== '')),
    seconds: Math.round((performance.now() - from) / 1000),
    load: { begin, end: loadAverage() },
    ...findings,
  }
  process.stdout.write(`${report(measured)}\n`)
  if (typeof told.result === 'string') writeFileSync(told.result, JSON.stringify(measured))
}

/** A line of progress. */
export const say = (line: string) => process.stderr.write(`  ${line}\n`)

function helpOf({ name, title }: { name: string; title: string }, options: [string, Option][]): string {
  const rows = options.map(([option, { default: usual, quick, meaning }]) => {
    const values = [usual === '' ? '' : usual, quick === undefined ? '' : `quick ${quick}`].filter(Boolean)
    return `  --${option.padEnd(14)}${meaning}${values.length === 0 ? '' : ` (${values.join(', ')})`}\n`
  })
  return `npm run bench -- ${name} [options]\n${title}\n\n${rows.join('')}  --quick         smaller sizes, where nothing else is said\n  --write         keeps what it finds, in bench/results.md and the README\n`
}
