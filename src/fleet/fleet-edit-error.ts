/** The layout of a fleet.yaml does not allow an edit without changing something else. The message says where, why and what to do. */
export class FleetEditError extends Error {
  override readonly name = 'FleetEditError'
}
