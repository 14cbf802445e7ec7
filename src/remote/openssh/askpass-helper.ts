// The program that ssh runs to ask for a secret (ssh(1), SSH_ASKPASS), through askpass.sh. It holds no secrets: it passes the question
// to the program that started ssh, over a socket in a folder that only its owner can access, and prints the answer for ssh to read.
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
    // An answer is one line of JSON; without one, the exit code tells ssh that there was no answer.
    if (answer === '') process.exitCode = 1
    else process.stdout.write(`${JSON.parse(answer)}\n`)
    socket.end()
  })
  .on('error', () => {
    process.exitCode = 1
  })
