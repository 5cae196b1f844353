import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import prettier from 'eslint-config-prettier/flat';
import jest from 'eslint-plugin-jest';
import rxjs from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

/** Titles for readers whose second language is English: short, verb first, a noun for each thing. */
const titles = {
  ignoreTypeOfDescribeName: true,
  disallowedWords: [
    ...['should', 'else', 'save'],
    ...['it', 'they', 'them', 'those', 'who', 'whom', 'whoever'],
    ...['somebody', 'someone', 'anybody', 'anyone', 'nobody'],
  ],
  mustNotMatch: ['.{81,}', 'A title has at most 80 characters'],
  // The third person ends with an s. `%s` stands for a title in the table of `each`.
  mustMatch: Object.fromEntries(
    ['it', 'test'].map((name) => [
      name,
      [
        String.raw`^(?:(?:never|still|only) )?(?:%|[\w-]*s\b)`,
        'A title starts with a verb: "kills when a discipline throws"',
      ],
    ]),
  ),
};

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'temp/', 'docs/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  rxjs.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => subject.next()` is how a callback of RxJS is written.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // `Observable<void>` and `Eventual<void>` are right.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // `noUncheckedIndexedAccess` cannot see that an index is within its bounds.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // RxJS calls them deprecated since they will change in version 8; there is nothing else to use in 7.
      '@typescript-eslint/no-deprecated': [
        'error',
        {
          allow: [
            { from: 'package', package: 'rxjs', name: ['EmptyError', 'Subscriber'] },
            'observable',
          ],
        },
      ],
      // A class may know by other means that what it is given back is its own.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // The compiler knows it, in tools as well.
      'no-undef': 'off',
      // Index signatures and records are told apart by what they mean.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      // A task's error reaches its caller as it was thrown, whatever it is.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      'rxjs-x/throw-error': 'off',
      // Arguments are checked when the types rule out what is looked for, too: not every caller has types.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A type parameter that is used once may still name what the caller gets.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',

      'rxjs-x/no-internal': 'error',
      'rxjs-x/no-misused-observables': 'error',
      // The engine subscribes by hand, inside `new Observable` and in callbacks.
      'rxjs-x/no-nested-subscribe': 'off',
      'rxjs-x/no-subscribe-in-pipe': 'off',
      // `no-deprecated` says it where it matters.
      'rxjs-x/prefer-observer': 'off',
      // `takeWhile(() => this.active)` looks at a state.
      'rxjs-x/no-ignored-takewhile-value': 'off',
    },
  },

  {
    files: ['spec/**/*.ts'],
    extends: [jest.configs['flat/recommended'], jest.configs['flat/style']],
    rules: {
      // Marbles assert by `expectObservable`, properties by `fc.assert`.
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect*', '*.expect*', 'fc.assert', 'assert*'] },
      ],
      // `testScheduler.run(({ expectObservable }) => …)` and helpers hold assertions too.
      'jest/no-standalone-expect': 'off',
      'jest/no-conditional-expect': 'off',
      'jest/prefer-lowercase-title': 'off',
      'jest/valid-title': ['error', titles],
      '@typescript-eslint/unbound-method': 'off',
      // Specs try what the types forbid, throw what they like and leave Promises to be looked at later.
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      'rxjs-x/no-ignored-notifier': 'off',
      'rxjs-x/no-unsafe-takeuntil': 'off',
    },
  },
  {
    // Type tests have their own `expect`.
    files: ['spec/types/**/*.tst.ts'],
    settings: { jest: { globalPackage: 'tstyche' } },
    rules: {
      'jest/expect-expect': 'off',
      'jest/valid-expect': 'off',
      'jest/no-export': 'off',
      '@typescript-eslint/no-floating-promises': 'off',
    },
  },
  { files: ['tools/**', 'examples/**', 'bench/**'], rules: { 'no-console': 'off' } },
  {
    // What has no types here, the packages of Swirly and those that the benchmark compares with, is `any`.
    files: ['tools/**/*.mjs', 'bench/**/*.mjs'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // What gives a Promise is written so, also where nothing is awaited.
      '@typescript-eslint/require-await': 'off',
    },
  },

  prettier,
);
