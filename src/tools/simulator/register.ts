import type { TerminalClient } from './client'
import type { Memory } from './terminal'

/** Registers those that are not, and asks for one code for all of them: what an operator does by hand. */
export async function askForCode(
  client: TerminalClient,
  apiKey: string | undefined,
  strangers: readonly Memory[],
): Promise<string | undefined> {
  if (apiKey === undefined || strangers.length === 0) return undefined
  for (const { serial, platform } of strangers) {
    const answer = await client.send({
      method: 'POST',
      path: '/api/v1/terminals',
      token: apiKey,
      json: { serial, platform },
    })
    if (answer.status !== 201 && answer.status !== 409)
      throw new Error(`registering ${serial}: ${answer.body}`)
  }
  const answer = await client.send({
    method: 'POST',
    path: '/api/v1/enrollment-codes',
    token: apiKey,
    json: { serials: strangers.map((one) => one.serial) },
  })
  if (answer.status !== 201) throw new Error(`asking for a code: ${answer.body}`)
  return answer.json<{ enrollmentCode: string }>().enrollmentCode
}
