import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { besideProgram } from '../../../core/beside-program'

/** DejaVu Sans Mono: one width, Latin, Cyrillic and the signs of currencies. The PDF standard's own fonts have no Cyrillic. */
export interface ReceiptFonts {
  plain: Buffer
  strong: Buffer
}

/** Where the build puts them, and where they are among the sources. */
const FOLDERS = ['fonts', path.join('node_modules', 'dejavu-fonts-ttf', 'ttf')]

/** Reads the fonts of receipts; once for a download, however many receipts it has. */
export async function readFonts(): Promise<ReceiptFonts> {
  const [plain, strong] = await Promise.all([read('DejaVuSansMono.ttf'), read('DejaVuSansMono-Bold.ttf')])
  return { plain, strong }
}

async function read(file: string): Promise<Buffer> {
  const found = besideProgram(...FOLDERS.map((folder) => path.join(folder, file)))
  if (found === undefined) throw new Error(`The font ${file} was not found beside the program.`)
  return readFile(found)
}
