/** A refusal of the sign-in room, as RFC 9457 tells it, with how long to wait. */
export interface RoomRefusal {
  code?: string
  issues?: { path: string; message: string }[]
  requestId?: string
  retryAfterSeconds?: number
}

/**
 * Sends a message to the sign-in room and gives its answer.
 * @throws RoomRefusal what the server refused; TypeError where it was not reached
 */
export async function sendToRoom<Answer = unknown>(message: string, body: object): Promise<Answer> {
  const answer = await fetch(`/api/auth${message}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer
  const refusal: RoomRefusal = readProblem(text)
  const requestId = answer.headers.get('X-Request-Id')
  if (requestId !== null) refusal.requestId = requestId
  const waitSeconds = Number(answer.headers.get('Retry-After'))
  if (waitSeconds > 0) refusal.retryAfterSeconds = waitSeconds
  throw refusal
}

/** What is not ours, such as a proxy's page, has no code. */
function readProblem(text: string): RoomRefusal {
  try {
    return JSON.parse(text) as RoomRefusal
  } catch {
    return {}
  }
}
