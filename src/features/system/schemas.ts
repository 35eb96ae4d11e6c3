import { z } from 'zod'
import { CHECKS, FINDINGS, HEALTH_STATES, SETTING_SOURCES } from './lists'

/** Nothing is asked for but the whole. */
export const NoInput = z.object({})

export const SettingView = z.object({
  room: z.string().describe('What it belongs to, such as `http`.'),
  variable: z.string(),
  meaning: z.string(),
  isSecret: z.boolean(),
  isSet: z.boolean(),
  value: z
    .string()
    .nullable()
    .describe('In force. Null where there is none; secrets never appear, and addresses without passwords.'),
  source: z
    .enum(SETTING_SOURCES)
    .describe(
      '`env_file`: the .env file; `secret_file`: the file that `<variable>_FILE` names; ' +
        '`generated`: made with the first start, in the storage folder.',
    ),
})
export type SettingView = z.infer<typeof SettingView>
export const SettingsView = z.object({ items: z.array(SettingView) })

export const Check = z.object({
  check: z.enum(CHECKS),
  state: z.enum(HEALTH_STATES),
  finding: z.enum(FINDINGS),
  values: z.record(z.string(), z.union([z.string(), z.number()])).describe('What the finding rests on.'),
})
export type Check = z.infer<typeof Check>

export const HealthView = z.object({
  state: z.enum(HEALTH_STATES).describe('The worst of all checks.'),
  at: z.iso.datetime(),
  server: z.object({
    id: z.uuid(),
    version: z.string(),
    runtime: z.string(),
    startedAt: z.iso.datetime(),
    terminals: z.number().describe('Terminals it knows by heart.'),
    answersPerMinute: z.number(),
    refusalsPerMinute: z.number(),
  }),
  instances: z
    .array(
      z.object({
        id: z.uuid(),
        host: z.string(),
        version: z.string(),
        runtime: z.string(),
        startedAt: z.iso.datetime(),
        seenAt: z.iso.datetime(),
        isThis: z.boolean(),
      }),
    )
    .describe(
      'Servers on this database that were seen within the last minute, the oldest first; 100 at most.',
    ),
  database: z.object({
    version: z.string(),
    kind: z.enum(['embedded', 'external']),
    sizeBytes: z.number(),
    connections: z.number(),
    connectionLimit: z.number(),
    tables: z
      .array(z.object({ name: z.string(), sizeBytes: z.number() }))
      .describe('The ten largest, with their indexes and partitions.'),
  }),
  storage: z.object({
    blobs: z.enum(['files', 's3']),
    storeId: z
      .uuid()
      .nullable()
      .describe('The store for binaries that this database goes with: a mark with this id lies in it.'),
    freeBytes: z.number().describe('On the disk of STORAGE_DIR.'),
    totalBytes: z.number(),
  }),
  checks: z.array(Check),
})
export type HealthView = z.infer<typeof HealthView>
