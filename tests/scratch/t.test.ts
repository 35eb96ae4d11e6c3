import { it } from 'vitest'
import { maskText, createMasker } from '../../src/core/pan-guard'
import { TEST_CARDS } from '../../src/tools/simulator/ecr/hidden'
import { ecrLog } from '../../src/tools/simulator/ecr/log'
import { chanceOf } from '../../src/tools/simulator/random'
import { readableParts } from '../support/card-numbers'
it('x', () => {
  let t = performance.now()
  const lap = (n: string) => { console.log(n, Math.round(performance.now() - t)); t = performance.now() }
  const leaks = { protocol: 'ttk' as const, tid: '00001234', from: new Date('2026-01-01'), leaksPerThousand: 300 }
  const log = [...ecrLog(chanceOf('leaks'), { ...leaks, to: new Date('2026-01-14') })].join('')
  lap('gen ' + log.length)
  const bytes = Buffer.from(log.repeat(Math.ceil(600_000 / log.length)))
  lap('b ' + bytes.length)
  const m = createMasker(); const w = Buffer.concat([...m.push(bytes), ...m.flush()].filter((x) => x !== undefined))
  lap('mask')
  maskText(bytes.toString(), true)
  lap('text')
  TEST_CARDS.flatMap((pan) => readableParts(w.toString(), pan))
  lap('read ' + TEST_CARDS.length)
})
