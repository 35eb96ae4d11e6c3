import { ConfigurationError } from '../../config'
import { isFailure } from '../../core/errors'
import { withLocalCtx } from '../local'
import { UsageError } from './args'
import type { Command } from './command'
import { allCommands } from './commands'

const out = (text: string) => process.stdout.write(`${text}\n`)
const complain = (text: string) => process.stderr.write(`psm: ${text}\n`)

function usage(): string {
  const lines = allCommands.map(
    ({ name, usage: words, summary }) => `  psm ${name} ${words}\n      ${summary}`,
  )
  return `What an administrator scripts, or needs when locked out. Works beside the running server.\n\n${lines.join('\n')}\n\n  --json prints one object. Exit code: 0 done, 1 refused, 2 not understood.`
}

async function main(args: readonly string[]): Promise<number> {
  const [first = '', second = ''] = args
  if (first === '' || first === 'help' || first === '--help') {
    out(usage())
    return first === '' ? 2 : 0
  }
  const command =
    allCommands.find(({ name }) => name === `${first} ${second}`) ??
    allCommands.find(({ name }) => name === first)
  if (command === undefined) throw new UsageError(`there is no command '${first} ${second}'; see psm help`)
  const isJson = args.includes('--json')
  const rest = args.slice(command.name.split(' ').length).filter((one) => one !== '--json')
  const result =
    'runAlone' in command
      ? await command.runAlone(rest)
      : await withLocalCtx('cli', (ctx) => command.run(ctx, rest))
  out(isJson ? JSON.stringify(result) : describe(command, result))
  return command.isRefusal?.(result) ? 1 : 0
}

function describe(command: Pick<Command, 'describe'>, result: Record<string, unknown>): string {
  if (command.describe !== undefined) return command.describe(result)
  return Object.entries(result)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n')
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.exitCode = error instanceof UsageError || error instanceof ConfigurationError ? 2 : 1
    if (isFailure(error)) {
      const values = error.details.values === undefined ? '' : ` ${JSON.stringify(error.details.values)}`
      const issues = (error.details.issues ?? [])
        .map((issue) => `\n  ${issue.path}: ${issue.message}`)
        .join('')
      complain(`${error.message} (${error.code})${values}${issues}`)
    } else complain(error instanceof Error ? error.message : String(error))
  },
)
