/** Control characters that no text file has (tabs, ends of lines and of DOS files it may have); one of them and the file is taken for binary. */
const BINARY = /\p{Cc}(?<![\t-\r\cZ\u0080-\u009f])/u

/**
 * The text of a file: UTF-8 (with or without BOM), UTF-16 with BOM, else a code page of Russian Windows: Windows-1251,
 * or CP866 as its command line has it. The bytes stay as they are.
 * @returns undefined for binary content
 */
export function decodeText(
  bytes: Uint8Array,
  codePage: 'windows-1251' | 'ibm866' = 'windows-1251',
): string | undefined {
  const text = decode(bytes, codePage)
  return text === undefined || BINARY.test(text) ? undefined : text
}

function decode(bytes: Uint8Array, codePage: string): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeStrictly('utf-16le', bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeStrictly('utf-16be', bytes)
  return decodeStrictly('utf-8', bytes) ?? decodeStrictly(codePage, bytes)
}

function decodeStrictly(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
