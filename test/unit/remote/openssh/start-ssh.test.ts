import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { dropUnreadOutput } from '../../../../src/remote/openssh/start-ssh'

/** A process that leaves more output than a reader that has stopped takes in, and less than keeps it from ending. */
function endingWith(end: string) {
  const child = spawn('sh', ['-c', `head -c 150000 /dev/zero; ${end}`], { stdio: ['ignore', 'pipe', 'ignore'] })
  dropUnreadOutput(child)
  return child
}

for (const end of ['exit 255', 'kill -KILL $$'])
  test(`the end of an ssh that fails is noticed although nobody reads its output: ${end}`, async () => {
    const child = endingWith(end)
    child.stdout.pipe(new PassThrough())
    await once(child, 'close')
    assert.ok(child.stdout.destroyed)
  })

for (const [end, code] of [
  ['exit 0', 0],
  ['exit 255', 255],
] as const)
  test(`whoever reads the output gets all of it: ${end}`, async () => {
    const child = endingWith(end)
    const [given, [exitCode]] = await Promise.all([buffer(child.stdout), once(child, 'close')])
    assert.deepEqual([given.length, exitCode], [150_000, code])
  })
