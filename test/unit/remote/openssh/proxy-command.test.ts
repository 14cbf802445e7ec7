import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxyCommand } from '../../../../src/remote/openssh/proxy-command'

const tables: Readonly<Record<string, readonly (readonly [readonly string[], string])[]>> = {
  linux: [
    [['--', 'bastion'], "ssh -W '[%h]:%p' -- bastion"],
    [['-o', 'IdentityFile="/k/my key"', '--', 'b'], `ssh -W '[%h]:%p' -o 'IdentityFile="/k/my key"' -- b`],
    // Tokens are for the ssh that runs it, unless it is that of a further jump host.
    [['-o', 'IdentityFile="/k/100%%"', '--', 'b'], `ssh -W '[%h]:%p' -o 'IdentityFile="/k/100%%%%"' -- b`],
    [
      ['-o', "ProxyCommand=ssh -W '[%h]:%p' -- a"],
      "ssh -W '[%h]:%p' -o 'ProxyCommand=ssh -W '\\''[%%h]:%%p'\\'' -- a'",
    ],
    [['$(true)', ''], "ssh -W '[%h]:%p' '$(true)' ''"],
  ],
  win32: [
    [['--', 'bastion'], 'ssh -W "[%h]:%p" -- bastion'],
    [['-o', 'IdentityFile="C:/my key"'], 'ssh -W "[%h]:%p" -o "IdentityFile=\\"C:/my key\\""'],
    [['C:\\a b\\', 'C:\\a'], 'ssh -W "[%h]:%p" "C:\\a b\\\\" "C:\\a"'],
  ],
}

for (const [platform, table] of Object.entries(tables))
  for (const [args, command] of table)
    test(`on ${platform}, by ${JSON.stringify(args)}: ${command}`, () =>
      assert.equal(proxyCommand(args, platform as NodeJS.Platform), command))

test('an argument that would end the line is refused', () =>
  assert.throws(() => proxyCommand(['a\nb'], 'linux'), RangeError))
