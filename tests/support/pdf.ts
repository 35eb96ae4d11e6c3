import { inflateSync } from 'node:zlib'

/** What a PDF of ours says: text in the order in which it is drawn, a line for each piece, pages, and embedded fonts. */
export function readPdf(bytes: Buffer): { lines: string[]; pages: number; fonts: string[]; widthMm: number } {
  const source = bytes.toString('latin1')
  const streams = [...source.matchAll(/<<[\s\S]*?>>\s*stream\r?\n/g)].map((found) => {
    const start = found.index + found[0].length
    const raw = bytes.subarray(start, source.indexOf('endstream', start))
    return found[0].includes('/FlateDecode') ? inflateSync(raw).toString('latin1') : raw.toString('latin1')
  })
  const maps = streams.filter((one) => one.includes('beginbfrange')).map(charactersOf)
  const drawn = streams.find((one) => /\bTf\b/.test(one)) ?? ''
  const order = [...source.matchAll(/\/F(\d+) \d+ 0 R/g)].map(([, id]) => Number(id))
  const lines: string[] = []
  let map = maps[0]
  for (const [, font, text] of drawn.matchAll(/\/F(\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) map = maps[[...new Set(order)].sort((a, b) => a - b).indexOf(Number(font))]
    const glyphs = [...(text ?? '').matchAll(/<([0-9a-f]+)>/gi)].flatMap(
      ([, hex = '']) => hex.match(/.{4}/g) ?? [],
    )
    if (text !== undefined)
      lines.push(glyphs.map((glyph) => map?.get(Number.parseInt(glyph, 16)) ?? '?').join(''))
  }
  const [, width = '0'] = /\/MediaBox \[0 0 ([\d.]+)/.exec(source) ?? []
  return {
    lines,
    pages: [...source.matchAll(/\/Type \/Page\b/g)].length,
    fonts: [...source.matchAll(/\/FontName \/(\S+)/g)].map(([, name = '']) => name),
    widthMm: Math.round((Number(width) * 25.4) / 72),
  }
}

function charactersOf(cmap: string): Map<number, string> {
  const found = new Map<number, string>()
  for (const [, from = '', , list = ''] of cmap.matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/gi))
    for (const [place, [, hex = '']] of [...list.matchAll(/<([0-9a-f ]+)>/gi)].entries())
      found.set(
        Number.parseInt(from, 16) + place,
        Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
      )
  return found
}
