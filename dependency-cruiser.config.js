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
    {
      name: 'operators-stand-alone',
      comment: 'Each operator is usable without the manager.',
      severity: 'error',
      from: { path: '^src/operators/' },
      to: { path: '^src/manager/' },
    },
    {
      name: 'internal-below-all',
      comment: 'What is shared knows nothing of the manager.',
      severity: 'error',
      from: { path: '^src/internal/' },
      to: { path: '^src/manager/' },
    },
    {
      name: 'integrations-use-the-public-face',
      comment: 'A folder beside operators/ and manager/ imports what any user could.',
      severity: 'error',
      from: { path: '^src/(?!operators/|manager/|internal/)([^/]+)/' },
      to: { path: '^src/', pathNot: ['^src/$1/', '^src/((operators|simulation)/)?index\\.ts$'] },
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
        'What is published imports nothing of Node, and no devDependency, which the tool has within.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: {
        dependencyTypes: ['core', 'npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: 'node_modules/rxjs/',
      },
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
