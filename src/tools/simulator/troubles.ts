/** How actions go wrong, each 0 to 1. */
export interface Troubles {
  /** Of the actions: it fails, and says so. */
  failRate: number
  /** Of the actions: says that it is installed, and goes on with what it had. */
  lieRate: number
  /** Of the actions: never says anything of it. */
  silentRate: number
  /** Of the pieces that are fetched: the power fails after it. */
  powerCutRate: number
  /** Of the pieces that are fetched: the network is lost in the middle of it. */
  networkLossRate: number
  /** Of the actions that install applications: one of them is there already, signed by somebody else. */
  wrongSignatureRate: number
  /** Of the key files that are fetched: the connection is lost behind the last byte. */
  lostAnswerRate: number
  /** Of the key files that are loaded: the check value of a key is another one. */
  kcvMismatchRate: number
}

export const NO_TROUBLES: Troubles = {
  failRate: 0,
  lieRate: 0,
  silentRate: 0,
  powerCutRate: 0,
  networkLossRate: 0,
  wrongSignatureRate: 0,
  lostAnswerRate: 0,
  kcvMismatchRate: 0,
}
