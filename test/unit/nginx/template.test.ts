import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkFleet } from '../../../src/fleet/check'
import { parseFleetDocument } from '../../../src/fleet/document'
import { renderTemplateInWorker } from '../../../src/nginx/render-in-worker'
import { renderTemplate } from '../../../src/nginx/template'
import { threadEntry } from '../../../src/remote/thread-entry'

const { fleet } = checkFleet(
  parseFleetDocument('name: x\nload_balancer: { server: a }\nservers: { a: { address: 10.0.0.1, workers: 2 } }\n'),
)
assert.ok(fleet)
const given = fleet

/** A template that says this in a comment of its block. */
const saying = (expression: string) => `upstream {{ upstream }} {\n  server a; # ${expression}\n}`

const rendered: readonly (readonly [string, string])[] = [
  ['{{ fleet.servers[0].name.toUpperCase() }}', 'A'],
  ['{{ fleet["servers"].length }} {{ workers[1].address.split(":")[1] }}', '1 8002'],
  ['{% for worker in workers %}{{ loop.index }}={{ worker.id }} {% endfor %}', '1=1 2=2 '],
  ['{% for key, value in { one: 1 } %}{{ key }}{{ value }}{% endfor %}', 'one1'],
  ['{% if r/^voxcore/.test(upstream) %}{{ (2.345).toFixed(1) }}{% endif %}', '2.3'],
  ['{% macro twice(text) %}{{ text }}{{ text }}{% endmacro %}{{ twice("ab").length }}', '4'],
  ['{{ workers | length }} {{ [3, 1] | sort | join(",") }} {{ zone | default("none") }}', '2 1,3 none'],
  ['{% set turn = cycler("a", "b") %}{{ turn.next() }}{{ turn.next() }}{{ turn.current }}', 'abb'],
]

for (const [expression, expected] of rendered)
  test(`a template may say ${expression}`, () => {
    const comment = renderTemplate(given, saying(expression)).split('\n')[1]?.slice('  server a; # '.length)
    assert.equal(comment, expected)
  })

/** Each of these runs code of its own, or gets at objects of Nunjucks, in Nunjucks as it comes. */
const escapes: readonly string[] = [
  '{{ fleet.constructor.constructor("return process")() }}',
  '{{ constructor.constructor("return process")() }}',
  '{{ fleet[["constructor"]].constructor("return process")() }}',
  '{{ range.constructor("return process")() }}',
  '{{ upstream.sub.constructor("return process")() }}',
  '{{ [].concat.constructor("return process")() }}',
  '{% macro m() %}{% endmacro %}{{ m.constructor("return process")() }}',
  '{{ valueOf().env }}',
  '{{ fleet.__proto__.__lookupGetter__("__proto__") }}',
  '{{ __lookupGetter__("__proto__")() }}',
  '{{ ("" | valueOf).env }}',
  '{% if 1 is constructor %}{% endif %}',
]

for (const expression of escapes)
  test(`a template may not say ${expression}`, () => {
    assert.throws(() => renderTemplate(given, saying(expression)), { name: 'UpstreamError' })
  })

test("a template of the fleet's own is rendered, and refused with its line when it is wrong", () => {
  const template =
    '# mine\nupstream {{ upstream }} {\n{% for worker in workers %}  server {{ worker.address }}{{ worker.parameters }}; # {{ worker.server }}\n{% endfor %}}\n'
  assert.equal(
    renderTemplate(given, template),
    'upstream voxcore_workers {\n  server 10.0.0.1:8001; # a\n  server 10.0.0.1:8002; # a\n}\n',
  )
  assert.equal(renderTemplate(given, template.replaceAll('\n', '\r\n')), renderTemplate(given, template))
  assert.throws(() => renderTemplate(given, 'upstream {{ upstream }} {\n{% for %}\n}'), {
    name: 'UpstreamError',
    line: 2,
  })
  assert.throws(() => renderTemplate(given, 'upstream {{ upstreem }} {}'), { name: 'UpstreamError' })
  assert.throws(() => renderTemplate(given, 'server { }'), /produces no block/)
  assert.throws(() => renderTemplate(given, '{% for i in range(1000000000) %}{% endfor %}'), /at most 100000/)
  assert.match(
    renderTemplate(given, 'upstream {{ upstream }} { {% for i in range(1, 6, 2) %}server a{{ i }}; {% endfor %}}'),
    /a1.*a3.*a5/,
  )
})

test('a template reads no file, not even where Nunjucks by itself looks for one', () => {
  const here = process.cwd()
  const there = mkdtempSync(join(tmpdir(), 'fleet-template-'))
  mkdirSync(join(there, 'views'))
  writeFileSync(join(there, 'views', 'secret'), 'upstream voxcore_workers { server a; }')
  process.chdir(there)
  try {
    for (const tag of ['include', 'extends'])
      assert.throws(() => renderTemplate(given, `{% ${tag} "secret" %}`), /template not found: secret/)
  } finally {
    process.chdir(here)
    rmSync(there, { recursive: true })
  }
})

const inWorker = (template: string, timeoutMilliseconds = 10_000) =>
  renderTemplateInWorker(threadEntry('template-worker'), given, template, { timeoutMilliseconds })

test('a thread renders what this one does, and says what is wrong in the same words', async () => {
  const template = saying('{{ fleet.name }}')
  assert.equal(await inWorker(template), renderTemplate(given, template))
  await assert.rejects(inWorker('upstream {{ upstream }} {\n{% for %}\n}'), { name: 'UpstreamError', line: 2 })
})

test('a template that never ends is ended', async () => {
  const all = '{% for i in range(100000) %}'.repeat(3) + '{% endfor %}'.repeat(3)
  await assert.rejects(inWorker(saying(all), 100), { name: 'UpstreamError', message: /within 0.1 s/ })
})

const doubled = '{% set x = "x" %}{% for i in range(28) %}{% set x = x + x %}{% endfor %}'
const greedy: readonly string[] = [
  '{{ "x".repeat(500000000).split("") | length }}',
  `${doubled}{{ x | list | length }}`,
  `${doubled}{% for letter in x %}{% endfor %}`,
  '{{ range(1000000000) | length }}',
]

for (const expression of greedy)
  test(`a template that takes all memory fails alone, and not with its process: ${expression}`, async () => {
    await assert.rejects(inWorker(saying(expression)), { name: 'UpstreamError', message: /more than|at most/ })
  })
