import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let root: string

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'psm tool '))
  cpSync('scripts', path.join(root, 'scripts'), { recursive: true })
  mkdirSync(path.join(root, 'src/tools/hello'), { recursive: true })
  mkdirSync(path.join(root, 'node_modules'))
  symlinkSync(path.resolve('node_modules/esbuild'), path.join(root, 'node_modules/esbuild'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

const source = (greeting: string) =>
  writeFileSync(
    path.join(root, 'src/tools/hello/main.ts'),
    `const who: string = process.argv.slice(2).join(' ')\nprocess.stdout.write(\`${greeting} \${who}\`)\n`,
  )

const run = async (...args: string[]) => {
  const script = path.join(root, 'scripts/tool.mjs')
  return (await promisify(execFile)(process.execPath, [script, ...args])).stdout
}

describe('running a command-line tool', () => {
  it('needs no build: it runs from the sources, as they are now', async () => {
    source('hello')
    expect(await run('hello', 'big', 'world')).toBe('hello big world')
    expect(await run('hello', 'again')).toBe('hello again')
    source('bye')
    expect(await run('hello', 'world')).toBe('bye world')
  })

  it('takes what was built where there are no sources', async () => {
    rmSync(path.join(root, 'src'), { recursive: true })
    mkdirSync(path.join(root, '.output/tools'), { recursive: true })
    writeFileSync(path.join(root, '.output/tools/hello.mjs'), `process.stdout.write('built')`)
    expect(await run('hello')).toBe('built')
  })

  it('passes over what was built of other sources', async () => {
    source('fresh')
    mkdirSync(path.join(root, '.output/tools'), { recursive: true })
    writeFileSync(path.join(root, '.output/tools/hello.mjs'), `process.stdout.write('stale')`)
    writeFileSync(path.join(root, '.output/build.json'), JSON.stringify({ sourceHash: 'another' }))
    expect(await run('hello', 'world')).toBe('fresh world')
  })

  it('says so where there is no such tool', async () => {
    await expect(run('nothing')).rejects.toMatchObject({
      code: 2,
      stderr: 'There is no tool named nothing.\n',
    })
  })
})
