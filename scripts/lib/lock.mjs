import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT } from './sources.mjs'

const LOCK = path.join(ROOT, '.vinxi', 'build.lock')

/** Runs `work` while no other build of this folder runs. A lock whose owner died is taken over. */
export async function withBuildLock(work) {
  mkdirSync(path.dirname(LOCK), { recursive: true })
  while (!take()) await sleep(500)
  try {
    return await work()
  } finally {
    rmSync(LOCK, { force: true })
  }
}

function take() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  if (!isAlive(ownerOf())) rmSync(LOCK, { force: true })
  return false
}

function ownerOf() {
  try {
    return Number(readFileSync(LOCK, 'utf8'))
  } catch {
    return 0
  }
}

function isAlive(pid) {
  // Just made and not written yet: give it the time.
  if (!pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
