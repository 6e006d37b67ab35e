import eslint from '@eslint/js';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** The core asks a wire's traits; the name of a wire, and the words that only its callers use, are in its folder. */
const WIRE_WORDS = [
  `Literal[value=/^(?:qa|openai|choices|chat\\.completion(?:\\.chunk)?|\\/?v1(?:\\/.*)?)$/i]`,
  `Identifier[name=/^openai/i]`,
  // `conversation` is the name of an entity too: it names a wire where it is a variant.
  `BinaryExpression:has(:matches(MemberExpression[property.name='variant'], Identifier[name='variant'])) > Literal`,
  `BinaryExpression:has(MemberExpression[property.name='name']:matches([object.name='wire'], [object.property.name='wire']))`,
  `SwitchStatement:matches([discriminant.name='variant'], [discriminant.property.name='variant'])`,
  `Property[key.name='variant'] > Literal`,
].map((selector) => ({
  selector,
  message: "Ask the wire's traits; what only one wire needs is in its folder in src/chat/wire.",
}));

export default tseslint.config(
  { ignores: ['**/dist/', '**/generated/', '**/node_modules/', 'coverage/', 'artifacts/', 'data/'] },
  // These import clients that are generated when they are tried.
  { ignores: ['test/clients/*/program.ts', 'test/clients/typescript/'] },
  eslint.configs.recommended,
  regexp.configs['flat/recommended'],
  { files: ['**/*.ts'], extends: [tseslint.configs.recommendedTypeChecked] },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // An async call without an await can end the complete process with an unhandled rejection.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A Nest module is a class with nothing in it.
      '@typescript-eslint/no-extraneous-class': 'off',
      // NUL and lone surrogates are what some patterns are there to find.
      'no-control-regex': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3],
      complexity: ['error', 12],
    },
  },
  {
    // Constructors are lists of what a class asks for.
    files: ['src/**/*.ts'],
    rules: { 'max-params': ['error', 5] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only src/config reads the environment: inject APP_CONFIG.',
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:process', 'process'].map((name) => ({
            name,
            message: 'Only src/config reads the environment: inject APP_CONFIG.',
          })),
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    // Model servers speak the OpenAI API too.
    ignores: ['src/chat/wire/**', 'src/llm/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...WIRE_WORDS],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      // Tables of cases are long and easy to read.
      'max-lines': ['error', { max: 450, skipBlankLines: true, skipComments: true }],
      // The rows of a table of cases are what its test is given.
      'max-params': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['clients/playground/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...['document', 'window', 'navigator', 'location', 'sessionStorage', 'crypto', 'setTimeout'],
          ...['clearTimeout', 'AbortController', 'AbortSignal', 'FormData'],
          ...['HTMLButtonElement', 'HTMLDivElement', 'HTMLFieldSetElement'],
          ...['HTMLFormElement', 'HTMLInputElement', 'HTMLParagraphElement', 'HTMLSelectElement'],
          ...['HTMLTextAreaElement'],
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: {
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', 50],
      complexity: ['error', 12],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
