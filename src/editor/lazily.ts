/** Something that is created on first use. */
export interface Lazily<T> {
  /** Creates it, unless it already exists or is being created. */
  (): Promise<T>
  /** What was created or is being created; undefined if nobody has asked for it yet, or creating it failed. */
  readonly made: Promise<T> | undefined
}

/** Calls `make` when its result is first needed, once; a failure is forgotten, so that the next caller tries again. */
export function lazily<T>(make: () => Promise<T>): Lazily<T> {
  let made: Promise<T> | undefined
  const wanted = () => {
    made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
  return Object.defineProperty(wanted, 'made', { get: () => made }) as Lazily<T>
}

/** Disposes of what was created, or is being created. Creates nothing. */
export function disposeMade({ made }: Lazily<{ dispose(): unknown }>): void {
  void made?.then(
    it => it.dispose(),
    () => {},
  )
}
