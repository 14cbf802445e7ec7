import type { Fleet, Worker } from '../fleet/fleet'
import type { Observed } from '../fleet/observed'
import { readUpstream } from '../nginx/read-upstream'

/** The fleet's upstream block as nginx's file has it now. */
export type LiveUpstream =
  /** The load balancer could not be asked. */
  | { readonly kind: 'unknown' }
  /** There is no such block; `text` is the file, if there is one. */
  | { readonly kind: 'absent'; readonly text?: string }
  /** The file cannot be understood, or has the block twice: nothing may be changed in it. */
  | { readonly kind: 'unclear'; readonly text: string; readonly reason: string }
  | { readonly kind: 'found'; readonly text: string; readonly lines: ReadonlyMap<string, LiveLine> }

/** A `server` line of the live block, by its address. */
export interface LiveLine {
  readonly down: boolean
}
