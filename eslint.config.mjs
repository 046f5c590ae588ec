/**
 * The house's walls. Each room names the rooms that it may import; everything else is refused, so that a
 * wall is broken in a review of this table or not at all. See docs/architecture.md.
 */
import tseslint from 'typescript-eslint';

/** room -> rooms it may import (besides itself). `protocol` is a leaf that everyone may see. */
const rooms = {
  'extension/protocol': [],
  'extension/engine/graph': ['extension/protocol'],
  'extension/engine/autodiff': ['extension/engine/graph', 'extension/protocol'],
  'extension/engine/runtime': ['extension/engine/graph', 'extension/protocol'],
  'extension/engine/encoders': ['extension/engine/graph', 'extension/engine/runtime', 'extension/protocol'],
  'extension/engine/peft': ['extension/engine/graph', 'extension/engine/encoders', 'extension/protocol'],
  'extension/engine/assess': ['extension/protocol'],
  'extension/engine/deploy': [
    'extension/engine/graph',
    'extension/engine/runtime',
    'extension/engine/encoders',
    'extension/engine/peft',
    'extension/engine/assess',
    'extension/protocol',
  ],
  'extension/engine/explain': [
    'extension/engine/graph',
    'extension/engine/autodiff',
    'extension/engine/runtime',
    'extension/engine/encoders',
    'extension/engine/peft',
    'extension/engine/assess',
    'extension/engine/deploy',
    'extension/protocol',
  ],
  'extension/engine/learn': [
    'extension/engine/graph',
    'extension/engine/autodiff',
    'extension/engine/runtime',
    'extension/engine/encoders',
    'extension/engine/peft',
    'extension/engine/assess',
    'extension/engine/deploy',
    'extension/protocol',
  ],
  'extension/engine/explore': [
    'extension/engine/graph',
    'extension/engine/runtime',
    'extension/engine/encoders',
    'extension/engine/assess',
    'extension/engine/deploy',
    'extension/engine/learn',
    'extension/protocol',
  ],
  'extension/engine/committee': [
    'extension/engine/graph',
    'extension/engine/autodiff',
    'extension/engine/runtime',
    'extension/engine/encoders',
    'extension/engine/peft',
    'extension/engine/assess',
    'extension/engine/deploy',
    'extension/engine/learn',
    'extension/protocol',
  ],
  'extension/sources': ['extension/protocol'],
  'extension/project': ['extension/sources', 'extension/protocol'],
  'extension/chat': ['extension/protocol'],
  'extension/cli': ['extension/project', 'extension/sources', 'extension/chat', 'extension/protocol'],
  'extension/vscode': ['extension/project', 'extension/sources', 'extension/chat', 'extension/protocol'],
  webview: ['extension/protocol'],
};

/** Packages that belong to one room alone. */
const owned = {
  vscode: ['extension/vscode', 'extension/main.ts'],
  'onnxruntime-node': ['extension/engine/runtime'],
  'onnxruntime-common': ['extension/engine/runtime'],
  'onnx-proto': ['extension/engine/graph'],
  '@huggingface/tokenizers': ['extension/engine/encoders'],
  'umap-js': ['extension/engine/explore'],
  bullmq: ['extension/cli'],
  ioredis: ['extension/cli'],
  re2js: ['extension/engine/committee'],
  'p-limit': ['extension/chat'],
  lit: ['webview'],
  uplot: ['webview'],
};

/** `a/b` as import patterns: relative paths that enter the room from outside. */
function entering(room) {
  const last = room.split('/').slice(-1)[0];
  return [`**/${last}/*`, `**/${last}/**`];
}

const walls = Object.entries(rooms).map(([room, allowed]) => {
  const refused = Object.keys(rooms).filter((other) => other !== room && !allowed.includes(other));
  const packages = Object.entries(owned)
    .filter(([, homes]) => !homes.includes(room))
    .map(([name]) => name);
  return {
    files: [`${room}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: packages.map((name) => ({
            name,
            message: `${name} belongs to ${owned[name].join(', ')} alone.`,
          })),
          patterns: refused.map((other) => ({
            group: entering(other),
            message: `${room} may not know ${other} (see docs/architecture.md).`,
          })),
        },
      ],
    },
  };
});

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'out', 'test-output', 'sample', 'models/*/', '.lab', '.nanonet'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'all' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
        { selector: 'ExportAllDeclaration', message: 'No barrel files: import from the file that has it.' },
      ],
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.mts', '**/*.mjs'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' } },
  ...walls,
);
