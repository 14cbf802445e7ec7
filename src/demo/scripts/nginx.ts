import { gunzipSync } from 'node:zlib'
import type { SimulatedServer } from '../simulated-server'
import { type AnswerScript, lockLost, type ScriptAnswer } from './answer'
import { sha256 } from './probe'

const tested =
  'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n'

export const reload: AnswerScript = (server, [, token]) => {
  if (!server.lock.isHeldBy(token)) return lockLost
  return testAndReload(server) ?? { exitCode: 0, stdout: `${tested}result=done\n`, takes: 150 }
}

export const writeUpstream: AnswerScript = (server, [, token, file = '', expected = '', mode = '', content = '']) => {
  if (!server.lock.isHeldBy(token)) return lockLost
  const before = server.files.get(file)
  const after = gunzipSync(Buffer.from(content, 'base64')).toString('utf8')
  if (before !== after && (before === undefined ? '-' : sha256(before)) !== expected) {
    return { exitCode: 77, stderr: `${file} has changed since it was looked at.\n` }
  }
  server.files.set(file, after)
  const refused = testAndReload(server)
  if (refused) {
    if (before === undefined) server.files.delete(file)
    else server.files.set(file, before)
    return refused
  }
  server.lock.noteWrite(mode, before)
  const result = before === after ? 'already' : 'done'
  return { exitCode: 0, stdout: `${tested}result=${result}\nsha256=${sha256(after)}\n`, takes: 180 }
}

function testAndReload(server: SimulatedServer): ScriptAnswer | undefined {
  const complaint = server.nginxComplaint()
  if (complaint !== undefined)
    return {
      exitCode: 78,
      stdout: `${complaint}\nnginx: configuration file /etc/nginx/nginx.conf test failed\n`,
      stderr: 'nginx -t refuses the configuration: nothing was reloaded.\n',
    }
  server.reloadNginx()
  return undefined
}
