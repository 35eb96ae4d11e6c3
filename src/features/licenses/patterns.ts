import type { Settings } from '../../config'
import { Failure } from '../../core/errors'
import {
  compileFileNamePatterns,
  DEFAULT_FILE_NAME_TEMPLATES,
  type FileNamePattern,
} from './recognise/file-name-pattern'

/**
 * The file-name patterns in force.
 * @throws Failure naming each pattern of the settings that cannot be used; the server asks for them at start.
 */
export function namePatterns(settings: Settings): readonly FileNamePattern[] {
  const templates = settings.licenses.namePatterns?.split(/\s+/).filter((one) => one !== '')
  const { patterns, problems } = compileFileNamePatterns(templates ?? DEFAULT_FILE_NAME_TEMPLATES)
  if (problems.length === 0) return patterns
  const list = problems.map((one) => `${one.template} (${one.code})`).join(', ')
  throw new Failure('internal', 'bad_name_patterns', `LICENSE_NAME_PATTERNS: ${list}`)
}
