import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutControls } from '../../../src/fleet/without-controls'

test('what a server says cannot move the cursor, colour the text, set the title, ring the bell or turn its direction', () => {
  const said: readonly (readonly [string, string])[] = [
    ['plain ✓ text\twith a tab\nand a line', 'plain ✓ text\twith a tab\nand a line'],
    ['\x1b[31mred\x1b[0m', 'red'],
    ['\x1b[2J\x1b[Hgone', 'gone'],
    ['\x1b]0;title\x07after', 'after'],
    ['over\rwritten\b\x07', 'overwritten'],
    ['\x9b31mone byte', 'one byte'],
    ['\x00\x7f\x85', ''],
    ['\x1b]8;;http://x/\x1b\\link\x1b]8;;\x1b\\', 'link'],
    ['\x1b]0;no end\nof it', ']0;no end\nof it'],
    ['\x1bPq#0\x1b\\\x1b(Btext\x1bc', 'text'],
    ['\x1b', ''],
    ['\u202egnp.exe\u2066', 'gnp.exe'],
  ]
  for (const [raw, shown] of said) assert.equal(withoutControls(raw), shown)
})
