import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'
import { layerRules } from './build/layer-lint'

export default defineConfig(
  { ignores: ['node_modules/', 'out/', 'dist/', '**/*.d.ts', 'docs/'] },
  {
    files: ['**/*.{ts,vue}'],
    extends: [...tseslint.configs.strict],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300, skipBlankLines: false }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-control-regex': 'error',
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: {
        projectService: true,
        extraFileExtensions: ['.vue'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [{ from: 'package', name: ['describe', 'test', 'it'], package: 'vitest' }],
        },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/only-throw-error': 'error',
    },
  },
  {
    files: ['renderer/**/*.vue'],
    extends: [...vue.configs['flat/recommended']],
    languageOptions: {
      parser: vueParser,
      parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.vue'] },
      globals: globals.browser,
    },
    rules: {
      // File content of strangers is shown as text only (docs/security.md).
      'vue/no-v-html': 'error',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      // In templates and scripts; a formatter is made for each number otherwise.
      'vue/no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.name='n'][arguments.length=1]",
          message: 'Name the format (renderer/src/locales/i18n.ts).',
        },
      ],
    },
  },
  // What goes to the console goes into the log as well: through it.
  {
    files: ['electron/**/*.ts'],
    ignores: ['electron/storage/logs/own-log.ts', 'electron/main/logs/log.ts'],
    rules: { 'no-console': 'error' },
  },
  ...layerRules,
  { files: ['*.config.ts', 'build/**/*.ts'], rules: { 'no-restricted-exports': 'off' } },
  {
    files: ['electron/**/*.ts', 'renderer/**/*.ts', 'build/**/*.ts', 'test/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
    },
  },
  prettier,
)
