import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Ctx } from '../../core/context'
import { ROLES, type Role } from '../../core/permissions'
import type { PlatformId } from '../../core/platforms'
import { verifyAudit } from '../../features/audit'
import { verifyArchives } from '../../features/eslips/archive'
import { rotateWrappingKey } from '../../features/keys'
import { importLicences, isManifestPath, type UploadedFile } from '../../features/licenses'
import {
  createOperator,
  findOperator,
  listOperators,
  resetOperatorPassword,
  resetTwoFactor,
  unlockOperator,
} from '../../features/operators'
import {
  applyTerminalImport,
  findTerminalBySerial,
  issueEnrollmentCode,
  previewTerminalImport,
  registerTerminal,
  reopenTerminal,
  resumeTerminal,
  retireTerminal,
  revokeTerminal,
  suspendTerminal,
} from '../../features/terminals'
import { apiKeyCommands } from './api-keys'
import { need, parse, UsageError } from './args'
import { backupCommands } from './backup-commands'
import { blobCommands } from './blobs'
import type { Command, Result, StandaloneCommand } from './command'

export const commands: readonly Command[] = [
  {
    name: 'terminals register',
    usage: '--serial S --platform P [--model M] [--tid T [--mid M] [--acquirer A]]',
    summary: 'Registers a terminal and makes an enrolment code for it.',
    run: registerOne,
  },
  {
    name: 'terminals import',
    usage: 'FILE.csv [--apply] [--skip-bad] [--create-missing]',
    summary: 'Shows what a CSV of terminals would do, or does it.',
    run: importTerminals,
  },
  ...(
    [
      ['suspend', suspendTerminal, 'It may check in and hand over, and gets nothing.'],
      ['resume', resumeTerminal, 'Ends a suspension.'],
      ['retire', retireTerminal, 'Takes it out of service.'],
      ['revoke', revokeTerminal, 'Lost or stolen: ends its secrets at once.'],
      ['reopen', reopenTerminal, 'Allows a new enrolment.'],
    ] as const
  ).map(([verb, run, summary]): Command => {
    return {
      name: `terminals ${verb}`,
      usage: '--serial S',
      summary,
      async run(ctx, args) {
        const { values } = parse(args, { serial: { type: 'string' } })
        const terminal = await findTerminalBySerial(ctx, { serial: need(values.serial, '--serial') })
        const { id, serial, state } = await run(ctx, { terminalId: terminal.id })
        return { terminalId: id, serial, state }
      },
    }
  }),
  {
    name: 'enrollment-codes issue',
    usage: '(--serial S)… | --serials-file FILE [--hours N]',
    summary: 'Makes one enrolment code for one or many registered terminals.',
    run: issueCode,
  },
  {
    name: 'licenses import',
    usage: 'FILE… [--serial S --platform P --lic-id L] [--product T] [--replace]',
    summary: 'Imports licence files, ZIPs and a manifest.csv among them, with a result for each.',
    run: importLicenceFiles,
    describe: (result) =>
      (result.results as { fileName: string; outcome: string; code: string | null; missing: string[] }[])
        .map(({ fileName, outcome, code, missing }) =>
          [`${fileName}: ${outcome}`, code, missing.length > 0 ? `needs ${missing.join(', ')}` : null]
            .filter((part) => part !== null)
            .join(' — '),
        )
        .join('\n'),
    isRefusal: (result) =>
      (result.results as { outcome: string }[]).some(
        ({ outcome }) => outcome !== 'imported' && outcome !== 'replaced' && outcome !== 'duplicate',
      ),
  },
  {
    name: 'eslips verify',
    usage: '',
    summary: 'Reads every archive of slips and says whether it is as it was written.',
    run: verifyAll,
    isRefusal: (result) => (result.problems as unknown[]).length > 0,
  },
  {
    name: 'audit verify',
    usage: '[--head SEQ:HASH]',
    summary: 'Walks the chain of the audit log and names the first entry that is not as it was written.',
    run: verifyChain,
    isRefusal: (result) => result.problem !== null,
  },
  {
    name: 'keys rotate-wrapping-key',
    usage: '',
    summary:
      'Puts a new key in the place of the one that key files are sealed under, beside the running server.',
    async run(ctx) {
      const tell = (rewrapped: number) => process.stderr.write(`psm: ${rewrapped} files wrapped anew\n`)
      return { ...(await rotateWrappingKey(ctx, tell)) }
    },
  },
  {
    name: 'operators create',
    usage: `--username U --password P --role ${ROLES.join('|')} [--name N] [--email E]`,
    summary: 'Makes an operator.',
    async run(ctx, args) {
      const { values } = parse(args, {
        username: { type: 'string' },
        password: { type: 'string' },
        role: { type: 'string' },
        name: { type: 'string' },
        email: { type: 'string' },
      })
      const operator = await createOperator(ctx, {
        username: need(values.username, '--username'),
        password: need(values.password, '--password'),
        role: need(values.role, '--role') as Role,
        ...(values.name === undefined ? {} : { name: values.name }),
        ...(values.email === undefined ? {} : { email: values.email }),
      })
      return { operatorId: operator.id, username: operator.username, role: operator.role }
    },
  },
  {
    name: 'operators reset-password',
    usage: '--username U --password P',
    summary: 'Sets a new password.',
    async run(ctx, args) {
      const { values } = parse(args, { username: { type: 'string' }, password: { type: 'string' } })
      const { id } = await findOperator(ctx, { username: need(values.username, '--username') })
      await resetOperatorPassword(ctx, { operatorId: id, password: need(values.password, '--password') })
      return { operatorId: id, username: values.username }
    },
  },
  ...(
    [
      ['unlock', unlockOperator, 'Ends a lock after failed sign-ins.'],
      ['reset-two-factor', resetTwoFactor, 'Takes away a lost second factor and signs out.'],
    ] as const
  ).map(
    ([verb, run, summary]): Command => ({
      name: `operators ${verb}`,
      usage: '--username U',
      summary,
      async run(ctx, args) {
        const { values } = parse(args, { username: { type: 'string' } })
        const { id, username } = await findOperator(ctx, { username: need(values.username, '--username') })
        await run(ctx, { operatorId: id })
        return { operatorId: id, username }
      },
    }),
  ),
  {
    name: 'operators list',
    usage: '[--limit N] [--cursor C]',
    summary: 'Lists the operators, a page at a time.',
    async run(ctx, args) {
      const { values } = parse(args, { limit: { type: 'string' }, cursor: { type: 'string' } })
      const page = await listOperators(ctx, {
        ...(values.limit === undefined ? {} : { limit: Number(values.limit) }),
        ...(values.cursor === undefined ? {} : { cursor: values.cursor }),
      })
      return { ...page }
    },
    describe: describeOperators,
  },
  ...apiKeyCommands,
  ...blobCommands,
]

