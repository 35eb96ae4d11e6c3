import path from 'node:path'
import { measureArchive } from './eslips/archive'
import { measureIngest } from './eslips/ingest'
import { judgedSearch, measureSearch } from './eslips/search'
import type { Findings } from './lib/figure'
import { inFolder } from './lib/folder'
import { main, say } from './lib/main'

await main({
  name: 'eslips',
  title:
    'Slips handed over, beside the same rows in other hands of the same PostgreSQL; what an operator asks of slips, beside the bare statements; days moved into archives, beside COPY.',
  options: {
    parts: { default: 'ingest,search,archive', meaning: 'which of them' },
    seconds: { default: '4', quick: '2', meaning: 'length of one slice of ingest' },
    rounds: { default: '5', quick: '2', meaning: 'slices of each kind; medians are taken' },
    connections: { default: '32', meaning: 'clients' },
    'copy-rows': { default: '60000', quick: '30000', meaning: 'rows of one COPY' },
    rows: { default: '5000000', quick: '200000', meaning: 'slips of 60 days that are searched' },
    asks: { default: '100', quick: '10', meaning: 'times each question is asked' },
    'day-rows': { default: '100000', quick: '50000', meaning: 'slips of a day that is archived' },
    only: { default: '', meaning: 'questions whose name contains it' },
    keep: { default: '', meaning: 'the searched database is kept in this folder and used again' },
    profile: { default: '', meaning: 'a CPU profile of the server is written to this folder' },
  },
  run: ({ parts: wanted, only, keep, profile, ...sizes }) =>
    inFolder(async (directory) => {
      const parts = wanted.split(',')
      const findings: Findings[] = []
      const slices = {
        ...{ directory, seconds: Number(sizes.seconds), rounds: Number(sizes.rounds) },
        connections: Number(sizes.connections),
      }
      if (parts.includes('ingest')) {
        say('ingest')
        const figures = await measureIngest({ ...slices, copyRows: Number(sizes['copy-rows']), profile })
        findings.push({ setUp: [], figures })
      }
      if (parts.includes('search')) {
        say('search')
        const asked = await measureSearch({
          ...{ directory: path.resolve(keep || directory), only },
          ...{ rows: Number(sizes.rows), rounds: Number(sizes.asks) },
        })
        findings.push({ setUp: [], ...judgedSearch(asked) })
      }
      if (parts.includes('archive')) {
        say('archive')
        const { figures, sizes: told } = await measureArchive({
          ...slices,
          dayRows: Number(sizes['day-rows']),
        })
        findings.push({ setUp: [], figures, notes: [told] })
      }
      return {
        setUp: ['all slices take turns, each on the same ground'],
        figures: findings.flatMap(({ figures }) => figures),
        details: findings.flatMap(({ details = [] }) => details),
        notes: findings.flatMap(({ notes = [] }) => notes),
      }
    }),
})
