import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'

/** What each room may import, of rooms and of packages (CONTRIBUTING.md, "The house"). Types count as imports too. */
const mayImport: Record<string, readonly string[]> = {
  files: [],
  fleet: ['yaml', '@vscode/l10n'],
  nginx: ['fleet', 'nunjucks', 'diff', '@vscode/l10n'],
  plan: ['fleet', 'nginx', '@vscode/l10n'],
  remote: ['fleet', 'ssh2', '@vscode/l10n'],
  voxbridge: ['fleet', '@vscode/l10n'],
  observe: ['fleet', 'nginx', 'remote', '@vscode/l10n'],
  apply: ['fleet', 'nginx', 'plan', 'observe', 'remote', 'voxbridge', '@vscode/l10n'],
  doctor: ['fleet', 'nginx', 'plan', 'observe', 'remote', '@vscode/l10n'],
  adopt: ['fleet', 'nginx', 'plan', 'observe', 'remote', 'yaml', '@vscode/l10n'],
  export: ['fleet', 'nginx', 'plan', 'files', 'yaml'],
  language: ['fleet', 'nginx', 'yaml', 'vscode-languageserver', 'vscode-languageserver-textdocument', '@vscode/l10n'],
  demo: ['files', 'ssh2'],
  editor: [
    'fleet',
    'nginx',
    'plan',
    'remote',
    'voxbridge',
    'observe',
    'apply',
    'doctor',
    'adopt',
    'export',
    'language',
    'demo',
    'files',
    'vscode',
    'vscode-languageclient',
  ],
  cli: ['fleet', 'nginx', 'plan', 'remote', 'voxbridge', 'observe', 'apply', 'doctor', 'adopt', 'export', 'files'],
  'cli.ts': ['cli'],
  'extension.ts': ['editor', 'vscode', '@vscode/l10n'],
}

const source = resolve('src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts') && !path.includes('generated'))
  .map(path => join(source, path))

/** The first folder beneath src; `..` for data beside it, such as the schema. */
const roomOf = (path: string) => relative(source, path).split('/')[0] ?? ''

function* importsOf(path: string): Generator<string> {
  for (const match of readFileSync(path, 'utf8').matchAll(/(?:\sfrom\s+|import\(\s*|^import\s+)'([^']+)'/gm))
    if (match[1]) yield match[1]
}

function importedRoom(path: string, specifier: string): string {
  if (specifier.startsWith('.')) return roomOf(resolve(dirname(path), specifier))
  const [scope = '', name] = specifier.split('/')
  return scope.startsWith('@') ? `${scope}/${name}` : scope
}

test('arrows between rooms only go the way that CONTRIBUTING.md draws them', () => {
  assert.ok(files.length > 0)
  const wrong = files.flatMap(path =>
    [...importsOf(path)]
      .filter(specifier => !specifier.startsWith('node:'))
      .map(specifier => importedRoom(path, specifier))
      .filter(room => room !== roomOf(path) && !mayImport[roomOf(path)]?.includes(room) && !['..', ''].includes(room))
      .map(room => `${relative(source, path)} imports ${room}`),
  )
  assert.deepEqual(wrong, [])
})

test('the pure rooms import nothing of Node: no clock, no files, no network', () => {
  const wrong = files
    .filter(
      path =>
        ['fleet', 'nginx', 'plan'].includes(roomOf(path)) &&
        !/nginx.(template-worker|render-in-worker)\.ts$/.test(path),
    )
    .flatMap(path =>
      [...importsOf(path)]
        .filter(name => name.startsWith('node:'))
        .map(name => `${relative(source, path)} imports ${name}`),
    )
  assert.deepEqual(wrong, [])
})

test('a file is one concept: none is longer than 300 lines', () => {
  const long = files.filter(path => readFileSync(path, 'utf8').split('\n').length > 301)
  assert.deepEqual(
    long.map(path => relative(source, path)),
    [],
  )
})
