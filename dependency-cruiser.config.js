const bottom = ['checks', 'collections', 'measures', 'rx'];

/**
 * The rooms of `src/`, from the bottom up: what each may import of the others. docs/architecture.md shows the same.
 *
 * @type {[room: string, mayImport: string[]][]}
 */
const rooms = [
  ['checks', []],
  ['collections', []],
  ['measures', ['checks']],
  ['rx', ['checks', 'collections']],
  ['lanes', bottom],
  ['scaling', bottom],
  ['operators', [...bottom, 'lanes']],
  ['events', [...bottom, 'lanes', 'operators', 'scaling/Load']],
  ['folds', [...bottom, 'events', 'scaling/Load']],
  ['pool', [...bottom, 'lanes', 'operators', 'events']],
  ['tasks', [...bottom, 'lanes', 'operators', 'events', 'pool']],
  ['engine', [...bottom, 'lanes', 'scaling', 'operators', 'events', 'folds', 'pool', 'tasks']],
  [
    'manager',
    [...bottom, 'lanes', 'scaling', 'operators', 'events', 'folds', 'pool', 'tasks', 'engine'],
  ],
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Imports run one way, those of types too.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    ...rooms.map(([room, mayImport]) => ({
      name: `room-${room}`,
      comment: `${room} imports ${mayImport.join(', ') || 'no other room'}.`,
      severity: /** @type {const} */ ('error'),
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: [room, ...mayImport].map((each) => `^src/${each}[/.]`) },
    })),
    {
      name: 'only-the-public-face-imports-the-manager',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(manager/|index\\.ts$)' },
      to: { path: '^src/manager/' },
    },
    {
      name: 'entry-points-use-the-public-face',
      comment: 'An entry point imports what any user could, by the name of the package.',
      severity: 'error',
      from: { path: `^src/(?!(?:${rooms.map(([room]) => room).join('|')})/)([^/]+)/` },
      to: {
        path: '^src/',
        pathNot: ['^src/$1/', '^src/index\\.ts$', '^src/(operators|simulation)/index\\.ts$'],
      },
    },
    {
      name: 'entry-points-use-package-names',
      severity: 'error',
      from: { path: `^src/(?!(?:${rooms.map(([room]) => room).join('|')})/)([^/]+)/` },
      to: { path: '^src/', pathNot: '^src/$1/', dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'the-command-uses-the-public-face',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^src/', pathNot: '^src/((operators|simulation)/)?index\\.ts$' },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'dependencies-only',
      comment:
        'What is published imports no devDependency. The command has these within, and it is not in `src/`.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: 'node_modules/rxjs/',
      },
    },
    {
      name: 'only-node-uses-node',
      comment: 'What is published runs in browsers too, except `rx-tasker/node`.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/node/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