/** All that there are, in the order in which they are listed. */
export const allCommands: readonly (Command | StandaloneCommand)[] = [...commands, ...backupCommands]

function describeOperators(result: Result): string {
  const { items, nextCursor } = result as unknown as Awaited<ReturnType<typeof listOperators>>
  const lines = items.map(({ username, role, state, twoFactorEnabled, lastSignInAt }) =>
    [
      username,
      role,
      state,
      twoFactorEnabled ? 'second factor' : 'password only',
      lastSignInAt ?? 'never signed in',
    ].join('  '),
  )
  return [...lines, ...(nextCursor === null ? [] : [`more: --cursor ${nextCursor}`])].join('\n')
}

async function registerOne(ctx: Ctx, args: readonly string[]): Promise<Result> {
  const { values } = parse(args, {
    serial: { type: 'string' },
    platform: { type: 'string' },
    model: { type: 'string' },
    tid: { type: 'string' },
    mid: { type: 'string' },
    acquirer: { type: 'string' },
  })
  const serial = need(values.serial, '--serial')
  const tids =
    values.tid === undefined
      ? []
      : [{ tid: values.tid, mid: values.mid ?? '', acquirer: values.acquirer ?? '' }]
  const terminal = await registerTerminal(ctx, {
    serial,
    platform: need(values.platform, '--platform') as PlatformId,
    model: values.model ?? '',
    tids,
  })
  const { enrollmentCode, expiresAt } = await issueEnrollmentCode(ctx, { serials: [terminal.serial] })
  return { terminalId: terminal.id, serial: terminal.serial, enrollmentCode, expiresAt }
}

