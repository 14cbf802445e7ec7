import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { DidOpenTextDocumentNotification } from 'vscode-languageserver-protocol/node'
import { CommandLine } from '../cli/command-line'
import { Editor } from './editor'
import { startYamlLanguageServer, type YamlLanguageServer } from './yaml-language-server'

// The three that check a fleet.yaml say the same: the server of an editor, the command line, and what other editors have of us,
// which is the schema alone.

let editor: Editor
let theirs: YamlLanguageServer
let commandLine: CommandLine
before(async () => {
  editor = await Editor.start()
  theirs = await startYamlLanguageServer()
  commandLine = new CommandLine()
})
after(async () => {
  commandLine.dispose()
  await theirs.stop()
  assert.equal(await editor.stop(), 0)
})

const filesIn = (folder: string) =>
  readdirSync(folder)
    .filter(name => name.endsWith('.yaml'))
    .map(name => `${folder}/${name}`)
const good = filesIn('test/unit/fleet/fixtures/good')
const bad = filesIn('test/unit/fleet/fixtures/bad')
/** What the schema can say by itself; the others are about what values mean together. */
const structural = ['yaml-syntax', 'unknown-key', 'wrong-type', 'missing-key', 'invalid-value']

/** What a schema cannot say: that a value is one that stands elsewhere in the file. */
const byRule = /^"host" cannot be .*, which is the name of a server\./

const severities = ['', 'error', 'warning', 'information']

for (const file of [...good, ...bad]) {
  test(`the command line agrees with the server, finding by finding: ${file}`, async () => {
    const uri = pathToFileURL(file).href
    await editor.openAs(uri, readFileSync(file, 'utf8'))
    const { diagnostics } = await editor.diagnosticsOf(uri)
    const { stdout } = await commandLine.run('validate', file, '--json')
    assert.deepEqual(
      diagnostics.map(({ range, severity = 0, code, message }) => ({
        file,
        line: range.start.line + 1,
        column: range.start.character + 1,
        endLine: range.end.line + 1,
        endColumn: range.end.character + 1,
        severity: severities[severity],
        code,
        message,
      })),
      JSON.parse(stdout),
    )
  })
}

/** What yaml-language-server, given the schema alone, says of a file. */
async function saidByTheirs(file: string): Promise<readonly unknown[]> {
  const uri = pathToFileURL(resolve(file)).href
  await theirs.connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'yaml', version: 1, text: readFileSync(file, 'utf8') },
  })
  for (let tries = 0; tries < 1000; tries++) {
    const found = theirs.published.findLast(params => params.uri === uri)
    if (found) return found.diagnostics.map(({ message }) => message)
    await new Promise(wait => setTimeout(wait, 10))
  }
  throw new Error(`nothing was said of ${file}`)
}

for (const file of good) {
  test(`the schema alone finds nothing wrong with ${file}`, async () => assert.deepEqual(await saidByTheirs(file), []))
}

for (const file of bad) {
  test(`the schema alone finds what it can in ${file}`, async () => {
    const uri = pathToFileURL(resolve(file)).href
    await editor.openAs(uri, readFileSync(file, 'utf8'))
    const { diagnostics } = await editor.diagnosticsOf(uri)
    const expected = diagnostics.some(
      ({ code, message }) => structural.includes(String(code)) && !byRule.test(String(message)),
    )
    assert.equal((await saidByTheirs(file)).length > 0, expected)
  })
}
