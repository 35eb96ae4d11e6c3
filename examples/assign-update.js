// @ts-check
// Lists the terminals that called once and have been silent for some hours, and assigns an update rule to them:
//   node assign-update.js --rule "WPOS 2.8" --hours 24 [--dry-run]
import { parseArgs } from 'node:util'
import { everyItem } from 'psmanager/client'
import { connect, stop } from './connect.js'

const values = optionsOf()
const hours = Number(values?.hours)
if (values?.rule === undefined || !Number.isInteger(hours) || hours < 1)
  stop('Usage: assign-update.js --rule NAME --hours NUMBER [--dry-run]')

try {
  await assignToSilent(values.rule, hours, values['dry-run'])
} catch (error) {
  stop(error)
}

/** Undefined where there is one that is not known. */
function optionsOf() {
  try {
    return parseArgs({
      options: {
        rule: { type: 'string' },
        hours: { type: 'string', default: '24' },
        'dry-run': { type: 'boolean', default: false },
      },
    }).values
  } catch {
    return undefined
  }
}

/**
 * @param {string} name
 * @param {number} silentForHours
 * @param {boolean} isDryRun
 */
async function assignToSilent(name, silentForHours, isDryRun) {
  const { psm } = connect()
  const rule = await ruleNamed(psm, name)
  // The same filter lists them and chooses them.
  const filter = { silentForHours, inService: true, platform: rule.platform }
  let silent = 0
  for await (const { serial, lastSeenAt } of everyItem(psm.status.list.query, { ...filter, limit: 200 })) {
    console.log(`${serial}  last seen ${lastSeenAt}`)
    silent++
  }
  console.log(`${silent} silent terminals of ${rule.platform}`)
  const assignment = /** @type {const} */ ({
    ruleId: rule.id,
    what: 'assign',
    choice: { by: 'filter', filter },
  })
  const preview = await psm.profile.previewAssignment.query(assignment)
  console.log(`${preview.changes} to assign, ${preview.already} have it`)
  if (isDryRun || preview.changes === 0) return
  // What was previewed and nothing else: has it changed since, this is refused as `assignment_changed`.
  const done = await psm.profile.applyAssignment.mutate({ ...assignment, fingerprint: preview.fingerprint })
  console.log(`${done.changes} assigned`)
}

/**
 * @param {import('psmanager/client').Client} psm
 * @param {string} name
 */
async function ruleNamed(psm, name) {
  for await (const rule of everyItem(psm.updateRules.list.query, { search: name }))
    if (rule.name === name) return rule
  return stop(`There is no update rule named ${name}.`)
}
