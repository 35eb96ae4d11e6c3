import { readFileSync } from 'node:fs'

interface Instruction {
  word: string
  rest: string
}

interface Dockerfile {
  /** Of the first stage, which builds. */
  buildStage: Instruction[]
  /** Of the last one, which becomes the image. */
  finalStage: Instruction[]
  /** What the last stage's last instruction of a kind says. */
  last(word: string): string
  /** The command of HEALTHCHECK. */
  healthCheck: string[]
}

/** The Dockerfile's instructions: comments gone, continued lines joined. */
export function dockerfile(): Dockerfile {
  const text = readFileSync('Dockerfile', 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
  const all = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
      if (word === '') throw new Error(`The Dockerfile has a line that is no instruction: ${line}`)
      return { word, rest: rest.trim() }
    })
  const starts = all.flatMap(({ word }, at) => (word === 'FROM' ? [at] : []))
  const buildStage = all.slice(starts[0], starts[1])
  const finalStage = all.slice(starts.at(-1))
  const last = (wanted: string) => finalStage.findLast(({ word }) => word === wanted)?.rest ?? ''
  const healthCheck = JSON.parse(/CMD (\[.*\])$/.exec(last('HEALTHCHECK'))?.[1] ?? '[]') as string[]
  return { buildStage, finalStage, last, healthCheck }
}
