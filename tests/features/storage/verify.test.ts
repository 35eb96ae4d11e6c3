import { mkdirSync, readFileSync, rmdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { randomKey } from '../../../src/blobs/keys'
import type { Ctx } from '../../../src/core/context'
import { connect } from '../../../src/db/client'
import type { Verification } from '../../../src/features/storage'
import { blobCommands } from '../../../src/tools/psm/blobs'
import { useTestDatabase } from '../../support/postgres'
import { job, makeCtx, makeServices } from '../../support/services'
import { hashOf, keepOneOfEach } from './room'

const database = useTestDatabase()
let ctx: Ctx
let kept: Awaited<ReturnType<typeof keepOneOfEach>>

beforeAll(async () => {
  ctx = makeCtx(await makeServices(database), job())
  kept = await keepOneOfEach(database, ctx)
})

const fileOf = (key: string) => path.join(ctx.settings.storage.directory, 'blobs', key)

const verify = blobCommands.find(({ name }) => name === 'blobs verify')!
const run = async (...args: string[]) => {
  const result = await verify.run(ctx, args)
  return { ...(result as unknown as Verification), isRefused: verify.isRefusal?.(result) }
}

/** What the command says while one file is not as it was. */
async function whileSpoilt(key: string, spoil: (file: string) => void, ...args: string[]) {
  const whole = readFileSync(fileOf(key))
  spoil(fileOf(key))
  try {
    return await run(...args)
  } finally {
    writeFileSync(fileOf(key), whole)
  }
}
const faults = ({ problems }: Verification) => problems.map(({ fault, key }) => [fault, key])

describe('psm blobs verify', () => {
  it('finds everything as it should be where it is, a blob of every kind that is kept', async () => {
    expect(Object.keys(kept).sort()).toEqual([
      'app-version',
      'ecr-log',
      'eslip-archive',
      'eslip-manifest',
      'key-file',
      'license',
      'package-file',
      'stored-file',
      'upload-part',
    ])
    const told = await run()
    expect(told).toMatchObject({
      checked: 9,
      problemCount: 0,
      orphanCount: 0,
      withoutHash: 0,
      isRefused: false,
    })
    expect(told.readBytes).toBeGreaterThan(20_000_000)
  })

  it.each(['license', 'key-file', 'package-file', 'ecr-log', 'upload-part', 'eslip-manifest'] as const)(
    'says which %s is missing, cut short or changed, and what needs it',
    async (kind) => {
      const key = kept[kind]
      const gone = await whileSpoilt(key, (file) => rmSync(file))
      expect(faults(gone)).toEqual([['missing', key]])
      expect(gone.isRefused).toBe(true)
      const cut = await whileSpoilt(key, (file) => truncateSync(file, 3))
      expect(faults(cut)).toEqual([['wrong_size', key]])
      const changed = await whileSpoilt(key, (file) => {
        const bytes = readFileSync(file)
        bytes.writeUInt8(bytes.readUInt8(2) ^ 1, 2)
        writeFileSync(file, bytes)
      })
      expect(faults(changed)).toEqual([['wrong_hash', key]])
    },
  )

  it('calls what is wrong by the names that operators know it by', async () => {
    const names = {
      license: 'licence LIC-BLOB of BLOB-1',
      'key-file': 'key file 7 of terminal BLOB-1',
      'package-file': 'file update.zip of package system 2.7.0 for wiseasy-wpos3',
      'app-version': 'version 41 of application com.example.blob',
      'upload-part': 'part 0 of the upload of big.zip',
      'ecr-log': 'ECR log till.log of terminal BLOB-1',
      'eslip-archive': 'slips of 2026-01-01 (archive 1)',
      'eslip-manifest': 'manifest of the slips of 2026-01-01 (archive 1)',
    }
    for (const [kind, name] of Object.entries(names)) {
      const told = await whileSpoilt(kept[kind as keyof typeof names], (file) => rmSync(file), '--quick')
      expect(told.problems).toMatchObject([{ kind, belongsTo: [name] }])
      expect(verify.describe?.(told as never)).toContain(`needed by ${name}`)
    }
  })

  it('looks at lengths alone where that is enough, which is quick and finds no flipped bit', async () => {
    const flipped = await whileSpoilt(
      kept['package-file'],
      (file) => {
        const bytes = readFileSync(file)
        bytes.writeUInt8(bytes.readUInt8(2) ^ 1, 2)
        writeFileSync(file, bytes)
      },
      '--quick',
    )
    expect(flipped).toMatchObject({ checked: 9, problemCount: 0, readBytes: 0 })
    const cut = await whileSpoilt(kept['package-file'], (file) => truncateSync(file, 3), '--quick')
    expect(faults(cut)).toEqual([['wrong_size', kept['package-file']]])
  })

  it('says which file cannot be read, and goes on with the others', async () => {
    const file = fileOf(kept['ecr-log'])
    const whole = readFileSync(file)
    rmSync(file)
    // It is there, and nothing can be read of it.
    mkdirSync(file)
    const told = await run('--parallel', '1')
    rmdirSync(file)
    writeFileSync(file, whole)
    expect(told.checked).toBe(9)
    expect(told.problems).toMatchObject([{ fault: 'unreadable', detail: expect.stringContaining('EISDIR') }])
  })

  it('goes on from where it was told that everything before is looked at', async () => {
    expect((await run('--after', `package-file:`)).checked).toBe(7)
    expect((await run('--after', `eslip-manifest:${kept['eslip-manifest']}`)).checked).toBe(0)
    await expect(run('--after', 'slips:x')).rejects.toMatchObject({ code: 'bad_blob_cursor' })
  })

  it('refuses to judge a store that is not there', async () => {
    const elsewhere = {
      ...ctx,
      blobs: { ...ctx.blobs, check: () => ctx.blobs.open(randomKey('lost')) } as never,
    }
    await expect(verify.run(elsewhere, [])).rejects.toMatchObject({ code: 'blob_not_found' })
  })

  it('understands its options', async () => {
    for (const wrong of ['0', '65', 'many'])
      await expect(run('--parallel', wrong)).rejects.toMatchObject({ name: 'UsageError' })
    expect((await run('--parallel', '1')).checked).toBe(9)
  })

  describe('what nothing names', () => {
    let key: string
    beforeEach(async () => {
      ;({ key } = await ctx.blobs.put(randomKey('files'), Readable.from([Buffer.alloc(10)]), {
        maxBytes: 10,
      }))
      return () => rmSync(fileOf(key))
    })

    it('is told as an orphan, but not while it may be on its way into a row', async () => {
      expect(await run()).toMatchObject({ orphanCount: 0, young: 1 })
      utimesSync(fileOf(key), 1, 1)
      const told = await run()
      expect(told).toMatchObject({ orphanCount: 1, orphanBytes: 10, young: 0, isRefused: false })
      expect(told.orphans).toEqual([{ store: 'files', key, sizeBytes: 10 }])
      expect(verify.describe?.(told as never)).toContain(`orphan in files: ${key}, 10 bytes`)
    })
  })

  it.each(['stray.txt', 'sha256/zz/y', 'files/ab/notes'])(
    'tells of a file that is no blob: %s',
    async (name) => {
      mkdirSync(path.dirname(fileOf(name)), { recursive: true })
      writeFileSync(fileOf(name), 'mine')
      const told = await run()
      rmSync(fileOf(name))
      expect(told).toMatchObject({ orphanCount: 0, strayCount: 1, isRefused: false })
      expect(told.strays).toEqual([{ store: 'files', name, sizeBytes: 4 }])
      expect(verify.describe?.(told as never)).toContain(`no blob, in files: ${name}, 4 bytes`)
    },
  )

  it('has nothing to say of what a file system of its own has', async () => {
    mkdirSync(fileOf('lost+found'))
    writeFileSync(fileOf('lost+found/1'), 'theirs')
    expect(await run()).toMatchObject({ problemCount: 0, strayCount: 0 })
    rmSync(fileOf('lost+found'), { recursive: true })
  })

  it('tells how many were stored before their hashes were kept, and compares their lengths', async () => {
    await database.sql`update ecr_logs set packed_sha256 = null`
    expect(await run()).toMatchObject({ problemCount: 0, withoutHash: 1 })
    const cut = await whileSpoilt(kept['ecr-log'], (file) => truncateSync(file, 3))
    expect(faults(cut)).toEqual([['wrong_size', kept['ecr-log']]])
    const hash = hashOf(readFileSync(fileOf(kept['ecr-log'])))
    await database.sql`update ecr_logs set packed_sha256 = ${hash}`
  })

  it('passes over what has been let go of since it was named', async () => {
    await database.sql`update stored_files set state = 'ended' where blob_key = ${kept['stored-file']}`
    const told = await whileSpoilt(kept['stored-file'], (file) => rmSync(file))
    expect(told).toMatchObject({ checked: 8, problemCount: 0, orphanCount: 0 })
    await database.sql`update stored_files set state = 'kept' where blob_key = ${kept['stored-file']}`
  })
})

describe('the view of named blobs', () => {
  it('knows every table that has keys of blobs', async () => {
    const owner = connect(database.owner, { max: 1, applicationName: 'psm-test-storage' })
    const keys = await owner<{ name: string; column: string }[]>`
      select c.table_name as name, c.column_name as column from information_schema.columns c
      join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name ~ '(blob|manifest)_key$'`
    const seen = await owner<{ name: string; column: string }[]>`
      select table_name as name, column_name as column from information_schema.view_column_usage
      where view_name = 'named_blobs'`
    await owner.end()
    expect(keys.length).toBeGreaterThan(8)
    const isSeen = (one: { name: string; column: string }) =>
      seen.some(({ name, column }) => name === one.name && column === one.column)
    // A copy is of a blob that is named elsewhere.
    expect(keys.filter((one) => !isSeen(one)).map(({ name }) => name)).toEqual(['blob_copies'])
  })
})
