import config from './jest.config.js';

/**
 * `npm test -- --config jest.soak.config.js`: the long forms of the proofs, which print what they measured, and the
 * soak tests.
 *
 * @type {import('jest').Config}
 */
export default {
  ...config,
  testMatch: ['<rootDir>/spec/proof/**/*.{spec,soak}.ts'],
  globals: { SOAK: true },
  testTimeout: 3_600_000,
  maxWorkers: 1,
};
