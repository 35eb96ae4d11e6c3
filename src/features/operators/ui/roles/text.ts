import { dictionaryOf, loadRooms } from '../../../../i18n/dictionaries'
import { PERMISSION_AREAS, RoleName } from '../../schemas'

/**
 * The text of docs/roles.md: the table of permissions, in the words of the page.
 * @param needing the roles that need a second factor where nothing else is set
 */
export async function rolesText(needing: readonly string[]): Promise<string> {
  await loadRooms('en', ['base', 'administration'])
  const words = dictionaryOf('en')
  const roles = RoleName.options
  const roleNames = roles.map((role) => String(words[`app.role.${role}`]))
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = (columns: number) => `|${'---|'.repeat(columns)}`
  return [
    '<!-- Made from src/core/permissions.ts and the words of the page by `npm run roles`. -->',
    '',
    '# Roles',
    '',
    String(words['administration.role.text']),
    '',
    row(['role', 'what for', 'second factor by default']),
    rule(3),
    ...roles.map((role, at) =>
      row([
        `${roleNames[at]} \`${role}\``,
        String(words[`administration.role.about.${role}`]),
        needing.includes(role) ? 'needed' : '',
      ]),
    ),
    '',
    '`SECOND_FACTOR_ROLES` names other roles, or `none`; see [0027](decisions/0027-roles-and-second-factors.md).',
    ...PERMISSION_AREAS.flatMap(({ area, permissions }) => [
      '',
      `## ${words[`app.nav.${area}`]}`,
      '',
      row(['permission, and scope of API keys', '', ...roleNames]),
      rule(2 + roles.length),
      ...permissions.map((one) =>
        row([
          `\`${one.name}\``,
          String(words[`administration.permission.${one.name.replace(':', '.')}`]) +
            (one.roles.length === 0 ? ` (${words['administration.role.forPrograms']})` : ''),
          ...roles.map((role) => (one.roles.includes(role) ? '✓' : '')),
        ]),
      ),
    ]),
    '',
  ].join('\n')
}
