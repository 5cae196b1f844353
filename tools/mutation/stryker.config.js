const { SOURCE, REPORT } = process.env;

/** Mutation tests of the library: see docs/mutation.md. */
export default {
  mutate: [`src/${SOURCE}.ts`],
  testRunner: 'jest',
  jest: { configFile: 'tools/mutation/jest.config.js' },
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 2,
  timeoutMS: 5000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: REPORT },
  tempDirName: 'temp/stryker',
  ignorePatterns: ['dist', 'docs', 'etc', 'examples', 'coverage', 'bench'],
  allowEmpty: true,
};
