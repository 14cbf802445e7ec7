import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFleetDocument } from '../../../src/fleet/document'
import { FleetEditError } from '../../../src/fleet/fleet-edit-error'
import { renameServer } from '../../../src/fleet/rename-server'
import { applyTextEdits } from '../../../src/fleet/text'

const rename = (text: string, name: string, newName: string) =>
  applyTextEdits(text, renameServer(parseFleetDocument(text), name, newName))

const renames: readonly (readonly [what: string, before: string, after: string, newName?: string])[] = [
  [
    'a reference on lines of its own',
    'load_balancer:\n  server: >-  # nginx\n    a\nservers:\n  a: { host: h }\n',
    'load_balancer:\n  server: >-  # nginx\n    web\nservers:\n  web: { host: h }\n',
  ],
  [
    'hops on lines of their own',
    'ssh:\n  proxy_jump: |-\n    a,bastion\nservers:\n  a: { host: h }\n  b: {}\n',
    'ssh:\n  proxy_jump: |-\n    1,bastion\nservers:\n  "1": { host: h }\n  b: {}\n',
    '1',
  ],
  [
    'a server whose map is shared, and has a host',
    'servers:\n  a: &base { host: h, cores: 4 }\n  c: { <<: *base, host: i }\n',
    'servers:\n  web: &base { host: h, cores: 4 }\n  c: { <<: *base, host: i }\n',
  ],
  [
    'a server that merges a map, which it adds its host to alone',
    'servers:\n  b: &base { host: h, cores: 4 }\n  a: { <<: *base, host: }\n',
    'servers:\n  b: &base { host: h, cores: 4 }\n  web: { <<: *base, host: a }\n',
  ],
  [
    'a hop in a map that two servers share',
    'servers:\n  a: { host: h }\n  b: { host: i, ssh: &jump { proxy_jump: a } }\n  c: { host: j, ssh: *jump }\n',
    'servers:\n  web: { host: h }\n  b: { host: i, ssh: &jump { proxy_jump: web } }\n  c: { host: j, ssh: *jump }\n',
  ],
  [
    'a server whose map is that of another one, which it merges from then on',
    'servers:\n  x: &x { cores: 4 }\n  a: *x\n',
    'servers:\n  x: &x { cores: 4 }\n  web: { <<: *x, host: a }\n',
  ],
  ['what is no server yet', 'servers:\n  a: 5\n', 'servers:\n  web: 5\n'],
]

for (const [what, before, after, newName = 'web'] of renames)
  test(`renames ${what}`, () => assert.equal(rename(before, 'a', newName), after))

const refusals: readonly (readonly [what: string, text: string, reason: RegExp])[] = [
  [
    'a server whose host would go to those that merge its map',
    'servers:\n  b: { host: h }\n  a: &base { address: 10.0.0.1, cores: 4 }\n  c: { <<: *base, address: 10.0.0.2 }\n',
    /^a cannot be renamed in this file: an anchor/,
  ],
  [
    'a server whose own map is another one too',
    'servers:\n  a: &a { cores: 4 }\n  c: *a\n',
    /^a cannot be renamed in this file/,
  ],
  [
    'a reference that is an alias',
    'name: &name a\nload_balancer: { server: *name }\nservers: { a: { host: h } }\n',
    /^a cannot be renamed in this file/,
  ],
  [
    'a reference that is written otherwise than it is read',
    'load_balancer: { server: "\\x61" }\nservers: { a: { host: h } }\n',
    /^a cannot be renamed in this file/,
  ],
  [
    'a name that a proxy_jump uses for another host',
    'servers:\n  b: { ssh: { proxy_jump: "gate,web" } }\n  a:\n',
    /"web" is a host of its own, which servers\.b\.ssh\.proxy_jump names/,
  ],
  [
    'the name of a load balancer of its own',
    'load_balancer: { host: web }\nservers: { a: }\n',
    /"web" is the host of the load balancer/,
  ],
  ['a name that is taken', 'servers:\n  a:\n  web:\n', /Server "web" already exists/],
  [
    'a text that cannot be read',
    '<<<<<<< ours\nservers:\n  a:\n',
    /a cannot be renamed while the file has YAML syntax errors/,
  ],
]

for (const [what, text, reason] of refusals)
  test(`refuses to rename, for ${what}`, () => {
    assert.throws(
      () => rename(text, 'a', 'web'),
      (error: unknown) => error instanceof FleetEditError && reason.test(error.message),
    )
  })
