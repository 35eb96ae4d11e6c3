import { readdirSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export type HolderRole = 'server' | 'cli' | 'test'

/** Who started the database of a folder. `bornAt` tells a recycled process id from the real one. */
export interface OwnerRecord {
  pid: number
  bornAt: string
  role: HolderRole
  socketPath: string
}

const fileOf = (directory: string) => path.join(directory, 'owner.json')

export function writeOwner(directory: string, role: HolderRole, socketPath: string): void {
  const record: OwnerRecord = { pid: process.pid, bornAt: bornAt(process.pid) ?? '', role, socketPath }
  const temporary = `${fileOf(directory)}.${process.pid}`
  writeFileSync(temporary, JSON.stringify(record), { mode: 0o600 })
  renameSync(temporary, fileOf(directory))
}

/** The living owner; undefined where there is none, or it died without cleaning up. */
export function livingOwner(directory: string): OwnerRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(fileOf(directory), 'utf8')) as OwnerRecord
    const born = bornAt(record.pid)
    return born !== undefined && born === record.bornAt ? record : undefined
  } catch {
    return undefined
  }
}

/** Removes our own record, not one that another process wrote since. */
export function clearOwner(directory: string): void {
  try {
    const record = JSON.parse(readFileSync(fileOf(directory), 'utf8')) as OwnerRecord
    if (record.pid === process.pid) rmSync(fileOf(directory), { force: true })
  } catch {
    // Nothing there: nothing to remove.
  }
}

/** When a process was started, in ticks since boot; undefined where there is none. A zombie counts as gone. */
export function bornAt(pid: number): string | undefined {
  const fields = processFields(pid)
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19]
}

/** /proc/PID/stat after the name, which may hold anything: state, parent, … */
function processFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** The process that started this one. */
export function parentOf(pid: number): number | undefined {
  const parent = processFields(pid)?.[1]
  return parent === undefined ? undefined : Number(parent)
}

/** The postmaster that holds a data folder, as its pid file says, if that process really is one. */
export function runningPostmaster(data: string): number | undefined {
  const pid = pidFileLine(data, 0)
  if (pid === '') return undefined
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres' ? Number(pid) : undefined
  } catch {
    return undefined
  }
}

/** Processes of PostgreSQL that work in a data folder, the postmaster among them, where we may look. */
export function holdersOf(data: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const isOne =
        /^\d+$/.test(name) &&
        readFileSync(`/proc/${name}/comm`, 'utf8').trim() === 'postgres' &&
        readlinkSync(`/proc/${name}/cwd`) === data
      return isOne ? [Number(name)] : []
    } catch {
      return []
    }
  })
}

/** A line of postmaster.pid: 0 the process id, 7 the state. */
export function pidFileLine(data: string, line: number): string {
  try {
    return readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[line]?.trim() ?? ''
  } catch {
    return ''
  }
}
