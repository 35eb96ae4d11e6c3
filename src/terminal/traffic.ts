/** How a request of a known terminal ended. */
export interface Ending {
  slot: number
  /** The message's name; `unknown` where there is no such message. */
  kind: string
  status: number
  /** Of the problem; undefined where there was none. */
  code: string | undefined
  /** What a success has in common with others that say nothing more; undefined where it is worth a row of its own. */
  alike: string | undefined
  /** When the request came. */
  atMs: number
  durationMs: number
  /** When the terminal was told to come again; 0 where it was not. */
  nextSeconds: number
}

/** A request and its answer, as they are noted. */
export interface Exchanged extends Ending {
  terminalId: string
  requestId: string
  /** How many things were handed over. */
  items: number | undefined
  /** In a few words of the protocol what it was about. */
  about: string | undefined
  /** As sent, whatever the coding. */
  requestBytes: number
  answerBytes: number
  address: string
  /** The answer did not leave as a whole. */
  isBrokenOff: boolean
  /** Parsed JSON, and only where the message says that it may be kept. */
  request: unknown
  answer: unknown
  /** What of the request was looked through for card numbers by who took it, and counted. */
  countedElsewhere: unknown
  /** How much memory both take, about. */
  heldBytes: number
}

/** Who notes what terminals ask. Called on the hot path, behind the answer: it must neither wait nor throw. */
export interface TrafficLog {
  /**
   * True where the request is one more of its terminal's run of requests that are answered alike: it has been counted, and
   * nothing else need be told of it.
   */
  isOneMore(ending: Ending): boolean
  note(exchanged: Exchanged): void
}
