import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const noDynamicCode = {
  // J8: no code made from strings, no raw HTML, no shell.
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-new-func': 'error',
  'no-empty': ['error', { allowEmptyCatch: false }]
}

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'tools', 'models', 'samples', 'e2e/artefacts', 'e2e/standin', '**/fixtures'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      ...noDynamicCode,
      'no-undef': 'off',
      eqeqeq: 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }]
    }
  },
  {
    files: ['src-renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: 'H3/J8: text is inert in every sink.'
        },
        {
          selector: "AssignmentExpression[left.property.name='innerHTML']",
          message: 'H3/J8: text is inert in every sink.'
        }
      ]
    }
  },
  {
    files: ['src-main/**/*.ts'],
    ignores: ['src-main/shell/electron/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'electron', message: 'Only src-main/shell/electron knows Electron.' }] }
      ]
    }
  },
  {
    files: ['src-main/**/*.ts', 'src-shared/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'ipcMain', property: 'on', message: 'J6: channels are registered in shell/electron/ipc.ts only.' }
      ]
    }
  }
)
