import { crc32, deflateSync } from 'node:zlib'

type Colour = readonly [red: number, green: number, blue: number]

const WHITE: Colour = [255, 255, 255]
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Eight bits of red, green, blue and opacity. */
const RGBA = Buffer.from([8, 6, 0, 0, 0])

/**
 * An icon as PNG: a square with round corners, and on it a white sign.
 * @param sign its rows from above, `#` where it is white; all equally long
 * @param sidePixels at least 16
 */
export function makeIcon(colour: Colour, sign: readonly string[], sidePixels = 96): Buffer {
  const rows = Array.from({ length: sidePixels }, (_none, y) =>
    Buffer.from([
      0,
      ...Array.from({ length: sidePixels }, (_pixel, x) =>
        isInside(x, y, sidePixels)
          ? [...(isSign(sign, x / sidePixels, y / sidePixels) ? WHITE : colour), 255]
          : [0, 0, 0, 0],
      ).flat(),
    ]),
  )
  const sides = Buffer.alloc(8)
  sides.writeUInt32BE(sidePixels, 0)
  sides.writeUInt32BE(sidePixels, 4)
  return Buffer.concat([
    SIGNATURE,
    part('IHDR', Buffer.concat([sides, RGBA])),
    part('IDAT', deflateSync(Buffer.concat(rows))),
    part('IEND', Buffer.alloc(0)),
  ])
}

function isInside(x: number, y: number, side: number): boolean {
  const radius = side / 5
  const beyond = (at: number) => Math.max(radius - at - 0.5, at + 0.5 - (side - radius), 0)
  return Math.hypot(beyond(x), beyond(y)) <= radius
}

/** It takes the middle half of the square. */
function isSign(sign: readonly string[], x: number, y: number): boolean {
  const row = sign[Math.floor((y - 0.25) * 2 * sign.length)]
  return row?.[Math.floor((x - 0.25) * 2 * row.length)] === '#'
}

/** PNG, "Chunk layout". */
function part(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
