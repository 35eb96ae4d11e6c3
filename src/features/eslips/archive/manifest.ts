import { hash } from 'node:crypto'
import { SCHEMA_VERSION } from './format/columns'
import type { Summary } from './format/summary'
import type { SlipSum } from './schemas'

/**
 * What an archive is, in a text that is kept in the database and beside the file. Each names the hash of the one before,
 * so whoever knows the newest hash can tell whether any before it was altered, taken out or put in.
 */
export interface Manifest {
  number: number
  day: string
  blobKey: string
  rows: number
  sizeBytes: number
  /** Of the file. */
  sha256: string
  /** Of the rows in their order: see Summary. */
  rowsDigest: string
  minSeq: number
  maxSeq: number
  minFiledAt: string
  maxFiledAt: string
  schemaVersion: number
  totals: SlipSum[]
  merchantIds: string[]
  writtenAt: string
  previousHash: string
}

/** What the first of a chain names as the one before. */
export const NO_HASH = '0'.repeat(64)

/** A manifest's text: its fields in one order, so that the same manifest is the same text. */
export function manifestText(
  file: { day: string; blobKey: string; sizeBytes: number; sha256: string; summary: Summary },
  place: { number: number; previousHash: string; writtenAt: Date },
): string {
  const { summary } = file
  const manifest: Manifest = {
    number: place.number,
    day: file.day,
    blobKey: file.blobKey,
    rows: summary.rows,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    rowsDigest: summary.rowsDigest,
    minSeq: summary.minSeq,
    maxSeq: summary.maxSeq,
    minFiledAt: new Date(summary.minFiledAtMs).toISOString(),
    maxFiledAt: new Date(summary.maxFiledAtMs).toISOString(),
    schemaVersion: SCHEMA_VERSION,
    totals: summary.totals,
    merchantIds: summary.merchantIds,
    writtenAt: place.writtenAt.toISOString(),
    previousHash: place.previousHash,
  }
  return JSON.stringify(manifest)
}

/** SHA-256 of a manifest's text, in hexadecimal. */
export const hashOf = (text: string): string => hash('sha256', text, 'hex')