async function importTerminals(ctx: Ctx, args: readonly string[]): Promise<Result> {
  const { values, positionals } = parse(args, {
    apply: { type: 'boolean' },
    'skip-bad': { type: 'boolean' },
    'create-missing': { type: 'boolean' },
  })
  const csv = await readFile(need(positionals[0], 'FILE.csv'))
  if (!values.apply) return previewTerminalImport(ctx, { csv })
  return applyTerminalImport(ctx, {
    csv,
    skipBad: values['skip-bad'] ?? false,
    createMissing: values['create-missing'] ?? false,
  })
}

async function issueCode(ctx: Ctx, args: readonly string[]): Promise<Result> {
  const { values } = parse(args, {
    serial: { type: 'string', multiple: true },
    'serials-file': { type: 'string' },
    hours: { type: 'string' },
  })
  const file = values['serials-file']
  const listed =
    file === undefined ? [] : (await readFile(file, 'utf8')).split(/\s+/).filter((one) => one !== '')
  const serials = [...(values.serial ?? []), ...listed]
  if (serials.length === 0) throw new UsageError('--serial or --serials-file is needed')
  return issueEnrollmentCode(ctx, {
    serials,
    ...(values.hours === undefined ? {} : { expiresInHours: Number(values.hours) }),
  })
}

async function importLicenceFiles(ctx: Ctx, args: readonly string[]): Promise<Result> {
  const { values, positionals } = parse(args, {
    serial: { type: 'string' },
    platform: { type: 'string' },
    'lic-id': { type: 'string' },
    product: { type: 'string' },
    replace: { type: 'boolean' },
  })
  if (positionals.length === 0) throw new UsageError('name at least one file')
  const given: Record<string, string> = {}
  if (values.serial !== undefined) given.serial = values.serial
  if (values.platform !== undefined) given.platform = values.platform
  if (values['lic-id'] !== undefined) given.licId = values['lic-id']
  if (values.product !== undefined) given.product = values.product
  // A manifest is read before the files it describes.
  const files = [...positionals].sort((a, b) => Number(isManifestPath(b)) - Number(isManifestPath(a)))
  return importLicences(ctx, readFiles(files), { given, isConfirmed: values.replace ?? false })
}

async function verifyAll(ctx: Ctx): Promise<Result> {
  const problems: unknown[] = []
  let [checked, sizeBytes] = [0, 0]
  for (let after = 0; ; ) {
    const part = await verifyArchives(ctx, { after })
    problems.push(...part.problems)
    checked += part.checked
    sizeBytes += part.sizeBytes
    if (part.nextAfter === null) return { checked, sizeBytes, problems, head: part.head }
    after = part.nextAfter
  }
}

async function verifyChain(ctx: Ctx, args: readonly string[]): Promise<Result> {
  const { values } = parse(args, { head: { type: 'string' } })
  const head = values.head === undefined ? {} : { head: values.head }
  for (let cursor = {}; ; ) {
    const part = await verifyAudit(ctx, { ...head, ...cursor })
    if (part.nextCursor === null) {
      const { seq, count, hash } = part.head
      return { checked: part.checkedInAll, problem: part.problem, entries: count, head: `${seq}:${hash}` }
    }
    process.stderr.write(`psm: ${part.checkedInAll} of ${part.head.count} entries are sound\n`)
    cursor = { cursor: part.nextCursor }
  }
}

async function* readFiles(files: readonly string[]): AsyncGenerator<UploadedFile> {
  for (const file of files) yield { fileName: path.basename(file), bytes: await readFile(file) }
}
