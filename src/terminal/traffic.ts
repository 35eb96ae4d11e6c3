/** A request of a known terminal and what it was answered, as it is noted. */
export interface Exchanged {
  slot: number
  terminalId: string
  requestId: string
  /** When the request came. */
  atMs: number
  /** The message's name; `unknown` where there is no such message. */
  kind: string
  /** How many things were handed over. */
  items: number | undefined
  /** In a few words of the protocol what it was about. */
  about: string | undefined
  status: number
  /** Of the problem; undefined where there was none. */
  code: string | undefined
  /** As sent, whatever the coding. */
  requestBytes: number
  answerBytes: number
  durationMs: number
  address: string
  /** The answer did not leave as a whole. */
  isBrokenOff: boolean
  /** Parsed JSON, and only where the message says that it may be kept. */
  request: unknown
  answer: unknown
  /** How much memory both take, about. */
  heldBytes: number
}

/**
 * Who notes what terminals ask. Called on the hot path, after the answer: it must neither wait nor throw.
 */
export interface TrafficLog {
  /**
   * True where the request is one more of its terminal's run of requests that are answered alike: it has been counted, and
   * nothing else need be told of it.
   * @param nextSeconds when the terminal was told to come again; 0 where it was not
   */
  isOneMore(
    slot: number,
    kind: string,
    status: number,
    code: string | undefined,
    atMs: number,
    durationMs: number,
    nextSeconds: number,
  ): boolean
  note(exchanged: Exchanged, nextSeconds: number): void
}
