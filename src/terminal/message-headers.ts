/** Headers that messages and answers carry beside those of every one; the published document tells them. */
export const REQUEST_HEADERS = {
  'If-None-Match': { description: 'The `ETag` of what the terminal has: then 304.' },
  Range: { description: 'What is missing: one range, to the end.' },
  'If-Range': {
    description: 'The `ETag` of the part that is there; else all of it comes.',
    example: '"9f86d081…"',
  },
  'Upload-Offset': { description: 'Where the upload goes on; without it, 0.' },
} as const

export const ANSWER_HEADERS = {
  'Psm-Next-Check-In': { description: 'In so many seconds the terminal is expected again.', example: '311' },
  ETag: { description: 'SHA-256 of the bytes, in hexadecimal.', example: '"9f86d081…"' },
  'Repr-Digest': {
    description: 'The same by RFC 9530.',
    example: 'sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:',
  },
  'Accept-Ranges': { description: 'A download may go on by `Range`.', example: 'bytes' },
  'Content-Range': { description: 'Which part of how many bytes.', example: 'bytes 1048576-2097151/2097152' },
  Location: {
    description: 'Where to fetch it: without the token.',
    example: 'https://files.example/9f86d081…',
  },
  'Psm-Bundle-Id': {
    description: 'What the result of loading is reported for.',
    example: '0197a3c2-5b1e-7c4d-8f20-6a1b2c3d4e5f',
  },
  'Upload-Offset': { description: 'So many bytes have come.', example: '1048576' },
} as const

export type RequestHeader = keyof typeof REQUEST_HEADERS
export type AnswerHeader = keyof typeof ANSWER_HEADERS
