import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'

test('the strings that translations start from are those of the source; `node scripts/strings.mjs` collects them', async () => {
  const { collectStrings } = await import(pathToFileURL(resolve('scripts/strings.mjs')).href)
  assert.equal(readFileSync('l10n/bundle.l10n.json', 'utf8'), collectStrings())
})
