// Opens one private key and ends: an entry point of its own, for a thread in which deriving a key may take its seconds.
import { parentPort, workerData } from 'node:worker_threads'
import { unlockPrivateKey } from './private-key'

/** What the thread is given. */
export interface UnlockWork {
  readonly text: string
  readonly passphrase: string
}

/** What it answers with: the key's text without a passphrase, or why there is none. */
export type UnlockAnswer = { readonly text: string } | { readonly message: string }

function answer({ text, passphrase }: UnlockWork): UnlockAnswer {
  try {
    return { text: unlockPrivateKey(text, passphrase) }
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) }
  }
}

parentPort?.postMessage(answer(workerData as UnlockWork))
