import type { Import, SourceFile } from './source-files'

/** Slices every other slice may stand on; they stand on no slice but those that keep what is given to them. */
const BASE_SLICES = ['audit', 'credentials', 'uploads', 'stored-files', 'terminals', 'operators']
/** Records, secrets, and bytes on their way in: they know nothing of what they keep, so base slices may use them too. */
const KEEPING_SLICES = ['audit', 'credentials', 'uploads']
/** Folders of features/ that hold slices instead of being one. */
const SLICE_GROUPS = ['monitoring', 'updates', 'eslips', 'apps']

/** Files of a transport that list or wire features. Every other file of it is mechanics and knows no feature. */
const ASSEMBLY = [
  'src/terminal/door.ts',
  'src/terminal/messages.ts',
  'src/terminal/planners.ts',
  'src/terminal/check-in.ts',
  'src/terminal/enroll.ts',
  'src/terminal/openapi.ts',
  'src/integrator/authenticate.ts',
  'src/integrator/endpoints.ts',
  'src/integrator/handler.ts',
  'src/integrator/openapi.ts',
  'src/integrator/rest-router.ts',
  'src/integrator/shape-names.ts',
  'src/jobs/registry.ts',
  'src/trpc/root.ts',
  'src/trpc/handler.ts',
]

/** Modules of a slice that others than itself may reach, besides its index.ts. */
const OPEN_MODULES: { slice: string; module: string; to: string; reason: string }[] = [
  {
    slice: 'terminals',
    module: 'tables',
    to: 'licenses',
    reason: 'licences are listed and matched by serial with their terminal in one query',
  },
  {
    slice: 'terminals',
    module: 'tables',
    to: 'monitoring/status',
    reason: 'the fleet is filtered and paged by registry and status in one query',
  },
  {
    slice: 'terminals',
    module: 'schemas',
    to: 'monitoring/status',
    reason: 'states and changes of a terminal are said once, and must stay safe for the browser',
  },
  {
    slice: 'terminals',
    module: 'schemas',
    to: 'licenses',
    reason: 'what a serial and a platform look like is said once, and must stay safe for the browser',
  },
  ...['tables', 'schemas'].map((module) => ({
    slice: 'apps/sets',
    module,
    to: 'apps/delivery',
    reason: 'the terminals of a set are walked in one query, and shown in the words of sets',
  })),
  {
    slice: 'apps/sets',
    module: 'schemas',
    to: 'profile',
    reason: 'what a set would do is said once, and must stay safe for the browser',
  },
  {
    slice: 'apps/sets',
    module: 'tables',
    to: 'updates/rollouts',
    reason: 'a rollout brings a rule or a set: both are referred to and held like rows of its own',
  },
  ...['lists', 'schemas'].map((module) => ({
    slice: 'updates/rules',
    module,
    to: 'apps/sets',
    reason: 'conditions and outcomes are those of updates, and must stay safe for the browser',
  })),
  {
    slice: 'terminals',
    module: 'tables',
    to: 'apps/sets',
    reason: 'terminals are referred to by their sets',
  },
  {
    slice: 'apps/apk',
    module: 'worker',
    to: 'tools',
    reason: 'the thread that reads APKs: through index.ts it would carry the database',
  },
  {
    slice: 'operators',
    module: 'sign-in/index',
    to: 'server',
    reason: 'a face of its own: through operators/index.ts the tools would carry the sign-in library',
  },
  {
    slice: 'terminals',
    module: 'lists',
    to: 'licenses',
    reason: 'the states of a terminal are said once, and must stay light enough for any page',
  },
  {
    slice: 'terminals',
    module: 'lists',
    to: 'monitoring/status',
    reason: 'as for licences',
  },
  ...['search', 'export'].flatMap((part) =>
    ['lists', 'schemas'].map((module) => ({
      slice: 'eslips/ingest',
      module,
      to: `eslips/${part}`,
      reason: 'what a slip looks like is said once, and must stay safe for the browser',
    })),
  ),
  ...['lists', 'schemas'].flatMap((module) =>
    ['receipt', 'downloads'].map((part) => ({
      slice: 'eslips/ingest',
      module,
      to: `eslips/${part}`,
      reason: 'as for the search',
    })),
  ),
  ...['export', 'downloads'].map((part) => ({
    slice: 'eslips/search',
    module: 'schemas',
    to: `eslips/${part}`,
    reason: 'a slip is shown in one shape by all faces',
  })),
  {
    slice: 'eslips/ingest',
    module: 'lists',
    to: 'eslips/archive',
    reason: 'what a slip can be is said once, and must stay safe for the browser',
  },
  {
    slice: 'eslips/handouts',
    module: 'lists',
    to: 'eslips/export',
    reason: 'how a slip was handed out is said once, and must stay safe for the browser',
  },
  {
    slice: 'operators',
    module: 'schemas',
    to: 'webhooks',
    reason: 'what limits look like is said once, and must stay safe for the browser',
  },
  ...['tables', 'schemas'].map((module) => ({
    slice: 'updates/packages',
    module,
    to: 'updates/rules',
    reason: 'the steps of a rule are packages: read with them in one query, shown in their words',
  })),
  {
    slice: 'monitoring/card-findings',
    module: 'lists',
    to: 'monitoring/status',
    reason: 'where card numbers are found is said once, and must stay safe for the browser',
  },
  {
    slice: 'monitoring/status',
    module: 'schemas',
    to: 'updates/rules',
    reason: 'a dry-run chooses terminals as Monitoring does, and must stay safe for the browser',
  },
  ...['updates/rollouts', 'profile'].flatMap((to) => [
    {
      slice: 'updates/rules',
      module: 'tables',
      to,
      reason: 'a rule is named and joined wherever it is assigned or rolled out',
    },
    {
      slice: 'terminals',
      module: 'tables',
      to,
      reason: 'targets and assignments are found and paged with their terminals in one query',
    },
  ]),
  ...['terminals', 'monitoring/status'].map((slice) => ({
    slice,
    module: 'schemas',
    to: 'profile',
    reason: 'what TIDs and filters look like is said once, and must stay safe for the browser',
  })),
  {
    slice: 'apps/apk',
    module: 'lists',
    to: 'apps/catalog',
    reason: 'schemes of signatures are said once, and must stay safe for the browser',
  },
  ...['tables', 'schemas', 'lists'].map((module) => ({
    slice: 'apps/catalog',
    module,
    to: 'apps/intake',
    reason: 'a version is made of what was read in its APK, and shown in the same words before',
  })),
  {
    slice: 'apps/catalog',
    module: 'tables',
    to: 'apps/sets',
    reason: 'lines of a set are applications and versions: read with them in one query',
  },
  {
    slice: 'updates/rules',
    module: 'lists',
    to: 'updates/delivery',
    reason: 'outcomes and reasons are said once, and must stay safe for the browser',
  },
  {
    slice: 'actions',
    module: 'lists',
    to: 'monitoring/status',
    reason: 'how an update stands and why work failed is said once, and must stay safe for the browser',
  },
  {
    slice: 'monitoring/status',
    module: 'schemas',
    to: 'monitoring/analysis',
    reason: 'each number carries the filter that lists its terminals',
  },
  {
    slice: 'monitoring/status',
    module: 'lists',
    to: 'monitoring/analysis',
    reason: 'how terminals are connected is said once',
  },
  {
    slice: 'terminals',
    module: 'tables',
    to: 'keys',
    reason: 'key files are listed and matched by serial with their terminal in one query',
  },
  {
    slice: 'terminals',
    module: 'lists',
    to: 'keys',
    reason: 'as for licences',
  },
  {
    slice: 'audit',
    module: 'tables',
    to: 'keys',
    reason: 'the steps of a key file are its audit rows, paged together with those of its terminal',
  },
  {
    slice: 'monitoring/status',
    module: 'tables',
    to: 'keys',
    reason: 'which transport key a terminal says that it has is read with the terminal',
  },
  {
    slice: 'monitoring/status',
    module: 'schemas',
    to: 'tools',
    reason: 'the simulator takes the shape of a status as a type, and speaks HTTP',
  },
]

