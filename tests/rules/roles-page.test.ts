import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../../src/config'
import { PERMISSION_NAMES, ROLES } from '../../src/core/permissions'
import { PERMISSION_AREAS } from '../../src/features/operators/schemas'
import { rolesText } from '../../src/features/operators/ui/roles/text'

describe('the table of roles', () => {
  it('lies in docs/roles.md as the code makes it; after a change: npm run roles', async () => {
    const made = await rolesText(readSettings({}).signIn.secondFactorRoles)
    expect(readFileSync('docs/roles.md', 'utf8') === made).toBe(true)
  })

  it('has every permission once', () => {
    const names = PERMISSION_AREAS.flatMap(({ permissions }) => permissions.map(({ name }) => name))
    expect(names.sort()).toEqual([...PERMISSION_NAMES].sort())
  })

  it('says one sentence of every role', async () => {
    const page = await rolesText([])
    for (const role of ROLES) expect(page).toMatch(new RegExp(`^\\| [^|]+\`${role}\` \\| [^|.]+\\. \\|`, 'm'))
  })
})
