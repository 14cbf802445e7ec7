import type { Check } from '../check'
import { address } from './address'
import { authenticate } from './authenticate'
import { envFile } from './env-file'
import { health } from './health'
import { machine } from './machine'
import { nginx } from './nginx'
import { reach } from './reach'
import { resolve } from './resolve'
import { sudo } from './sudo'
import { systemd } from './systemd'
import { verify } from './verify'

/** What is checked of each machine, in this order: no check needs one that comes after it, nor is of an earlier stage. */
export const checks: readonly Check[] = [
  resolve,
  reach,
  verify,
  authenticate,
  sudo,
  systemd,
  nginx,
  envFile,
  machine,
  health,
  address,
]
