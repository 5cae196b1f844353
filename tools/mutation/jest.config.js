import config from '../../jest.config.js';

// What RxJS reports of a broken operator may come after the test that has failed by it, and would end the runner.
process.on('uncaughtException', () => undefined);

/**
 * The quick specs, compiled without type checks, since `npm test` has done these.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  rootDir: '../..',
  roots: ['<rootDir>/src', '<rootDir>/spec'],
  watchman: false,
  testTimeout: 400,
  testMatch: [`<rootDir>/spec/${process.env.SPECS}.spec.ts`],
  moduleNameMapper: {
    ...config.moduleNameMapper,
    '^rxjs$': '<rootDir>/node_modules/rxjs/dist/bundles/rxjs.umd.js',
    '^rxjs/testing$': '<rootDir>/spec/support/rxjsTesting.ts',
  },
  transform: {
    '^.+\\.ts$': [
      'ts-jest',
      { tsconfig: '<rootDir>/tsconfig.spec.json', isolatedModules: true, diagnostics: false },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/spec/support/mutation.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/spec/(examples|proof|support|types)/'],
};
