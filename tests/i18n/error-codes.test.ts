import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errors } from '../../src/i18n/en/errors'
import { readSources } from '../rules/source-files'

/** Codes that never reach a page, and why. */
const ELSEWHERE: [code: RegExp, reason: string][] = [
  [
    /^(enrollment_refused|no_license|no_keys|status_required|state_conflict|terminal_suspended|invalid_message)$/,
    'terminals only',
  ],
  [/^key_(file_refused|sequence_conflict|sequence_old)$/, 'key systems only'],
  [
    /^(wrapping_key_unknown|wrapped_key_unreadable|wrapping_keys_broken|key_file_purged|key_file_unreadable|rotation_unfinished|backup_under_way|backup_hold_lost)$/,
    'told at the command line, or turned into other refusals',
  ],
  [
    /^(malformed_gzip|body_incomplete|body_timeout|too_many_requests|too_many_refusals|downloads_busy|file_not_offered)$/,
    'terminals only',
  ],
  [
    /^(bad_blob_cursor|blobs_being_moved|blobs_not_all_moved|blob_store_(foreign|not_configured)|files_not_shared|servers_(lack_store|not_following))$/,
    'told at the command line',
  ],
  [/^ecr_log_(charset_unknown|name_invalid|offset_mismatch|upload_ended|uploads_busy)$/, 'terminals only'],
  [
    /^blob_(bad_key|exists|not_found|range|hash_mismatch|source_stalled|too_large|store_failed)$/,
    'turned into other refusals',
  ],
  [
    /^(bad_name_patterns|mutation_without_audit|storage_in_use|bad_settings)$/,
    'told at the start or in the log',
  ],
  [
    /^(method_not_allowed|unsupported_media_type|unsupported_content_encoding|malformed_json)$/,
    'a mistake of a program',
  ],
  [/^(malformed_multipart|unknown_path|unknown_procedure|invalid_characters)$/, 'a mistake of a program'],
]

/** Every code of a refusal in the sources: `failure(kind, code, …)` and `new Failure(kind, code, …)`. */
function codes(): Set<string> {
  const found = new Set<string>()
  for (const { path } of readSources('src'))
    for (const [, code = ''] of readFileSync(path, 'utf8').matchAll(/\b[fF]ailure\(\s*'\w+',\s*'(\w+)'/g))
      found.add(code)
  return found
}

describe('what a refusal means to people', () => {
  it('is said for every code that reaches a page', () => {
    const all = codes()
    expect(all.size).toBeGreaterThan(30)
    const untold = [...all].filter(
      (code) => !(code in errors) && !ELSEWHERE.some(([pattern]) => pattern.test(code)),
    )
    expect(untold.sort()).toEqual([])
  })
})
