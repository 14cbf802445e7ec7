// Unlocks one private key and ends: a separate entry point, for a thread in which key derivation may take seconds.

import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../fleet/message-of'
import { unlockPrivateKey } from './private-key'

/** The thread's input. */
export interface UnlockWork {
  readonly text: string
  readonly passphrase: string
}

/** Its answer: the key's text without a passphrase, or why it could not be unlocked. */
export type UnlockAnswer = { readonly text: string } | { readonly message: string }

function answer({ text, passphrase }: UnlockWork): UnlockAnswer {
  try {
    return { text: unlockPrivateKey(text, passphrase) }
  } catch (error) {
    return { message: messageOf(error) }
  }
}

parentPort?.postMessage(answer(workerData as UnlockWork))
