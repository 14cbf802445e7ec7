import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { commandOf } from '../../../src/editor/operation-command'
import { operations } from '../../../src/plan/operations'

interface MenuItem {
  readonly command: string
  readonly when: string
  readonly group: string
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const manifest = read('package.json')
const strings: Record<string, string> = read('package.nls.json')
const { commands, menus } = manifest.contributes as {
  commands: { command: string; title: string; icon?: string; enablement?: string }[]
  menus: Record<string, MenuItem[]>
}
const said = (text: string) => strings[text.replaceAll('%', '')]

test('every operation has its command, with the title and the icon that the list gives it', () => {
  const expected = operations.map(operation => ({
    command: commandOf(operation),
    title: operation.title(),
    icon: `$(${operation.icon})`,
    enablement: 'isWorkspaceTrusted',
  }))
  const actual = expected.map(({ command }) => {
    const found = commands.find(candidate => candidate.command === command)
    return found && { command, title: said(found.title), icon: found.icon, enablement: found.enablement }
  })
  assert.deepEqual(actual, expected)
})

test('every operation is in the palette where there is a fleet that is trusted', () => {
  const palette = menus.commandPalette ?? []
  assert.deepEqual(
    operations.map(operation => palette.find(({ command }) => command === commandOf(operation))?.when),
    operations.map(() => 'fleetOps.hasFleet && isWorkspaceTrusted'),
  )
})

test('every operation is in the menu of the rows that it is offered on, and of no other', () => {
  const items = (menus['view/item/context'] ?? []).filter(({ group }) => group.startsWith('2_operations'))
  const rows = (command: string) =>
    items
      .filter(item => item.command === command)
      .map(item => /viewItem == (\S+)$/.exec(item.when)?.[1])
      .sort()
  assert.deepEqual(
    operations.map(operation => [operation.name, rows(commandOf(operation)).filter(row => row !== 'drift')]),
    operations.map(operation => [operation.name, [...operation.offeredOn].sort()]),
  )
})

test('every string of package.json is in package.nls.json, and every one there is used', () => {
  const used = new Set([...JSON.stringify(manifest).matchAll(/%([\w.]+)%/g)].map(([, key]) => key))
  assert.deepEqual([...used].sort(), Object.keys(strings).sort())
})

test('menus and walkthrough name commands that there are', () => {
  const known = new Set(commands.map(({ command }) => command))
  const named = [
    ...Object.values(menus).flatMap(items => items.map(({ command }) => command)),
    ...[
      ...Object.values(strings)
        .join('\n')
        .matchAll(/command:(fleetOps\.\w+)\)/g),
    ].map(([, command]) => command),
  ]
  assert.ok(named.length > 20)
  assert.deepEqual(
    named.filter(command => command && !known.has(command)),
    [],
  )
})

test('a command is declared once, and once in each place of each menu', () => {
  const places = [
    ...commands.map(({ command }) => command),
    ...Object.entries(menus).flatMap(([menu, items]) =>
      items.map(({ command, when, group = '' }) => `${menu}: ${command} when ${when} in ${group.split('@')[0]}`),
    ),
  ]
  assert.deepEqual(
    places.filter((place, index) => places.indexOf(place) !== index),
    [],
  )
})

test('every command has an icon, and one that needs trust is not in the palette without', () => {
  assert.deepEqual(
    commands.filter(({ icon }) => !/^\$\([a-z-]+\)$/.test(icon ?? '')).map(({ command }) => command),
    [],
  )
  const trusted = new Set(commands.filter(({ enablement }) => enablement).map(({ command }) => command))
  assert.deepEqual(
    (menus.commandPalette ?? [])
      .filter(({ command, when }) => trusted.has(command) && !/isWorkspaceTrusted|^false$/.test(when))
      .map(({ command }) => command),
    [],
  )
})

test('what a row shows as a button is in its menu too, which the keyboard opens', () => {
  const items = menus['view/item/context'] ?? []
  const rowsOf = ({ when }: MenuItem) => /viewItem (?:==|=~) \/?\^?\(?([\w|-]+)/.exec(when)?.[1]?.split('|') ?? []
  const buttons = items.filter(({ group }) => group.startsWith('inline'))
  assert.ok(buttons.length >= 7)
  const missing = buttons.flatMap(button =>
    rowsOf(button).filter(
      row =>
        !items.some(
          other => other.command === button.command && !other.group.startsWith('inline') && rowsOf(other).includes(row),
        ),
    ),
  )
  assert.deepEqual(missing, [])
})

test('the view says what to do next wherever it is empty', () => {
  const welcomes: { contents: string; when: string }[] = manifest.contributes.viewsWelcome
  assert.deepEqual(
    welcomes.map(({ when, contents }) => [when, /\[[^\]]+\]\(command:[\w.]+\)/.test(said(contents) ?? '')]),
    [
      ['!isWorkspaceTrusted', true],
      ['isWorkspaceTrusted && fleetOps.view == none', true],
      ['isWorkspaceTrusted && fleetOps.view == errors', true],
    ],
  )
})

test('every step of the walkthrough has a picture, a button, and an end that pressing it brings about', () => {
  const steps: { description: string; media: { markdown: string }; completionEvents: string[] }[] =
    manifest.contributes.walkthroughs.flatMap(({ steps }: { steps: unknown }) => steps)
  assert.ok(steps.length >= 5)
  for (const { description, media, completionEvents } of steps) {
    assert.ok(existsSync(media.markdown), media.markdown)
    assert.match(said(description) ?? '', /\]\(command:fleetOps\.[\w.]+\)/)
    for (const event of completionEvents) assert.match(event, /^on(Command:fleetOps|Context:fleetOps|View:fleetOps)\./)
  }
})
