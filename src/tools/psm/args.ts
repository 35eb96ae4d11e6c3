import { type ParseArgsConfig, parseArgs } from 'node:util'

/** The call's words are off: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The flags and words of a command; what is not known is a `UsageError`. */
export function parse<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

export function need(value: string | undefined, flag: string): string {
  if (value === undefined || value === '') throw new UsageError(`${flag} is needed; see psm help`)
  return value
}