/** Faces that run on both sides: pure, and light enough for any page. */
const FOR_BROWSERS: { slice: string; reason: string }[] = [
  { slice: 'eslips/receipt', reason: 'a receipt looks the same on the page, as text and as PDF' },
]

/** Mechanics of the hot path that name what they carry: types of a face, nothing that runs. */
const CARRIED_TYPES: { file: string; slice: string; reason: string }[] = [
  { file: 'src/terminal/authenticate.ts', slice: 'terminals', reason: 'what is looked up by a token' },
  { file: 'src/terminal/sync.ts', slice: 'terminals', reason: 'the rows the directory is filled from' },
  { file: 'src/terminal/plans.ts', slice: 'actions', reason: 'the plan that is kept' },
  { file: 'src/terminal/presence-queue.ts', slice: 'monitoring/status', reason: 'the rows that wait' },
]

type Area =
  | 'config'
  | 'core'
  | 'db'
  | 'blobs'
  | 'mechanics'
  | 'features'
  | 'assembly'
  | 'server'
  | 'tools'
  | 'browser'

const GROUND = ['config', 'core', 'db', 'blobs'] as const

/** Who may import whom: server, routes → assembly → features → mechanics → core, db, blobs → config. */
const MAY_IMPORT: Record<Area, readonly Area[]> = {
  config: ['config'],
  core: GROUND,
  db: GROUND,
  blobs: GROUND,
  mechanics: [...GROUND, 'mechanics'],
  features: [...GROUND, 'mechanics', 'features'],
  assembly: [...GROUND, 'mechanics', 'features', 'assembly'],
  server: [...GROUND, 'mechanics', 'features', 'assembly', 'server'],
  tools: [...GROUND, 'features', 'server', 'tools'],
  browser: ['browser', 'server', 'features'],
}

