/**
 * What is said when the server cannot start: one line a person can act on. Failures that carry a code were foreseen;
 * anything else is a mistake of ours and keeps its stack.
 */
export function startFailureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isForeseen = typeof (error as { code?: unknown }).code === 'string'
  return isForeseen ? error.message.replaceAll(/\s*\n\s*/g, ' ') : (error.stack ?? error.message)
}
