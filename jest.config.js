/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/spec/**/*.spec.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.spec.json' }] },
  moduleNameMapper: {
    '^rx-tasker$': '<rootDir>/src/index.ts',
    '^rx-tasker/node$': '<rootDir>/src/node/index.ts',
    '^rx-tasker/operators$': '<rootDir>/src/operators/index.ts',
    '^rx-tasker/simulation$': '<rootDir>/src/simulation/index.ts',
    // Imports name the `.js` that will be built. In node_modules there is no `.ts` beside it: the second applies.
    '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'],
  },
  // Another package.json of the same name is in there.
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  collectCoverageFrom: ['{src,cli}/**/*.ts', '!src/**/index.ts', '!src/**/*.d.ts'],
  coverageDirectory: 'coverage',
  coverageReporters: ['text', 'lcov'],
};