const TRANSPORTS = ['terminal', 'trpc', 'integrator', 'jobs']
/** Modules of a slice that speak to one transport each. */
const PARTS = ['router', 'terminal', 'integrator', 'jobs']
const BROWSER = ['routes', 'app', 'ui', 'i18n', 'client']

export function areaOf(file: string): Area | undefined {
  const [root, first = '', ...rest] = file.split('/')
  if (root !== 'src') return undefined
  if (rest.length === 0)
    return /^config(-callers|-terminals|-texts|-urls|-values)?\.ts$/.test(first) ? 'config' : 'browser'
  if (TRANSPORTS.includes(first)) return ASSEMBLY.includes(file) ? 'assembly' : 'mechanics'
  if (first === 'features') return rest.includes('ui') ? 'browser' : 'features'
  if (BROWSER.includes(first)) return 'browser'
  return first in MAY_IMPORT ? (first as Area) : undefined
}

/** `terminals`, `monitoring/status`; undefined outside features. */
function sliceOf(file: string): string | undefined {
  const [, folder, first = '', second = ''] = file.split('/')
  if (folder !== 'features') return undefined
  return SLICE_GROUPS.includes(first) ? `${first}/${second}` : first
}

type Rule = (file: SourceFile) => string[]

const eachImport =
  (judge: (from: string, to: string, one: Import) => string | undefined): Rule =>
  (file) =>
    file.imports.flatMap((one) => {
      const wrong = one.target?.startsWith('src/') ? judge(file.path, one.target, one) : undefined
      return wrong === undefined ? [] : [`${file.path} → ${one.target}: ${wrong}`]
    })

const knownFolders: Rule = (file) =>
  areaOf(file.path) === undefined ? [`${file.path}: a folder that the layout does not know`] : []

const directions = eachImport((from, to, { isTypeOnly }) => {
  const [source, target] = [areaOf(from), areaOf(to)]
  if (source === undefined || target === undefined || MAY_IMPORT[source].includes(target)) return undefined
  const carried = CARRIED_TYPES.some(({ file, slice }) => file === from && to === faceOf(slice))
  // Pages and the client are typed by the routers, and load nothing of them.
  const isTyped = isTypeOnly && source === 'browser' && to === 'src/trpc/root.ts'
  if (isTyped || (isTypeOnly && carried)) return undefined
  return `${source} must not import ${target}`
})

const faceOf = (slice: string) => `src/features/${slice}/index.ts`

const faces = eachImport((from, to, { isTypeOnly }) => {
  const [own, other] = [sliceOf(from), sliceOf(to)]
  if (other === undefined || own === other || to === faceOf(other)) return undefined
  const area = areaOf(from)
  // The lists of a transport name the module that is the slice's part in it.
  if (area === 'assembly' && PARTS.some((part) => to === `src/features/${other}/${part}.ts`)) return undefined
  // The published document calls shapes what the sources call them.
  if (from === 'src/integrator/shape-names.ts' && to.endsWith('/schemas.ts')) return undefined
  if (area === 'browser') return browserMay(to, isTypeOnly)
  const by = own ?? area
  const isOpen = OPEN_MODULES.some(
    ({ slice, module, to }) => slice === other && to === by && isModule(slice, module),
  )
  return isOpen ? undefined : 'slices are reached through their index.ts'

  function isModule(slice: string, module: string) {
    return to === `src/features/${slice}/${module}.ts`
  }
})

function browserMay(to: string, isTypeOnly: boolean): string | undefined {
  if (isTypeOnly || areaOf(to) === 'browser' || /\/(schemas|lists)\.ts$/.test(to)) return undefined
  if (FOR_BROWSERS.some(({ slice }) => to === faceOf(slice))) return undefined
  return 'pages take types, schemas and lists from the server side, nothing that runs there'
}

