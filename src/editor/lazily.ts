/** Something that is made when it is first wanted. */
export interface Lazily<T> {
  /** Makes it, unless it is made already or being made. */
  (): Promise<T>
  /** What was made or is being made; undefined as long as nobody has wanted it, or since it could not be made. */
  readonly made: Promise<T> | undefined
}

/** Calls `make` when its result is first wanted, once; a failure is forgotten, so that the next caller tries again. */
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

/** Disposes of what was made, or is about to be. Makes nothing. */
export function disposeMade({ made }: Lazily<{ dispose(): unknown }>): void {
  void made?.then(
    it => it.dispose(),
    () => {},
  )
}
