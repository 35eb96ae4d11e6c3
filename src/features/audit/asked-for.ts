import { z } from 'zod'
import { redactText } from '../../core/redact'
import type { RawSql } from '../../db/client'

interface Subject {
  kind: string
  id: string
  label: string
}

/** By which fields of an input things are named, and what the log calls them; of several the first counts. */
const KINDS: readonly [field: string, kind: string][] = [
  ['licenseId', 'license'],
  ['slipId', 'eslip'],
  ['logId', 'ecr_log'],
  ['entryId', 'pos_log_entry'],
  ['operatorId', 'operator'],
  ['apiKeyId', 'api_key'],
  ['webhookId', 'webhook'],
  ['rolloutId', 'rollout'],
  ['packageId', 'package'],
  ['fileId', 'key-file'],
  ['versionId', 'app_version'],
  ['appId', 'app'],
  ['alertId', 'alert'],
  ['actionId', 'action'],
  ['holdId', 'eslip_hold'],
  ['codeId', 'enrollment_code'],
  ['terminalId', 'terminal'],
  ['ruleId', 'update_rule'],
  ['setId', 'app_set'],
  ['groupId', 'group'],
  ['merchantId', 'merchant'],
]

const ID = /^[\w.~-]{1,100}$/
const SERIAL = /^[\p{L}\p{N}][\p{L}\p{N} ._/-]{0,99}$/u

/** What a call was about, as its input says; undefined where it names nothing, or not in a way that could be a name. */
export function askedFor(input: unknown): Subject | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  const fields = input as Record<string, unknown>
  const text = (field: string, form: RegExp) => {
    const value = fields[field]
    return typeof value === 'string' && form.test(value) && redactText(value) === value ? value : undefined
  }
  for (const [field, kind] of KINDS) {
    const id = text(field, ID)
    if (id !== undefined) return { kind, id, label: id }
  }
  const serial = text('serial', SERIAL)
  return serial === undefined ? undefined : { kind: 'unknown_serial', id: serial, label: serial }
}

/** The same by the name that a person knows it by: of a terminal its serial number, of all else what the log called it last. */
export async function namedSubject(sql: RawSql, subject: Subject): Promise<Subject> {
  const { kind, id } = subject
  if (kind === 'terminal' && !z.uuid().safeParse(id).success) return subject
  const [found] =
    kind === 'terminal' || kind === 'unknown_serial'
      ? await sql<Subject[]>`
          select 'terminal' as kind, id::text as id, serial as label from terminals
          where ${kind === 'terminal' ? sql`id = ${id}` : sql`serial = ${id}`}`
      : await sql<Subject[]>`
          select subject_kind as kind, subject_id as id, subject_label as label from audit_entries
          where subject_kind = ${kind} and subject_id = ${id} order by seq desc limit 1`
  return found ?? subject
}
