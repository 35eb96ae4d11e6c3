import { z } from 'zod'

/** What a setting is made of, and the values that several of them have. */
export interface Setting<Schema extends z.ZodType> {
  env: string
  schema: Schema
  /** What an operator needs to know, one sentence or two. */
  doc: string
  example?: string
  /** May also be given as a file's path in `<NAME>_FILE`, and never appears in a log or an error. */
  isSecret?: boolean
}

export const setting = <Schema extends z.ZodType>(
  env: string,
  schema: Schema,
  doc: string,
  more: { example?: string; isSecret?: boolean } = {},
): Setting<Schema> => ({ env, schema, doc, ...more })

export const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
export const timeZone = z
  .string()
  .refine((zone) => ['UTC', ...Intl.supportedValuesOf('timeZone')].includes(zone), 'must be a time zone')
export const text = z.string().min(1).max(2000)
export const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
  .optional()
