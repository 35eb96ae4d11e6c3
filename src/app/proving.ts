import { refusalOf } from '../ui/form/refusal'

const PROOF_NEEDED = 'psm-proof-needed'

/** Asks the person at the desk to prove who they are; true where they did. */
type Ask = () => Promise<boolean>

/** Asks by `ask` whenever a call needs a proof. @returns what ends it. */
export function onProofNeeded(ask: Ask): () => void {
  const answer = (event: Event) => {
    ;(event as CustomEvent<{ answer?: Promise<boolean> }>).detail.answer = ask()
  }
  addEventListener(PROOF_NEEDED, answer)
  return () => removeEventListener(PROOF_NEEDED, answer)
}

/**
 * Does something that the server may want a fresh proof for: asks, and does it once more. Where the person will not, the refusal stands and
 * whoever called goes on as with any other.
 */
export async function withProof<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    const isNeeded = refusalOf(error).code === 'reauthentication_needed'
    if (!isNeeded || !(await askAtDesk())) throw error
    return run()
  }
}

async function askAtDesk(): Promise<boolean> {
  const detail: { answer?: Promise<boolean> } = {}
  dispatchEvent(new CustomEvent(PROOF_NEEDED, { detail }))
  return (await detail.answer) ?? false
}
