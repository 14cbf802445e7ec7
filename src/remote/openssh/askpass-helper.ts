// What ssh runs to ask for a secret (ssh(1), SSH_ASKPASS), through askpass.sh. It has no secret and keeps none: it passes the question
// on to the program that started ssh, over a socket in a folder that is its owner's alone, and prints the answer for ssh to read.
import { createConnection } from 'node:net'

const {
  FLEET_OPS_ASKPASS_SOCKET: path = '',
  FLEET_OPS_ASKPASS_FOR: link = '',
  SSH_ASKPASS_PROMPT: kind = '',
} = process.env
const socket = createConnection(path)
let answer = ''
socket
  .setEncoding('utf8')
  .on('connect', () => socket.write(`${JSON.stringify({ link, kind, prompt: process.argv[2] ?? '' })}\n`))
  .on('data', text => {
    answer += text
  })
  .on('end', () => {
    // An answer is a line of JSON; without one nobody answered, and ssh is told so by the exit code.
    if (answer === '') process.exitCode = 1
    else process.stdout.write(`${JSON.parse(answer)}\n`)
    socket.end()
  })
  .on('error', () => {
    process.exitCode = 1
  })