const baseSlices = eachImport((from, to) => {
  // A form may show what another slice's pages know how to find; cycles are watched all the same.
  if (areaOf(from) === 'browser' && areaOf(to) === 'browser') return undefined
  const [own, other] = [sliceOf(from), sliceOf(to)]
  if (own === undefined || other === undefined || own === other || !BASE_SLICES.includes(own))
    return undefined
  return KEEPING_SLICES.includes(other) && !KEEPING_SLICES.includes(own)
    ? undefined
    : 'a base slice imports no other slice but the faces of audit, credentials and uploads'
})

/** Blocks of src/ui could stand in any app: they know words and one another. The shell knows no page. */
const blocks = eachImport((from, to) => {
  const isBelow = (file: string, ...folders: string[]) =>
    folders.some((one) => file.startsWith(`src/${one}/`))
  if (isBelow(from, 'ui') && !isBelow(to, 'ui', 'i18n')) return 'building blocks know nothing of the product'
  if (isBelow(from, 'i18n') && !isBelow(to, 'i18n')) return 'dictionaries stand alone'
  return isBelow(from, 'app') && isBelow(to, 'features', 'routes') ? 'the shell knows no page' : undefined
})

const plainImports: Rule = (file) =>
  areaOf(file.path) === 'browser'
    ? []
    : file.imports
        .filter(({ specifier }) => specifier.startsWith('~/'))
        .map(({ specifier }) => `${file.path}: ${specifier} is the framework's alias; import relatively`)

const environment: Rule = (file) =>
  file.readsEnvironment && file.path !== 'src/config.ts'
    ? [`${file.path}: process.env is read in src/config.ts only`]
    : []

const noConsole: Rule = (file) =>
  file.usesConsole ? [`${file.path}: console; there is a logger, and process.stdout for tools`] : []

const noModuleState: Rule = (file) =>
  file.moduleVariables.map((name) => `${file.path}: ${name} is state of a module; let the runtime hold it`)

const MAX_LINES = 400
const shortFiles: Rule = (file) =>
  file.lines > MAX_LINES ? [`${file.path}: ${file.lines} lines, more than ${MAX_LINES}`] : []

export const RULES: Record<string, Rule> = {
  'every file has a place in the layout': knownFolders,
  'imports go downwards': directions,
  'slices meet through their faces': faces,
  'base slices stand alone': baseSlices,
  'building blocks know no product': blocks,
  'server code imports relatively': plainImports,
  'the environment is read in config.ts only': environment,
  'nothing prints to the console': noConsole,
  'modules keep no state': noModuleState,
  'files are short enough to be read': shortFiles,
}

/** Slices that reach themselves over others, as `a → b → a`. */
export function sliceCycles(files: readonly SourceFile[]): string[] {
  const uses = new Map<string, Set<string>>()
  for (const { path, imports } of files) {
    const own = sliceOf(path)
    for (const { target = '' } of own === undefined ? [] : imports) {
      const other = sliceOf(target)
      if (own !== undefined && other !== undefined && other !== own)
        uses.set(own, (uses.get(own) ?? new Set()).add(other))
    }
  }
  const wayBack = (start: string, at: string, way: readonly string[]): readonly string[] | undefined => {
    for (const next of uses.get(at) ?? []) {
      if (next === start) return [...way, next]
      const found = way.includes(next) ? undefined : wayBack(start, next, [...way, next])
      if (found !== undefined) return found
    }
    return undefined
  }
  return [...uses.keys()].flatMap((slice) => wayBack(slice, slice, [slice])?.join(' → ') ?? [])
}

/** Rows of the tables above that nothing in the code needs any more. */
export function unusedExceptions(files: readonly SourceFile[]): string[] {
  const imports = (from: (file: string) => boolean, to: string) =>
    files.some((file) => from(file.path) && file.imports.some(({ target }) => target === to))
  return [
    ...OPEN_MODULES.filter(
      ({ slice, module, to }) =>
        !imports((file) => (sliceOf(file) ?? areaOf(file)) === to, `src/features/${slice}/${module}.ts`),
    ).map(({ slice, module, to }) => `${slice}/${module} for ${to}`),
    ...CARRIED_TYPES.filter(({ file, slice }) => !imports((one) => one === file, faceOf(slice))).map(
      ({ file, slice }) => `${slice} for ${file}`,
    ),
    ...ASSEMBLY.filter((file) => !files.some((one) => one.path === file)),
  ]
}
