import { hash } from 'node:crypto'
import type { Answer } from '../simulator/client'
import { BUNDLE_FORMAT } from '../simulator/keys/bundle'
import type { KeyDeposit } from '../simulator/keys/key-system'

/** A file as the server tells of it. */
export interface KeyStatus {
  fileId: string
  serial: string
  sequence: number
  batch: string | null
  sha256: string
  state: string
}

/** Of an audit row of a key file. */
export interface KeyAuditRow {
  action: string
  fileId: string
  /** Of a fetch: which one of its lease it was. */
  fetch: number | undefined
}

interface Entry extends KeyDeposit {
  fileId: string
  /** Answers of which the last byte came. */
  whole: number
  /** Answers that broke off in the middle. */
  broken: number
  isReported: boolean
}

export interface KeyVerdict {
  files: number
  wholeAnswers: number
  brokenAnswers: number
  /** Most whole answers of one file. */
  mostAnswers: number
  fetchesCounted: number
  /** Most counted fetches of one file. */
  mostFetches: number
  /** Files of which all fetches of a lease are used up, and no whole answer came: the server died each time. */
  usedUpInVain: number
  installed: number
  faults: {
    /** Bytes that went to another terminal, or that nobody deposited. */
    foreign: number
    /** Bytes that are not those of the deposit. */
    altered: number
    /** Files whose deposit was acknowledged, and that are not there. */
    lost: number
    doubled: number
    /** Files with more fetches in a lease than are allowed. */
    overFetched: number
    /** Answers without a row of the audit, rows that are missing in a count, or are there twice. */
    unaudited: number
    /** Acknowledged results of which the state knows nothing. */
    forgotten: number
  }
}

/** What was deposited and what terminals got, to be held against what the server says in the end. */
export class KeyLedger {
  readonly #files = new Map<string, Entry>()
  #foreign = 0
  #altered = 0

  deposited(deposit: KeyDeposit, fileId: string): void {
    this.#files.set(fileId, { ...deposit, fileId, whole: 0, broken: 0, isReported: false })
  }

  /**
   * What came as an answer to a fetch.
   * @param serial of the terminal that got it
   * @param isWhole false where the connection broke before its end
   */
  received(serial: string, answer: Answer, isWhole: boolean): void {
    if (answer.status !== 200) {
      if (answer.body.includes(BUNDLE_FORMAT)) this.#foreign++
      return
    }
    const file = this.#files.get(String(answer.headers['psm-bundle-id']))
    if (file?.serial !== serial) {
      this.#foreign++
      return
    }
    const { bytes } = file
    const isExact = isWhole
      ? answer.body.equals(bytes)
      : answer.body.equals(bytes.subarray(0, answer.body.length))
    if (!isExact) this.#altered++
    if (isWhole) file.whole++
    else file.broken++
  }

  /** The bytes of a file, where its terminal has got them. */
  wholeOf(fileId: string): Buffer | undefined {
    const file = this.#files.get(fileId)
    return file !== undefined && file.whole > 0 ? file.bytes : undefined
  }

  reported(fileId: string): void {
    const file = this.#files.get(fileId)
    if (file !== undefined) file.isReported = true
  }

  /** @param mostFetches that one lease allows; no file has had more than one lease */
  judge(statuses: readonly KeyStatus[], audit: readonly KeyAuditRow[], mostFetches: number): KeyVerdict {
    const verdict: KeyVerdict = {
      ...{ files: this.#files.size, wholeAnswers: 0, brokenAnswers: 0, mostAnswers: 0 },
      ...{ fetchesCounted: 0, mostFetches: 0, usedUpInVain: 0, installed: 0 },
      faults: {
        ...{ foreign: this.#foreign, altered: this.#altered, lost: 0, doubled: 0 },
        ...{ overFetched: 0, unaudited: 0, forgotten: 0 },
      },
    }
    const { faults } = verdict
    for (const file of this.#files.values()) {
      const [status, ...more] = statuses.filter(
        ({ serial, sequence }) => serial === file.serial && sequence === file.sequence,
      )
      const ofFile = audit.filter(({ fileId }) => fileId === file.fileId)
      if (status?.fileId !== file.fileId) faults.lost++
      else if (status.sha256 !== hash('sha256', file.bytes)) faults.altered++
      faults.doubled += more.length
      if (ofFile.filter(({ action }) => action === 'key.deposited').length !== 1) faults.unaudited++
      const fetches = ofFile.flatMap(({ fetch }) => fetch ?? []).sort((a, b) => a - b)
      const isGapless = fetches.every((fetch, at) => fetch === at + 1)
      if (!isGapless || fetches.length < file.whole + file.broken) faults.unaudited++
      if (fetches.length > mostFetches || file.whole > mostFetches) faults.overFetched++
      if (fetches.length === mostFetches && file.whole === 0) verdict.usedUpInVain++
      if (file.isReported && status?.state !== 'installed') faults.forgotten++
      if (status?.state === 'installed') verdict.installed++
      verdict.wholeAnswers += file.whole
      verdict.brokenAnswers += file.broken
      verdict.mostAnswers = Math.max(verdict.mostAnswers, file.whole)
      verdict.fetchesCounted += fetches.length
      verdict.mostFetches = Math.max(verdict.mostFetches, fetches.length)
    }
    faults.foreign += statuses.filter(({ fileId }) => !this.#files.has(fileId)).length
    return verdict
  }
}
