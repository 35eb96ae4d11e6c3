import { type Figure, isMet, ratioOf } from './figure'
import type { Measured, Run } from './measured'
import { whole } from './numbers'

const HEAD = ['', 'value', 'lowest–highest', 'reference in the same run', 'ratio', 'goal', '']

/** Rows below their titles, the first column to the left: for a terminal. */
export function textTable(figures: readonly Figure[]): string {
  const lines = [HEAD, ...figures.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  return lines
    .map((cells) =>
      cells
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The same in Markdown. */
export function markdownTable(figures: readonly Figure[], head = HEAD): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = `|---|${'---:|'.repeat(head.length - 1)}`
  return [line(head), rule, ...figures.map((figure) => line(cellsOf(figure)))].join('\n')
}

function cellsOf(figure: Figure): string[] {
  const { name, unit, value, spread, reference, goals = [], missing } = figure
  const ratio = ratioOf(figure)
  const met = isMet(figure)
  return [
    name,
    value === undefined ? '–' : withUnit(value, unit),
    spread === undefined ? '' : spread.map(numeral).join('–'),
    reference === undefined ? '' : `${reference.name}: ${numeral(reference.value)}`,
    ratio === undefined ? '' : numeral(ratio),
    goals.map(({ of, is, limit }) => `${is} ${of === 'ratio' ? limit : withUnit(limit, unit)}`).join(' and '),
    missing ?? (met === undefined ? '' : met ? 'met' : 'MISSED'),
  ]
}

/** Three digits that count. */
export function numeral(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value) || size >= 99.95) return whole(value)
  return value.toFixed(size >= 9.995 ? 1 : 2)
}

const withUnit = (value: number, unit: string) => [numeral(value), unit].join(' ').trim()

/** What was missed, each with its cause, as far as it is known. */
export function shortfalls(benches: readonly Measured[]): string[] {
  return benches.flatMap(({ name, figures }) =>
    figures
      .filter((figure) => isMet(figure) === false || figure.missing !== undefined)
      .map(
        ({ name: what, missing, cause }) =>
          `- **${name}: ${what}.** ${missing === undefined ? (cause ?? 'The cause is not known.') : `Not measured: ${missing}.`}`,
      ),
  )
}

/** The one table of all benches, when and on what it was measured, and what falls short: what the README shows as well. */
export function summary({ machine, benches }: Run): string {
  const rows = benches.flatMap(({ name, figures }) =>
    figures.map((figure) => ({ ...figure, name: `${name}: ${figure.name}` })),
  )
  const short = shortfalls(benches)
  const commits = [...new Set(benches.map(({ commit }) => commit))]
  const quick = benches.filter(({ isQuick }) => isQuick).map(({ name }) => name)
  const days = [...new Set(benches.map(({ startedAt }) => startedAt.slice(0, 10)))].sort()
  return [
    `Measured on ${days.join(' and ')}, commit ${commits.join(' and ')}: ${machine.processor}, ${machine.memory}, Node ${machine.node}, PostgreSQL ${machine.postgres}; server, callers and PostgreSQL on the same cores.`,
    ...(quick.length === 0 ? [] : [`Of small sizes (--quick): ${quick.join(', ')}.`]),
    '',
    markdownTable(rows, ['measured', ...HEAD.slice(1)]),
    ...(short.length === 0 ? [] : ['', 'What falls short:', '', ...short]),
  ].join('\n')
}

export const BEGIN = '<!-- bench -->'
export const END = '<!-- /bench -->'

/** bench/results.md: the machine, the summary between its marks, and a section for each bench. */
export function resultsFile(run: Run): string {
  const { machine, benches } = run
  const facts = [
    ['processor', machine.processor],
    ['memory', machine.memory],
    ['system', machine.system],
    ['Node', machine.node],
    ['PostgreSQL', machine.postgres],
  ]
  return `${[
    '# Measurements',
    '',
    '<!-- Made by `npm run bench`. Run it instead of changing this page. -->',
    '',
    'The ratios are what to read: a figure and its reference are measured in turns or at once by the same caller, so that what else the machine does falls',
    'on both. Rates and times are those of this machine.',
    '',
    '| the machine | |',
    '|---|---|',
    ...facts.map(([name, fact]) => `| ${name} | ${fact} |`),
    '',
    BEGIN,
    '',
    summary(run),
    '',
    END,
    ...benches.flatMap((bench) => ['', section(bench)]),
  ].join('\n')}\n`
}

function section(bench: Measured): string {
  const { name, title, details = [], notes = [] } = bench
  return [
    `## ${name}`,
    '',
    title,
    '',
    ...circumstances(bench).map((line) => `- ${line}`),
    ...(details.length === 0
      ? []
      : details.flatMap((one) => ['', `### ${one.title}`, '', markdownTable(one.figures)])),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${note}`)]),
  ].join('\n')
}

/** For a terminal: one bench, with everything it has found. */
export function report(bench: Measured): string {
  const { name, title, figures, details = [], notes = [] } = bench
  return [
    `${name}: ${title}`,
    ...circumstances(bench),
    ...(figures.length === 0 ? [] : ['', textTable(figures)]),
    ...details.flatMap((one) => ['', `${one.title}:`, textTable(one.figures)]),
    ...(notes.length === 0 ? [] : ['', ...notes]),
    ...shortfalls([bench]).flatMap((line, at) => (at === 0 ? ['', line] : [line])),
    '',
  ].join('\n')
}

function circumstances({ setUp, sizes, seconds, load, startedAt, isQuick }: Measured): string[] {
  const told = Object.entries(sizes).map(([option, value]) => `--${option} ${value}`)
  return [
    ...setUp,
    ...(told.length === 0 ? [] : [`sizes${isQuick ? ' (quick)' : ''}: ${told.join(' ')}`]),
    `begun ${startedAt.slice(0, 16).replace('T', ' ')} UTC, took ${duration(seconds)}; load average ${load.begin} at its begin, ${load.end} at its end`,
  ]
}

export function duration(seconds: number): string {
  const rest = Math.round(seconds)
  return rest < 60 ? `${rest} s` : `${Math.floor(rest / 60)} min ${rest % 60} s`
}
