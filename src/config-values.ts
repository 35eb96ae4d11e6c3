import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { parsePostgresUrl } from './config-urls'

/** What a setting is made of, and the values that several of them have. */
export interface Setting<Schema extends z.ZodType> {
  env: string
  schema: Schema
  /** What an operator needs to know, one sentence or two. */
  doc: string
  example?: string
  /** May also be given as a file's path in `<NAME>_FILE`, and never appears in a log or an error. */
  isSecret?: boolean
  /** Where it is not set the server makes one with its first start and keeps it in the storage folder. */
  isGenerated?: boolean
}

/** Where the value of a setting in force comes from. */
export type SettingSource = 'environment' | 'env_file' | 'secret_file' | 'generated' | 'default'

/** Settings by their names, in rooms. */
export type Rooms = Record<string, Record<string, Setting<z.ZodType>>>

export const setting = <Schema extends z.ZodType>(
  env: string,
  schema: Schema,
  doc: string,
  more: { example?: string; isSecret?: boolean; isGenerated?: boolean } = {},
): Setting<Schema> => ({ env, schema, doc, ...more })

interface GivenValue {
  /** Undefined where nothing is said. */
  text: string | undefined
  /** The variable that says it. */
  from: string
}

/** What the environment says of a setting, or the file that it names; a mistake goes to the others. */
export function givenValue(
  one: Setting<z.ZodType>,
  env: Record<string, string | undefined>,
  mistakes: string[],
): GivenValue {
  const given = env[one.env]
  const file = one.isSecret ? env[`${one.env}_FILE`] : undefined
  if (given && file) mistakes.push(`${one.env} and ${one.env}_FILE are both set: keep one`)
  if (!file) return { text: given || undefined, from: one.env }
  try {
    return { text: readFileSync(file, 'utf8').trim() || undefined, from: `${one.env}_FILE` }
  } catch {
    mistakes.push(`${one.env}_FILE: the file cannot be read`)
    return { text: undefined, from: `${one.env}_FILE` }
  }
}

/**
 * Where a value comes from.
 * @param fromFile the variables that `.env` filled in
 */
export function sourceOf(
  one: Setting<z.ZodType>,
  { text, from }: GivenValue,
  fromFile: ReadonlySet<string>,
): SettingSource {
  if (text === undefined) return one.isGenerated ? 'generated' : 'default'
  if (from !== one.env) return 'secret_file'
  return fromFile.has(from) ? 'env_file' : 'environment'
}

/** A mistake in a setting, never its value. */
export function describe(one: Setting<z.ZodType>, what: string): string {
  return `${one.env}: ${what}${one.example === undefined ? '' : ` (for example ${one.example})`}`
}

export const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
/** Several of a closed set, parted by blanks or commas; `none` for none of them. */
export const several = <Word extends string>(words: readonly [Word, ...Word[]]) =>
  z
    .string()
    .transform((written) => written.split(/[\s,]+/).filter((part) => part !== '' && part !== 'none'))
    .pipe(z.array(z.enum(words, { error: `must be some of ${words.join(', ')}, or none` })))
/** Origins as browsers send them (RFC 6454 § 6.1), parted by blanks or commas. No pattern, and not `null`: many pages have that. */
export const origins = z
  .string()
  .transform((written) => written.split(/[\s,]+/).filter((part) => part !== ''))
  .refine(
    (parts) => parts.every(isOrigin),
    'must be origins as browsers send them, such as https://host or https://host:8443, without path or *',
  )

const isOrigin = (one: string) =>
  /^https?:\/\/[^*]+$/.test(one) && URL.canParse(one) && new URL(one).origin === one

export const timeZone = z
  .string()
  .refine((zone) => ['UTC', ...Intl.supportedValuesOf('timeZone')].includes(zone), 'must be a time zone')
/** An address of a service over HTTP. */
export const httpUrl = z.url({
  protocol: /^https?$/,
  hostname: /./,
  error: 'must start with https:// or http://',
})
export const text = z.string().min(1).max(2000)
export const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
  .superRefine((url, ctx) => {
    const parsed = parsePostgresUrl(url)
    if (typeof parsed === 'string') ctx.addIssue({ code: 'custom', message: parsed })
  })
  .optional()

/** One address as SMTP has it, without a name: nothing in it can end a header. */
export const mailAddress = z.email('must be a mail address, without a name').max(254)
export const smtpUrl = z
  .url({ protocol: /^smtps?$/, error: 'must start with smtp:// or smtps://' })
  .refine((url) => new URL(url).hostname !== '', 'must name a host')
  .optional()

export interface WrappingKey {
  id: string
  /** 32 bytes: AES-256. */
  key: Buffer
}

/** Wrapping keys as they are written: `id:base64` parted by commas, blanks or lines; undefined where it is none of that. */
export function parseWrappingKeys(written: string): WrappingKey[] | undefined {
  const keys: WrappingKey[] = []
  for (const one of written.split(/[\s,]+/).filter((part) => part !== '')) {
    const [, id, base64] = /^([A-Za-z0-9][A-Za-z0-9._-]{0,31}):([A-Za-z0-9+/]{43}=)$/.exec(one) ?? []
    if (id === undefined || base64 === undefined || keys.some((known) => known.id === id)) return undefined
    keys.push({ id, key: Buffer.from(base64, 'base64') })
  }
  return keys.length > 0 && keys.length <= MOST_WRAPPING_KEYS ? keys : undefined
}

/** A file or setting with more is no list of wrapping keys. */
export const MOST_WRAPPING_KEYS = 32

export const wrappingKeys = text
  .transform(parseWrappingKeys)
  .refine((keys) => keys !== undefined, 'must be id:base64 of 32 bytes, several parted by commas')
  .optional()

/** All mistakes of a configuration at once, a line each. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly code = 'bad_settings'
  constructor(readonly mistakes: readonly string[]) {
    super(`Settings: ${mistakes.join('; ')}`)
  }
}
