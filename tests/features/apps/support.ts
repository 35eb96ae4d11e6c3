import type { Ctx } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { createAppVersion } from '../../../src/features/apps/intake'
import { type ApkSample, makeApk } from '../../../src/tools/apk-maker/apk'
import { newSigner } from '../../../src/tools/apk-maker/signing'
import { upload } from '../packages/support'

/** The maker of all applications of a test file, unless it says another. */
export const maker = newSigner('the maker')

export const uploadApk = (ctx: Ctx, bytes: Buffer, fileName = 'app.apk') =>
  upload(ctx, fileName, bytes, 'apps')

/** A version of an application, taken in as by an operator. */
export async function takeIn(ctx: Ctx, sample: ApkSample, bytes = makeApk(sample, maker)) {
  return createAppVersion(ctx, { uploadId: await uploadApk(ctx, bytes) })
}

interface Line {
  appId: string | null
  package: string
  versionId: string | null
  want: 'version' | 'newest' | 'absent'
}

/** A set with one revision for each list of lines, of which one is released, as the slice of sets writes it. */
export async function insertSet(
  { sql }: Pick<Ctx, 'sql'>,
  name: string,
  revisions: readonly (readonly Line[])[],
  releasedRevision = revisions.length,
): Promise<string> {
  const id = newId()
  await sql`insert into app_sets
    (id, name, revision, released_revision, created_by, created_at, updated_by, updated_at)
    values (${id}, ${name}, ${revisions.length}, ${releasedRevision}, 'me', now(), 'me', now())`
  for (const [at, lines] of revisions.entries()) {
    await sql`insert into app_set_revisions (set_id, revision, removes_others, present, made_for, made_by, made_at)
      values (${id}, ${at + 1}, false, '{}', 'change', 'me', now())`
    for (const [position, line] of lines.entries())
      await sql`insert into app_set_lines (set_id, revision, position, app_id, package, want, version_id)
        values (${id}, ${at + 1}, ${position}, ${line.appId}, ${line.package}, ${line.want}, ${line.versionId})`
  }
  return id
}
