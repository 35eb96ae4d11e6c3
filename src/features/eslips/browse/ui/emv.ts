/**
 * What terminals write into the fields of EMV, in words: EMV 4.3 book 3, annex C5 (TVR), C6 (TSI) and 6.5.5 table 14
 * (types of cryptograms). The names are keys of the dictionary.
 */
export interface EmvBit {
  /** Such as `B1b8`: byte 1, its highest bit. */
  place: string
  name: TvrName | TsiName | 'reserved'
}

/** From the highest bit of each byte on; bits without a name are reserved. */
const TVR = [
  [
    'odaNotPerformed',
    'sdaFailed',
    'dataMissing',
    'exceptionFile',
    'ddaFailed',
    'cdaFailed',
    'sdaSelected',
    null,
  ],
  ['otherVersion', 'expired', 'notYetEffective', 'serviceNotAllowed', 'newCard', null, null, null],
  ['cvmFailed', 'cvmUnknown', 'pinTriesExceeded', 'pinPadMissing', 'pinNotEntered', 'onlinePin', null, null],
  ['floorLimit', 'lowerLimit', 'upperLimit', 'randomOnline', 'forcedOnline', null, null, null],
  ['defaultTdol', 'issuerAuthFailed', 'scriptBeforeFailed', 'scriptAfterFailed', null, null, null, null],
] as const
const TSI = [
  ['odaPerformed', 'cvmPerformed', 'cardRisk', 'issuerAuth', 'terminalRisk', 'scriptPerformed', null, null],
  [null, null, null, null, null, null, null, null],
] as const

type NameIn<Table extends readonly (readonly (string | null)[])[]> = NonNullable<Table[number][number]>
export type TvrName = NameIn<typeof TVR>
export type TsiName = NameIn<typeof TSI>

/** The bits that are set in a TVR of ten hexadecimal digits; undefined for anything else. */
export function tvrBits(hex: string): EmvBit[] | undefined {
  return bitsOf(hex, TVR)
}

/** The same of a TSI of four digits. */
export function tsiBits(hex: string): EmvBit[] | undefined {
  return bitsOf(hex, TSI)
}

function bitsOf(hex: string, table: readonly (readonly (EmvBit['name'] | null)[])[]): EmvBit[] | undefined {
  if (hex.length !== table.length * 2 || !/^[0-9a-f]+$/i.test(hex)) return undefined
  return table.flatMap((names, byte) => {
    const value = Number.parseInt(hex.slice(byte * 2, byte * 2 + 2), 16)
    return names.flatMap((name, at) =>
      (value & (0x80 >> at)) === 0 ? [] : [{ place: `B${byte + 1}b${8 - at}`, name: name ?? 'reserved' }],
    )
  })
}

export type CryptogramName = 'tc' | 'arqc' | 'aac'

/** The type of a cryptogram by its name or by tag 9F27, whose two highest bits say it. */
export function cryptogramOf(acType: string): CryptogramName | undefined {
  const known = (['tc', 'arqc', 'aac'] as const).find((one) => one === acType.toLowerCase())
  if (known !== undefined || !/^[0-9a-f]{2}$/i.test(acType)) return known
  return (['aac', 'tc', 'arqc', undefined] as const)[Number.parseInt(acType, 16) >> 6]
}
