import { Readable } from 'node:stream'
import type { Ctx } from '../../../src/core/context'
import type { UploadPurpose } from '../../../src/features/uploads/schemas'
import { createUpload } from '../../../src/features/uploads/service/announce'
import { receivePart } from '../../../src/features/uploads/service/parts'

/** A complete upload of the caller. */
export async function upload(
  ctx: Ctx,
  fileName: string,
  bytes: Buffer,
  purpose: UploadPurpose = 'packages',
): Promise<string> {
  const { uploadId, partBytes, partCount } = await createUpload(ctx, {
    fileName,
    sizeBytes: bytes.length,
    purpose,
  })
  for (let index = 0; index < partCount; index++) {
    const part = bytes.subarray(index * partBytes, (index + 1) * partBytes)
    await receivePart(ctx, { uploadId, index }, Readable.from([part]))
  }
  return uploadId
}

/** A rule that needs a package, as the slice of rules writes it. */
export async function insertRule(
  { sql }: Pick<Ctx, 'sql'>,
  name: string,
  packageId: string,
): Promise<string> {
  const [rule] = await sql<{ id: string }[]>`
    insert into update_rules (id, name, platform, created_by, created_at, updated_at)
    values (gen_random_uuid(), ${name}, 'wiseasy-wpos3', 'me', now(), now()) returning id`
  const id = rule?.id ?? ''
  await sql`insert into update_rule_steps (rule_id, position, package_id) values (${id}, 0, ${packageId})`
  return id
}
