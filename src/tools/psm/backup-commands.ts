import { processConfiguration } from '../../config'
import type { Ctx } from '../../core/context'
import type { PreparedDatabase } from '../../server/backing'
import { withLocalCtx } from '../local'
import { need, parse } from './args'
import { type MadeBackup, makeBackup } from './backup/make'
import type { Manifest } from './backup/manifest'
import { moveDatabase } from './backup/move'
import { Progress } from './backup/progress'
import { restoreBackup } from './backup/restore'
import { verifyBackup } from './backup/verify'
import type { Result, StandaloneCommand } from './command'

const progress = new Progress((line) => process.stderr.write(`psm: ${line}\n`))

export const backupCommands: readonly StandaloneCommand[] = [
  {
    name: 'backup verify',
    usage: '--from FOLDER',
    summary:
      'Reads a backup, or the newest of a folder of them, and compares every file and row with its hashes.',
    async runAlone(args) {
      const { values } = parse(args, { from: { type: 'string' } })
      return { ...(await verifyBackup(need(values.from, '--from'), progress)) }
    },
    describe: describeBackup,
    isRefusal: hasFaults,
  },
  {
    name: 'backup',
    usage: '--to FOLDER',
    summary:
      'Copies the database as it is at this moment, and all files that it names, into a new folder there, beside the running server. What an earlier backup there has is linked. Secrets are not in it.',
    async runAlone(args) {
      const { values } = parse(args, { to: { type: 'string' } })
      const to = need(values.to, '--to')
      const make = (ctx: Ctx, { owner }: PreparedDatabase) => makeBackup(ctx, owner, to, progress)
      return { ...(await withLocalCtx('cli', make)) }
    },
    describe: describeBackup,
    isRefusal: hasFaults,
  },
  {
    name: 'restore',
    usage: '--from FOLDER [--without-secrets] [--take-over-store]',
    summary:
      'Puts a backup, or the newest of a folder of them, into an empty STORAGE_DIR, an empty store for binaries and an empty database, and compares all of it. --take-over-store: the installation that has the store is dead.',
    async runAlone(args) {
      const { values } = parse(args, {
        from: { type: 'string' },
        'without-secrets': { type: 'boolean' },
        'take-over-store': { type: 'boolean' },
      })
      const { settings } = processConfiguration()
      const from = need(values.from, '--from')
      const withoutSecrets = values['without-secrets'] ?? false
      const takeOverStore = values['take-over-store'] ?? false
      return { ...(await restoreBackup(settings, { from, withoutSecrets, takeOverStore }, progress)) }
    },
    isRefusal: (result) => hasFaults(result) || result.auditProblem !== null,
  },
  {
    name: 'database move',
    usage: '',
    summary:
      'Moves the embedded database into the empty one that DATABASE_URL and DATABASE_OWNER_URL name, with the server stopped.',
    async runAlone() {
      return { ...(await moveDatabase(processConfiguration().settings, progress)) }
    },
  },
]

const FAULTS: Record<Manifest['blobs']['faults'][number]['fault'], string> = {
  missing: 'missing',
  wrong_hash: 'another SHA-256 than the database says',
}

/** A line a field, then a line for each file that was not right in the store when the backup was made. */
function describeBackup(result: Result): string {
  const { faults, faultCount, ...rest } = result as unknown as Pick<MadeBackup, 'faults' | 'faultCount'>
  const more = faultCount - faults.length
  return [
    ...Object.entries(rest).map(([name, value]) => `${name}: ${value}`),
    `files that were not right in the store when it was made: ${faultCount}`,
    ...faults.map(({ key, fault }) => `  ${key}: ${FAULTS[fault]}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n')
}

/** A file that the database names was not as it says: the rest is there. */
function hasFaults(result: Result): boolean {
  return Number(result.faultCount) > 0
}
