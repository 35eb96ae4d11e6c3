import type { WebApp } from './web-app'

/** Has the server take an APK in, as the operator of the demo. */
export async function takeInApk(
  { admin, url }: WebApp,
  bytes: Buffer,
): Promise<{ id: string; appId: string }> {
  const file = { fileName: 'app.apk', sizeBytes: bytes.length, purpose: 'apps' }
  const { uploadId } = (await admin.tell('uploads.create', file)) as { uploadId: string }
  const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${url}/api/v1/uploads/${uploadId}/parts/0`, {
    method: 'PUT',
    headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  })
  if (!answer.ok) throw new Error(`The APK was not taken: ${await answer.text()}`)
  const taken = await admin.tell('appIntake.create', { uploadId })
  return (taken as { version: { id: string; appId: string } }).version
}
