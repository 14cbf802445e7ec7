import { readVariable, writeVariable } from '../environment-file'
import { type AnswerScript, done, lockLost } from './answer'

export const setVariable: AnswerScript = (server, [, token, file = '', variable = '', value = '']) => {
  if (!server.lock.isHeldBy(token)) return lockLost
  const text = server.files.get(file)
  if (text === undefined) return { exitCode: 65, stderr: `There is no file ${file} on this server.\n` }
  if (readVariable(text, variable) === value) return { exitCode: 0, stdout: 'result=already\n' }
  server.files.set(file, writeVariable(text, variable, value))
  return done
}
